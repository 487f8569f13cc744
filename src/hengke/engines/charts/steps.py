"""The funnel, and the field of a heat map."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hengke.engines.charts.parts import Part
from hengke.engines.charts.svg import (
    Chart,
    Format,
    Number,
    Svg,
    Table,
    el,
    figure,
    finite,
    grouped,
    num,
    percent,
)  # fmt: skip

WIDTH, STEP, MIDDLE, HALF = 560.0, 34.0, 250.0, 170.0
LEFT, TOP, CELL_HEIGHT, CLASSES = 96.0, 22.0, 26.0, 6
LONGEST, LETTER = 12, 11


def funnel(
    parts: Sequence[Part], *, title: str, columns: Sequence[str] = ("", "", ""), fmt: Format = grouped
) -> Chart:
    """Steps from the first to the last, each as wide as its amount, with its share of the first."""
    largest = max((float(part.value) for part in parts), default=0.0) or 1.0
    first = float(parts[0].value) if parts else 0.0
    drawn: list[Svg] = []
    rows = []
    for place, part in enumerate(parts):
        after = parts[place + 1].value if place + 1 < len(parts) else part.value
        upper, lower = (max(float(value), 0.0) / largest * HALF for value in (part.value, after))
        share = percent(float(part.value) / first, 1) if first else "–"
        drawn += _step(place * STEP, upper, lower, part, f"{part.label}: {fmt(part.value)} ({share})", share)
        rows.append([part.label, fmt(part.value), share])
    height = max(len(parts), 1) * STEP
    return Chart(title, figure(WIDTH, height, title, drawn), Table(title, columns, rows))


def _step(top: float, upper: float, lower: float, part: Part, words: str, share: str) -> list[Svg]:
    foot = top + STEP - 3
    corners = [(MIDDLE - upper, top), (MIDDLE + upper, top), (MIDDLE + lower, foot), (MIDDLE - lower, foot)]
    points = " ".join(f"{num(x)},{num(y)}" for x, y in corners)
    return [
        el("polygon", el("title", words), cls="p1", points=points),
        el("text", part.label, cls="e", x=MIDDLE - HALF - 8, y=top + 20),
        el("text", share, x=MIDDLE + HALF + 12, y=top + 20),
    ]


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[Number | None]],
    *,
    title: str,
    head: str = "",
    fmt: Format = grouped,
) -> Chart:
    """A field of cells, the darker the larger; empty ones have a dashed edge."""
    largest = max((value for row in values for value in finite(row)), default=0.0) or 1.0
    width = (WIDTH - LEFT) / max(len(columns), 1)
    drawn: list[Svg] = []
    every = max(math.ceil(max((len(name[:LONGEST]) for name in columns), default=0) * LETTER / width), 1)
    for place, name in list(enumerate(columns))[::every]:
        drawn.append(el("text", name[:LONGEST], cls="m", x=LEFT + width * (place + 0.5), y=TOP - 8))
    for line, name in enumerate(rows):
        y = TOP + line * CELL_HEIGHT
        drawn.append(el("text", name[:8], cls="e", x=LEFT - 8, y=y + CELL_HEIGHT / 2 + 4))
        for place, value in enumerate(values[line]):
            words = el("title", f"{name} {columns[place]}: {'–' if value is None else fmt(value)}")
            box = {"x": LEFT + width * place, "y": y, "width": width - 1, "height": CELL_HEIGHT - 1}
            drawn.append(el("rect", words, cls=_class(value, largest), **box))
    table = Table(title, [head, *columns], [
        [name, *("–" if value is None else fmt(value) for value in values[line])] for line, name in enumerate(rows)
    ])  # fmt: skip
    height = TOP + CELL_HEIGHT * max(len(rows), 1)
    return Chart(title, figure(WIDTH, height, title, drawn), table)


def _class(value: Number | None, largest: float) -> str:
    found = finite([value])
    if not found or not found[0]:
        return "qn"
    return f"q{min(int(max(found[0], 0.0) / largest * CLASSES), CLASSES - 1)}"
