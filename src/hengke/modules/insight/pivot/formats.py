"""How the figures of a pivot are written: money in 万元 where it is large, rates in percent, changes with a sign."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.charts import grouped, percent
from hengke.modules.insight.dashboard.words import WAN

if TYPE_CHECKING:
    from hengke_analytics.cube import Grid, Measure, Value

MINUS = "−"
LARGE = 100 * WAN
SHARES = ("share", "row_share", "column_share")
CHANGES = ("change", "cumulative_change")


@dataclass(frozen=True)
class Format:
    """One value's words: its head, its unit, and its numbers."""

    measure: Measure
    view: str
    in_wan: bool
    compare: str = ""
    about: bool = False

    @classmethod
    def of(cls, value: Value, grid: Grid) -> Format:
        """Money is written in 万元 when the whole of it is large."""
        measure = grid.measures[value.measure]
        whole = measure.finish(grid.parts((), ()))
        large = measure.kind == "money" and measure.additive and whole is not None and abs(whole) >= LARGE
        return cls(measure, value.view, large, grid.question.compare, is_estimated(measure, grid))

    @property
    def label(self) -> str:
        """The head of its column."""
        if self.view == "value":
            return self._named
        if self.view == "change":
            return _("Period-on-period") if self.compare == "previous" else _("Year-on-year")
        return f"{self._named} · {view_name(self.view)}"

    @property
    def _named(self) -> str:
        name = _(self.measure.label)
        return _("{name} (about)").format(name=name) if self.about else name

    @property
    def full_label(self) -> str:
        """The head where nothing stands beside it."""
        return self._named if self.view == "value" else f"{self._named} · {view_name(self.view)}"

    @property
    def unit(self) -> str:
        """What its numbers count in; "" where they say so themselves."""
        if self.is_ratio or self.view == "rank":
            return ""
        if self.measure.kind == "money":
            return _("10k yuan") if self.in_wan else _("yuan")
        if self.measure.kind == "days":
            return pgettext("unit", "days")
        return ""

    @property
    def is_ratio(self) -> bool:
        return self.view in SHARES or self.view in CHANGES or self.measure.kind == "percent"

    @property
    def signed(self) -> bool:
        """Whether its sign says something: then it has a colour."""
        return self.view in CHANGES or self.view == "difference"

    def text(self, value: Any) -> str:
        """A number as it stands in a cell; a dash where it cannot be said."""
        if value is None:
            return "–"
        if self.view == "rank":
            return str(value)
        if self.view in CHANGES and self.measure.kind == "percent":
            return _("{points} points").format(points=_signed(float(value) * 100, 1))
        if self.view in CHANGES:
            return _signed(float(value) * 100, 1) + "%"
        if self.is_ratio:
            return percent(value, 1)
        written = self._amount(value)
        return f"+{written}" if self.view == "difference" and value > 0 else written

    def axis(self, value: Any) -> str:
        """A round number beside an axis."""
        if self.is_ratio:
            return percent(value)
        return grouped(Decimal(str(value)) / WAN if self.in_wan else value)

    def direction(self, value: Any) -> str:
        """up, down or flat as the reader should feel about it: a rise of losses is bad."""
        if value is None or not self.signed or not round(float(value) * (100 if self.is_ratio else 1), 1):
            return "flat"
        return "up" if (value > 0) is not self.measure.falls_good else "down"

    def _amount(self, value: Any) -> str:
        if self.in_wan:
            wan = Decimal(str(value)) / WAN
            return grouped(wan, 0 if abs(wan) >= 10_000 else 1)
        if self.measure.kind == "days":
            return grouped(value, 1)
        average = self.measure.kind == "money" and not self.measure.additive
        return grouped(
            value, 2 if average or (self.view == "average3" and self.measure.kind == "money") else 0
        )


def is_estimated(measure: Measure, grid: Grid) -> bool:
    """Whether a measure counts customers from a part of them."""
    from hengke_analytics.cube import CATALOGUE, Count

    parts = (CATALOGUE.parts[name] for name in measure.parts)
    return grid.sampled > 1 and any(isinstance(part, Count) and part.entity == "customer" for part in parts)


def _signed(value: float, digits: int) -> str:
    return f"{value:+,.{digits}f}".replace("-", MINUS) if round(value, digits) else f"{0:.{digits}f}"


def view_name(view: str) -> str:
    """The words for a way of looking at a measure."""
    names = {
        "value": _("As it is"),
        "before": _("Compared period"),
        "change": _("Change"),
        "difference": _("Difference"),
        "share": _("Share of all"),
        "row_share": _("Share of the row"),
        "column_share": _("Share of the column"),
        "rank": _("Rank"),
        "cumulative": pgettext("over time", "Cumulative"),
        "cumulative_change": _("Cumulative change"),
        "average3": _("Moving average of 3"),
    }
    return names[view]
