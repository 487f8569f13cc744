"""Rejected rows as a file that goes back to whoever keeps the ledger."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.sheets import harmless
from hengke.modules.insight.models import Import, Reject
from hengke.modules.insight.pages import words

CHUNK = 500


def rejects(
    found: QuerySet[Reject], name: str, *, request: StaffRequest, origin: Import | None = None
) -> HttpResponseBase:
    """File, line, reason and the row itself, as csv that no spreadsheet runs; leaves an event."""
    if (asked := exporting.ask_reason(request)) is not None:
        return asked
    reason = exporting.reason_of(request)
    exporting.allow(
        "rejects.exported", actor=request.actor, rows=found.count(), reason=reason, subject=origin,
        payload={"file": name},
    )  # fmt: skip
    rows = found.select_related("origin").order_by("origin_id", "line_no", "pk")
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _csv(rows: QuerySet[Reject]) -> Iterator[bytes]:
    yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_("File"), _("Line"), _("Reason"), _("Row as it was")])
    for count, row in enumerate(rows.iterator(CHUNK), 1):
        head = (row.origin.file_name, row.line_no, words.reject_detail(row.reason, row.message))
        writer.writerow([harmless(cell) for cell in (*head, *row.cells)])
        if count % CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
