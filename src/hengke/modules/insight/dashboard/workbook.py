"""The overview and its lists as xlsx; text is never a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import exporting
from hengke.engines.access.leaks.exporting import Mark
from hengke.modules.insight.dashboard import boards, headline, lists
from hengke.modules.insight.dashboard.boards import Board
from hengke.modules.insight.dashboard.words import tier_name

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """A name, a head and rows."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def write(sheets: Sequence[Sheet], mark: Mark) -> bytes:
    """The workbook; strings stay strings whatever they begin with."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        pages = []
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            pages.append(page)
            page.freeze_panes(1, 0)
            page.write_row(0, 0, sheet.head, bold)
            for number, row in enumerate(sheet.rows, start=1):
                for column, value in enumerate(row):
                    _cell(page, number, column, value, money)
            page.autofit()
        exporting.mark_book(book, pages, mark)
    return buffer.getvalue()


def _cell(page: Any, row: int, column: int, value: Any, money: Any) -> None:
    if value is None:
        return
    if isinstance(value, Decimal):
        page.write_number(row, column, float(value), money)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, str(value))


def overview(board: Board, *, with_tiers: bool) -> list[Sheet]:
    """A sheet per part of the overview."""
    lost = boards.losses(board)
    found, _chart, _stop = boards.contribution_curve(board)
    sheets = [
        Sheet(
            _("Headline"),
            [_("Figure"), _("Value"), pgettext("of measure", "Unit"), _("Change"), _("Note")],
            [[f.label, f.value, f.unit, f.change, f.note] for f in headline.figures(board, lost)],
        ),
        Sheet(
            _("Contribution curve"),
            [_("Share"), _("Customers"), _("Of all customers"), board.words.label],
            [[f"{s.ratio}%", s.customers, s.fraction, s.amount] for s in found.stops],
        ),
    ]
    if with_tiers:
        sheets.append(_tiers(board))
    return [*sheets, _yoy(board, _("Laboratories"), "laboratory"), _yoy(board, _("Regions"), "province", "city"),
            customers(board, "lost")]  # fmt: skip


def _tiers(board: Board) -> Sheet:
    from hengke_analytics.measures.facts import contributions
    from hengke_analytics.measures.pyramid import pyramid

    found = pyramid(
        contributions(board.people, board.periods.this, basis=board.query.basis), board.query.cut_shares()
    )
    rows = [[tier_name(r.tier), r.customers, r.contribution, r.share, r.min, r.max] for r in found]
    head = [_("Tier"), _("Customers"), board.words.label, _("Share"), _("Smallest"), _("Largest")]
    return Sheet(_("Pyramid"), head, rows)


def _yoy(board: Board, name: str, *by: str) -> Sheet:
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.distribution import yoy

    found = rows(yoy(board.places, board.periods.this, board.periods.last, by=by, basis=board.query.basis))
    head = [
        *([name] if len(by) == 1 else [_("Province"), _("City")]),
        _("This period"),
        _("Last year"),
        _("Change"),
    ]
    return Sheet(
        name,
        head,
        [[*(row[column] for column in by), row["this"], row["last"], row["change"]] for row in found],
    )


def customers(board: Board, chosen: str) -> Sheet:
    """The whole list behind a number."""
    found = lists.customers(board, chosen, 1, lists.EXPORT_ROWS)
    keys = (
        "rank",
        "number",
        "name",
        "province",
        "city",
        "contribution",
        "share",
        "cumulative_share",
        "last",
        "change",
    )
    head = [
        _("Rank"), _("Number"), _("Customer"), _("Province"), _("City"), board.words.label, _("Share"),
        _("Cumulative share"), _("Last year"), _("Change"),
    ]  # fmt: skip
    return Sheet(lists.title(board, chosen), head, [[row[key] for key in keys] for row in found.rows])


def lines(actor: Actor, board: Board, narrowing: Mapping[str, str]) -> Sheet:
    """The ledger lines behind a number, with file and line."""
    found = lists.lines(actor, board, narrowing, 1, lists.EXPORT_ROWS, "export")
    keys = [
        "date",
        "order_no",
        "name",
        "instrument_name",
        "model",
        "serial",
        "laboratory",
        *found.sums,
        "file_name",
        "line_no",
    ]
    money = {"amount": _("Billed"), "received": _("Received"), "cost": _("Cost")}
    head = [
        _("Submitted"), _("Order"), _("Customer"), _("Instrument"), _("Model"), _("Serial number"), _("Laboratory"),
        *(money[name] for name in found.sums), _("File"), _("Line"),
    ]  # fmt: skip
    return Sheet(_("Ledger lines"), head, [[row[key] for key in keys] for row in found.rows])
