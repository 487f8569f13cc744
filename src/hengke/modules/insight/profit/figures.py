"""The figures on the page of profit: headline, causes, unprofitable customers, leaks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines import charts
from hengke.engines.charts import Chart, Series, Svg
from hengke.modules.insight.dashboard.boards import Figure
from hengke.modules.insight.dashboard.boards import customers as people_of
from hengke.modules.insight.dashboard.lists import PAGE, Slice
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.profit import words
from hengke.modules.insight.profit.asked import Asked

if TYPE_CHECKING:
    from ibis.expr import types as ir

MONEY = ("billed", "received", "direct", "winning", "keeping", "serving", "travelling", "profit")
WORST = 10


def totals(found: ir.Table) -> dict[str, Any]:
    """Sums over all customers, and of those with a loss."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import total

    below = found.profit < 0
    sums = {name: total(found[name]) for name in MONEY}
    return rows(found.aggregate(**sums, customers=found.count(), losing=below.sum().fill_null(0),
                                lost=total(found.profit, below)))[0]  # fmt: skip


def headline(sums: dict[str, Any]) -> list[Figure]:
    """Profit, margin, unprofitable customers and what they cost."""
    amounts = Words("billed").fitting(max(abs(sums["received"]), abs(sums["profit"])))
    allotted = sums["winning"] + sums["keeping"] + sums["serving"] + sums["travelling"]
    margin = charts.percent(sums["profit"] / sums["received"], 1) if sums["received"] else "–"
    share = charts.percent(sums["losing"] / sums["customers"], 1) if sums["customers"] else "–"
    return [
        _figure(_("Profit"), amounts.short(sums["profit"]), amounts.unit,
                _("received {amount}").format(amount=amounts.full(sums["received"]))),
        _figure(_("Of what came in"), margin, "", _("profit over received")),
        _figure(_("Direct cost"), amounts.short(sums["direct"]), amounts.unit, _("of the work itself")),
        _figure(_("Allotted cost"), amounts.short(allotted), amounts.unit,
                _("winning, keeping, serving, travelling")),
        _figure(_("Unprofitable customers"), charts.grouped(sums["losing"]), pgettext("unit", "customers"),
                _("{share} of all; they cost {amount}").format(share=share, amount=amounts.full(-sums["lost"])),
                "down" if sums["losing"] else "flat"),
    ]  # fmt: skip


def _figure(label: str, value: str, unit: str, note: str, direction: str = "flat") -> Figure:
    return Figure(label, value, unit, "", direction, note, Svg(""), "")


def causes(found: ir.Table) -> tuple[list[dict[str, Any]], Chart | None, str]:
    """Unprofitable customers by what took their profit, the costliest first, their drawing, and its unit."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import total
    from hengke_analytics.shapes import ibis

    below = found.filter(found.profit < 0)
    counted = below.group_by("cause").aggregate(customers=below.count(), loss=total(-below.profit))
    listed = rows(counted.order_by(ibis.desc("loss"), "cause"))
    for row in listed:
        row["name"] = words.cause_name(row["cause"])
    if not listed:
        return [], None, ""
    amounts = Words("billed").fitting(listed[0]["loss"])
    chart = charts.bars(
        [row["name"] for row in listed], [Series(amounts.unit, [row["loss"] for row in listed])],
        title=_("Losses by cause"), head=_("Cause"), fmt=amounts.axis,
    )  # fmt: skip
    return listed, chart, amounts.unit


def customers(found: ir.Table, page: int, *, cause: str = "", size: int = PAGE) -> Slice:
    """A page of the unprofitable customers, the largest loss first; three queries whatever its size."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures.facts import total
    from hengke_analytics.shapes import ibis

    below = found.filter(found.profit < 0)
    if cause:
        below = below.filter(below.cause == ibis.literal(cause))
    whole = rows(below.aggregate(count=below.count(), profit=total(below.profit)))[0]
    shown = rows(below.order_by("profit", "customer").limit(size, offset=(page - 1) * size))
    complete(shown)
    return Slice(shown, whole["count"], {"profit": whole["profit"]}, page)


def complete(shown: list[dict[str, Any]]) -> None:
    """Add names, places and the cause in words."""
    people = people_of(row["customer"] for row in shown)
    for row in shown:
        row.update(people.get(row["customer"], {"name": "?", "number": "", "city": "", "province": ""}))
        row["allotted"] = row["winning"] + row["keeping"] + row["serving"] + row["travelling"]
        row["cost"] = row["direct"] + row["allotted"]
        row["cause_name"], row["why"] = words.cause_name(row["cause"] or ""), words.cause_text(row)
        row["suggested"] = words.SUGGESTED.get(row["cause"] or "", "")


def leaks(asked: Asked) -> dict[str, Any]:
    """Where money is lost: by laboratory, by item, and with small orders; None where nothing leaks."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures import leaks as by_laboratory
    from hengke_analytics.measures import small_orders, undersold

    facts, period = asked.facts, asked.period
    places = rows(by_laboratory(facts, period, period.last_day, asked.rates, costed=asked.costed))
    items = rows(undersold(facts, period, asked.rates, costed=asked.costed).limit(WORST))
    small = rows(small_orders(facts, period, asked.rates))[0] if asked.rates.order else None
    largest = max((row["lost"] for row in places), default=Decimal(0))
    for row in places:
        row["bar"] = charts.share_bar(float(row["lost"] / largest) if largest else 0, kind="bad")
    return {"places": places, "items": items, "small": small if small and small["orders"] else None}
