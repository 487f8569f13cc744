"""The hexagon tile map: a tile for each province, or each prefecture of one; it claims no boundary."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hengke.engines.charts.svg import (
    Chart,
    Format,
    Key,
    Number,
    Svg,
    Table,
    el,
    figure,
    finite,
    group,
    grouped,
    num,
)  # fmt: skip

RADIUS = 28.0
GAP = 2.0
COLUMN = 1.5 * (RADIUS + GAP / 2)
ROW = math.sqrt(3) * (RADIUS + GAP / 2)
CLASSES = 6


@dataclass(frozen=True)
class Tile:
    """A division and its place: odd columns hang half a tile lower."""

    code: str
    label: str
    column: int
    row: int

    @property
    def middle(self) -> tuple[float, float]:
        """Centre in drawing units."""
        return RADIUS + 4 + self.column * COLUMN, ROW / 2 + 4 + (self.row + (self.column % 2) / 2) * ROW


@dataclass(frozen=True)
class Reading:
    """What a tile shows: the amount that colours it, where it leads, and whether it fell much."""

    value: Number
    href: str = ""
    fell: bool = False


def tiles(province: str = "") -> list[Tile]:
    """Tiles of all provinces, or of the prefectures (districts) of the province with this 2-digit code.

    Codes are GB/T 2260: 2 digits for a province, 4 for a prefecture, 6 for a district of a municipality.
    """
    return [Tile(code, label, column, row) for code, label, column, row in _sets().get(province, [])]


@cache
def _sets() -> dict[str, list[tuple[str, str, int, int]]]:
    text = files("hengke.engines.charts").joinpath("data/tiles.json").read_text(encoding="utf-8")
    sets: dict[str, list[tuple[str, str, int, int]]] = json.loads(text)["sets"]
    return sets


def bands(values: Sequence[Number], classes: int = CLASSES) -> list[float]:
    """Ascending lower bounds of the upper classes (at most `classes` - 1): quantiles cut to two digits."""
    ranked = sorted(v for v in finite(values) if v > 0)
    bounds = {_two_digits(ranked[len(ranked) * i // classes]) for i in range(1, classes)} if ranked else set()
    return sorted(bounds)


def _two_digits(value: float) -> float:
    power = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round(math.floor(value / power + 1e-9) * power, 6)


def tile_map(
    places: Sequence[Tile],
    readings: Mapping[str, Reading],
    *,
    title: str,
    columns: tuple[str, str] = ("", ""),
    fmt: Format = grouped,
    fell: str = "",
) -> Chart:
    """Colour `places` by their readings; those without one are hollow; `fell` is the legend's word.

    The table lists all places with a reading, greatest first.
    """
    bounds = bands([r.value for r in readings.values()])
    cells = [_cell(tile, readings.get(tile.code), bounds, fmt) for tile in places]
    right = max((t.middle[0] for t in places), default=0.0) + RADIUS + 4
    foot = max((t.middle[1] for t in places), default=0.0) + ROW / 2 + 4
    role = "group" if any(r.href for r in readings.values()) else "img"
    drawing = figure(right, foot, title, cells, cls="map", role=role, natural=right)
    known = [(tile.label, readings[tile.code].value) for tile in places if tile.code in readings]
    known.sort(key=lambda item: (-item[1], item[0]))
    table = Table(title, columns, [[label, fmt(value)] for label, value in known])
    marked = fell if any(reading.fell for reading in readings.values()) else ""
    return Chart(title, drawing, table, keys(bounds, fmt, marked))


def _cell(tile: Tile, reading: Reading | None, bounds: Sequence[float], fmt: Format) -> Svg:
    x, y = tile.middle
    level = sum(float(reading.value) >= bound for bound in bounds) if reading else -1
    # Fewer bounds than classes leave the palest colours out, so that the strongest is always used.
    colour = f"q{CLASSES - 1 - len(bounds) + level}" if reading else "qn"
    words = f"{tile.label}: {fmt(reading.value)}" if reading else tile.label
    parts = [
        el("polygon", el("title", words), cls=f"hx {colour}", points=_hexagon(x, y)),
        el("text", tile.label, cls="m", x=x, y=y - 2 if reading else y + 4, **_squeeze(tile.label)),
    ]
    if reading:
        parts.append(el("text", fmt(reading.value), cls="m", x=x, y=y + 13))
        parts += [el("path", cls="fall", d=f"M{num(x + 9)} {num(y - 21)}h8l-4 6.5z")] if reading.fell else []
    cell = group(parts, cls="cell inv" if colour in ("q4", "q5") else "cell")
    return el("a", cell, href=reading.href, aria_label=words) if reading and reading.href else cell


def _squeeze(label: str) -> dict[str, str | Number | None]:
    """Four characters just fit into a tile; longer names are narrowed."""
    return {"textLength": 2 * RADIUS - 6, "lengthAdjust": "spacingAndGlyphs"} if len(label) > 4 else {}


def _hexagon(x: float, y: float) -> str:
    corners = (math.radians(60 * i) for i in range(6))
    return " ".join(f"{num(x + RADIUS * math.cos(a))},{num(y + RADIUS * math.sin(a))}" for a in corners)


def keys(bounds: Sequence[float], fmt: Format, fell: str) -> list[Key]:
    """The legend of the colours."""
    if not bounds:
        return []
    first = CLASSES - 1 - len(bounds)
    upper = [Key(f"q{first + i + 1}", f"≥ {fmt(bound)}") for i, bound in enumerate(bounds)]
    return [*reversed(upper), Key(f"q{first}", f"< {fmt(bounds[0])}"), *([Key("fall", fell)] if fell else [])]
