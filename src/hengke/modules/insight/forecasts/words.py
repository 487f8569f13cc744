"""What a forecast means, in a director's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hengke.engines.access.models import OrgUnit
from hengke.engines.charts import percent
from hengke.modules.insight.dashboard.words import Words, tier_name
from hengke.modules.insight.forecasts.figures import Figures
from hengke.modules.insight.models import ForecastNode
from hengke.modules.insight.services.foresight.axes import NO_TIER
from hengke.modules.insight.services.foresight.forecast import OTHERS, YEAR

GOOD, FAIR = 10.0, 20.0


def amounts(measure: str, largest: int) -> Words:
    """How units of a measure are written: cents in 万元 or yuan, instruments as they are."""
    return Words(measure).fitting(units(measure, largest))


def units(measure: str, value: int) -> Decimal:
    """Whole units as an amount in yuan, or a number of instruments."""
    return Decimal(value) / 100 if measure == "billed" else Decimal(value)


def writer(measure: str, said: Words) -> Callable[[int], str]:
    """Whole units -> a number for tables, in the unit of `said`."""

    def write(value: int) -> str:
        return said.short(units(measure, value))

    return write


class Names:
    """What parts are called; departments are looked up once."""

    def __init__(self) -> None:
        self._units: dict[str, str] | None = None

    def __call__(self, node: ForecastNode) -> str:
        if not node.path:
            return _("Whole institution")
        last = str(node.path[-1])
        if node.axis == "unit":
            return self._unit(last)
        if node.axis == "tier":
            return _("Without a tier") if last == NO_TIER else tier_name(last)
        return _("All others") if last == OTHERS else last or _("(none)")

    def _unit(self, path: str) -> str:
        if self._units is None:
            self._units = dict(OrgUnit.objects.values_list("path", "name"))
        return self._units.get(path) or _("(none)")


def month_name(month: int) -> str:
    """24325 -> 2027-02."""
    return f"{month // YEAR:04}-{month % YEAR + 1:02}"


def sentences(node: ForecastNode, figures: Figures) -> Iterator[str]:
    """What the page says above its table."""
    said = amounts(node.measure, figures.year.total)

    def write(value: int) -> str:
        return said.full(units(node.measure, value))

    change = figures.change
    year = figures.next_year
    if change is None:
        yield _("{year}: about {amount}.").format(year=year, amount=write(figures.year.total))
    else:
        more = _("{year}: about {amount}, {percent} more than this year is coming to.")
        less = _("{year}: about {amount}, {percent} less than this year is coming to.")
        yield (more if change >= 0 else less).format(
            year=year, amount=write(figures.year.total), percent=percent(abs(change), 1)
        )
    yield _("In four years out of five it will lie between {low} and {high}.").format(
        low=write(figures.year.near[0]), high=write(figures.year.near[1])
    )
    yield from _festival(node, figures)
    yield from _tested(node)
    if figures.corrected_year is not None:
        yield _("With what people expect instead: {amount}.").format(amount=write(figures.corrected_year))


def _festival(node: ForecastNode, figures: Figures) -> Iterator[str]:
    """Where the Spring Festival falls in the year ahead, and which months it moves."""
    from hengke_analytics.mining.forecast.festival import new_year

    if not 1990 <= figures.next_year <= 2050:
        return
    day = new_year(figures.next_year)
    moved = [
        (month, share)
        for month, share in zip(figures.months, node.told["shift"], strict=False)
        if month // YEAR == figures.next_year and abs(share) >= 0.01
    ]
    if not moved:
        yield _("The Spring Festival of {year} (on {month}/{day}) hardly moves these figures.").format(
            year=day.year, month=day.month, day=day.day
        )
        return
    parts = [
        (_("month {month}: {percent} more") if share > 0 else _("month {month}: {percent} less")).format(
            month=month % YEAR + 1, percent=percent(abs(share))
        )
        for month, share in moved
    ]
    yield _(
        "The Spring Festival of {year} is on {month}/{day}; against its usual place that means: {parts}."
    ).format(year=day.year, month=day.month, day=day.day, parts=pgettext("list", ", ").join(parts))


def _tested(node: ForecastNode) -> Iterator[str]:
    tested = node.told.get("backtest") or {}
    if "smape" not in tested:
        yield _("There is not enough history yet to test this forecast on the past.")
        return
    count = int(tested.get("origins", 0))
    yield ngettext(
        "Tried on the past from {count} point in time, it was off by {ours} a month on average; "
        "taking last year's month would have been off by {naive}.",
        "Tried on the past from {count} points in time, it was off by {ours} a month on average; "
        "taking last year's month would have been off by {naive}.",
        count,
    ).format(count=count, ours=percent(tested["smape"] / 100), naive=percent(tested["naive_smape"] / 100))


def trust(node: ForecastNode) -> tuple[str, str]:
    """How far the figures can be relied on, and the badge that says so."""
    off = (node.told.get("backtest") or {}).get("smape")
    if off is None:
        return _("Not tested yet"), "mute"
    if off <= GOOD:
        return _("Reliable"), "ok"
    return (_("Fairly reliable"), "info") if off <= FAIR else (_("Rough"), "warn")
