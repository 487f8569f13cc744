"""A row that could mean several stored lines: a person says which, or that it is new."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound
from hengke.modules.insight.models import LedgerLine, Reject
from hengke.modules.insight.pages import words
from hengke.modules.insight.pages.common import IMPORT
from hengke.modules.insight.services import loading, unclear
from hengke.modules.insight.services.rows import FIELDS


@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """The row beside the lines that it could mean; the answer is written at once."""
    grants.require(request.actor, "change", IMPORT)
    reject = Reject.objects.select_related("origin__source").filter(pk=pk, reason=loading.UNCLEAR).first()
    if reject is None:
        raise NotFound("row_decided", "Somebody has decided about this row already.")
    lines = list(unclear.candidates(reject))
    if request.method == "POST":
        return _decide(request, reject, lines)
    context = {
        "title": _("Line %(number)s") % {"number": reject.line_no},
        "origin": reject.origin,
        "lines": lines,
        "rows": _compared(reject, lines),
    }
    return render(request, "insight/imports/unclear.html", context)


def _decide(request: StaffRequest, reject: Reject, lines: list[LedgerLine]) -> HttpResponse:
    wanted = request.POST.get("line", "")
    line = next((line for line in lines if str(line.pk) == wanted), None)
    if wanted and line is None:
        raise NotFound("line_not_found", "This line does not exist any more.")
    if line is None:
        unclear.take_as_new(reject, actor=request.actor)
        messages.success(request, _("The row was added as a line of its own."))
    else:
        unclear.take_as_correction(reject, line, actor=request.actor)
        messages.success(request, _("The row corrects the line that you chose."))
    return redirect("import", reject.origin_id)


def _compared(reject: Reject, lines: list[LedgerLine]) -> list[dict[str, Any]]:
    """Field by field what the row and each line say; fields that nobody fills are left out."""
    said = zip(FIELDS, reject.cells, strict=False)
    rows = [
        {"field": words.field(name), "row": cell, "lines": [_text(getattr(line, name)) for line in lines]}
        for name, cell in said
    ]
    for row in rows:
        row["differs"] = any(text != row["row"] for text in row["lines"])
    return [row for row in rows if row["row"] or any(row["lines"])]


def _text(value: object) -> str:
    return "" if value is None else str(value)
