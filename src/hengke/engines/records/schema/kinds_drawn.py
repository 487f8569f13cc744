"""Kinds of values that a cell draws: tier pill, trend and degrees."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any, ClassVar

from hengke.engines.charts.inline import sparkline
from hengke.engines.records.schema.kinds import Choice, Kind, Number, unreadable


class Tier(Choice):
    """A customer tier: rising bars and the word, never colour alone."""

    _looks: ClassVar[dict[str, tuple[str, int]]] = {
        "vip": ("t1", 4), "major": ("t2", 3), "regular": ("t3", 2), "small": ("t4", 1),
    }  # fmt: skip

    def show(self, value: Any) -> str:
        if value not in self._looks:
            return ""
        cls, lit = self._looks[value]
        off = ' class="off"'
        bars = "".join(
            f'<rect x="{3 * i}" y="{7 - 2 * i}" width="2" height="{3 + 2 * i}" rx=".6"{"" if i < lit else off}/>'
            for i in range(4)
        )
        drawing = f'<svg viewBox="0 0 11 10" aria-hidden="true">{bars}</svg>'
        return f'<span class="tier {cls}">{drawing}{escape(self.label(value))}</span>'


class Trend(Kind):
    """A few yearly amounts as a small line, {"2024": "1.00", …}; shown only."""

    operators = ()
    control = "none"
    json_type = dict[str, str]

    def show(self, value: Any) -> str:
        if not value:
            return ""
        years = sorted(value)[-5:]
        amounts = [float(value[year]) for year in years]  # for drawing only
        falls = len(amounts) > 1 and amounts[-1] < amounts[0]
        words = "; ".join(
            f"{year}: {amount / 10_000:,.1f}" for year, amount in zip(years, amounts, strict=True)
        )
        return sparkline(amounts, words, kind="bad" if falls else "")

    def plain(self, value: Any) -> str:
        return " ".join(f"{year}:{value[year]}" for year in sorted(value or {}))


class Degrees(Number):
    """A longitude or a latitude, east and north of zero."""

    json_type = float
    given: ClassVar[tuple[type, ...]] = (int, float)

    def read(self, text: str) -> Decimal:
        try:
            value = Decimal(text.strip().rstrip("°"))
        except InvalidOperation:
            raise unreadable(text) from None
        if not value.is_finite() or abs(value) > 180:
            raise unreadable(text)
        return value

    def show(self, value: Any) -> str:
        return escape(self.plain(value))

    def plain(self, value: Any) -> str:
        return "" if value is None else f"{value.normalize():f}°"

    def cell(self, value: Any) -> Any:
        return None if value is None else float(value)

    def json(self, value: Any) -> Any:
        return None if value is None else float(value)
