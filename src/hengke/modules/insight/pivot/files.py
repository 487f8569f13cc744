"""The grid as a file: exact figures as numbers, every export an event within the limits of the role."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import NotFound
from hengke.kernel.sheets import harmless
from hengke.modules.insight.dashboard import facts, workbook
from hengke.modules.insight.dashboard.workbook import Sheet
from hengke.modules.insight.pivot.asked import Asked
from hengke.modules.insight.pivot.formats import Format
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.table import leaves

if TYPE_CHECKING:
    from hengke_analytics.cube import Answer, Node


@require_GET
def export(request: StaffRequest, form: str) -> HttpResponse:
    """The whole grid with its totals, folded rows too, over the lines that the person may export."""
    asked = Asked.of(request)
    grants.require(request.actor, "export", facts.LINES)
    if (reason := exporting.ask_reason(request)) is not None:
        return reason
    # A file is counted to the last customer: nobody sees on paper that a figure was an estimate.
    asked = replace(asked, state=replace(asked.state, exact=True))
    answer, _partial = asked.answer(request, "export")
    if answer.grid.is_empty:
        raise NotFound("no_facts", "No ledger line is visible here yet.")
    found = sheet(answer, asked.names(answer))
    mark = exporting.allow(
        "exported", actor=request.actor, rows=len(found.rows), reason=exporting.reason_of(request),
        payload={"what": f"pivot/{form}", "question": asked.state.query()},
    )  # fmt: skip
    if form == "csv":
        response = HttpResponse(_csv(found), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(workbook.write([found], mark), content_type=workbook.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="hengke-pivot-{date.today():%Y%m%d}.{form}"'
    return response


def sheet(answer: Answer, names: Names) -> Sheet:
    """A column for each field of the rows, then one for each column and value; totals say so."""
    grid = answer.grid
    columns = leaves(grid.columns)
    forms = [Format.of(value, grid) for value in answer.question.values]
    head = [_(dimension.label) for dimension in grid.row_fields] or [""]
    for column in columns:
        place = " ".join(names(d, key) for d, key in zip(grid.column_fields, column.path, strict=False))
        head += [
            " ".join(filter(None, (place or (_("Total") if grid.column_fields else ""), f.full_label)))
            for f in forms
        ]
    rows = [
        [*_members(node, answer, names), *_figures(node, answer, columns)] for node in _downwards(grid.rows)
    ]
    return Sheet(_("Pivot"), head, rows)


def _downwards(root: Node) -> Iterator[Node]:
    """Members before the total that they add up to."""
    for child in root.children:
        yield from _downwards(child)
    yield root


def _members(node: Node, answer: Answer, names: Names) -> list[str]:
    fields = answer.grid.row_fields
    words = [names(d, key) for d, key in zip(fields, node.path, strict=False)]
    missing = max(len(fields), 1) - len(words)
    return [*words, *([_("Total")] + [""] * (missing - 1) if missing else [])]


def _figures(node: Node, answer: Answer, columns: list[Node]) -> list[Any]:
    found = (
        answer.grid.value(node.path, column.path, v) for column in columns for v in answer.question.values
    )
    return [
        float(value) if isinstance(value, Decimal) and abs(value) < 1 and value else value for value in found
    ]


def _csv(found: Sheet) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(cell) for cell in found.head])
    writer.writerows([harmless(cell) for cell in row] for row in found.rows)
    return ("\ufeff" + text.getvalue()).encode()
