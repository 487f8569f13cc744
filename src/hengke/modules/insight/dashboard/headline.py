"""The row of headline numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines import charts
from hengke.kernel.period import Period
from hengke.modules.insight.dashboard.boards import YEARS_SHOWN, Board, Figure


def figures(board: Board, lost: dict[str, Any]) -> list[Figure]:
    """Contribution, arrival rate, customers, instruments and losses; what the data cannot say is absent."""
    this, last, trend = totals(board, board.periods.this), totals(board, board.periods.last), yearly(board)
    found = [_amount(board, this, last, trend)]
    if "received" in this:
        found.append(_arrival(board, this, last, trend))
    return [
        *found,
        _customers(board, this, last, trend, lost),
        _lines(board, this, last, trend),
        _losses(board, lost),
    ]


def totals(board: Board, period: Period) -> dict[str, Any]:
    """Sums over one period: amount, lines, customers with a positive amount, and received where known."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import within

    facts = board.people
    names = [name for name in ("amount", "lines", "received", "cost") if name in facts.columns]
    inside = facts.filter(within(facts, period))
    each = inside.group_by("customer").aggregate(**{name: inside[name].sum() for name in names})
    active = (each.customer.notnull() & (each.amount > 0)).sum().fill_null(0)
    sums = {name: each[name].sum().fill_null(0) for name in names}
    return rows(each.aggregate(**sums, customers=active))[0]


def yearly(board: Board) -> list[dict[str, Any]]:
    """The same sums for the last calendar years up to the period's, for the small trends."""
    from hengke_analytics.engine import remembered
    from hengke_analytics.shapes import ibis

    facts = board.facts
    # An unfinished year would end every trend with a fall.
    until = board.periods.this.last_day.year - board.periods.partial
    kept = facts.filter(
        facts.date.year() <= ibis.literal(until), facts.date.year() > ibis.literal(until - YEARS_SHOWN)
    )
    sums = {"amount": kept.amount.sum(), "lines": kept["lines"].sum(), "customers": kept.customer.nunique()}
    if "received" in kept.columns:
        sums["received"] = kept.received.sum()
    return remembered(kept.group_by(year=kept.date.year()).aggregate(**sums).order_by("year"))


def _amount(board: Board, this: dict[str, Any], last: dict[str, Any], trend: list[dict[str, Any]]) -> Figure:
    name = "amount" if board.query.basis != "received" else "received"
    words = type(board.words)("billed")
    return _figure(
        _("Billed") if name == "amount" else _("Received"), words.short(this[name]), words.unit,
        _change(this[name], last[name]), _("last year {amount}").format(amount=words.full(last[name])),
        [row[name] for row in trend], board.link("customers", set="all"),
    )  # fmt: skip


def _arrival(board: Board, this: dict[str, Any], last: dict[str, Any], trend: list[dict[str, Any]]) -> Figure:
    rate, before = _rate(this), _rate(last)
    points = (rate - before) * 100 if rate is not None and before is not None else None
    words = type(board.words)("billed")
    label = "" if points is None else _("{points} points").format(points=f"{points:+.1f}".replace("-", "−"))
    return Figure(
        _("Arrival rate"), f"{rate * 100:.1f}" if rate is not None else "–", "%", label, _direction(points),
        _("open {amount}").format(amount=words.full(this["amount"] - this["received"])),
        charts.sparkline([_rate(row) for row in trend]), board.link("customers", set="open"),
    )  # fmt: skip


def _customers(
    board: Board,
    this: dict[str, Any],
    last: dict[str, Any],
    trend: list[dict[str, Any]],
    lost: dict[str, Any],
) -> Figure:
    new = this["customers"] - (last["customers"] - lost["count"])
    return _figure(
        _("Active customers"), f"{this['customers']:,}", pgettext("unit", "customers"),
        _change(this["customers"], last["customers"]),
        _("{new} new · {lost} lost").format(new=f"{max(new, 0):,}", lost=f"{lost['count']:,}"),
        [row["customers"] for row in trend], board.link("customers", set="all"),
    )  # fmt: skip


def _lines(board: Board, this: dict[str, Any], last: dict[str, Any], trend: list[dict[str, Any]]) -> Figure:
    each = this["lines"] / this["customers"] if this["customers"] else 0
    return _figure(
        _("Instruments submitted"), f"{this['lines']:,}", pgettext("unit", "instruments"),
        _change(this["lines"], last["lines"]),
        _("{count} per customer").format(count=f"{each:,.0f}"), [row["lines"] for row in trend], board.link("lines"),
    )  # fmt: skip


def _losses(board: Board, lost: dict[str, Any]) -> Figure:
    share = "–" if lost["share"] is None else charts.percent(lost["share"], 1)
    return Figure(
        _("Lost customers"), f"{lost['count']:,}", pgettext("unit", "customers"), share,
        "down" if lost["count"] else "flat",
        _("{amount} last year").format(amount=lost["amount"]), charts.Svg(""), lost["url"],
    )  # fmt: skip


def _figure(
    label: str, value: str, unit: str, change: float | None, note: str, trend: list[Any], url: str
) -> Figure:
    falling = change is not None and change < 0
    spark = charts.sparkline(trend, kind="bad" if falling else "") if len(trend) > 1 else charts.Svg("")
    written = "" if change is None else f"{change * 100:+.1f}%".replace("-", "−")
    return Figure(label, value, unit, written, _direction(change), note, spark, url)


def _change(this: Any, last: Any) -> float | None:
    return float(this) / float(last) - 1 if last else None


def _rate(row: dict[str, Any]) -> float | None:
    return float(Decimal(row["received"]) / Decimal(row["amount"])) if row["amount"] else None


def _direction(change: float | None) -> str:
    return "flat" if not change else "up" if change > 0 else "down"
