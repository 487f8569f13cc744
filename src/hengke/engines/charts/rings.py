"""Round charts: parts of a whole as a ring, several figures as a radar, one rate as a gauge."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hengke.engines.charts.parts import Part
from hengke.engines.charts.series import Series
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
    grouped,
    num,
    path,
    percent,
)  # fmt: skip

SIZE, RADIUS, HOLE = 240.0, 100.0, 58.0
WIDTH, MIDDLE = 320.0, 160.0
RINGS = 4


def pie(
    parts: Sequence[Part], *, title: str, columns: Sequence[str] = ("", "", ""), fmt: Format = grouped
) -> Chart:
    """Parts of a whole around a ring, clockwise from the top; those not above zero are listed, not drawn."""
    total = sum(float(part.value) for part in parts if part.value > 0)
    turn, drawn, rows = 0.0, [], []
    for part in parts:
        share = max(float(part.value), 0.0) / total if total else 0.0
        if share > 0:
            words = f"{part.label}: {fmt(part.value)} ({percent(share, 1)})"
            drawn.append(el("path", el("title", words), cls=f"slice {part.cls}", d=_ring(turn, turn + share)))
        turn += share
        rows.append([part.label, fmt(part.value), percent(share, 1) if share else "–"])
    drawn.append(el("text", fmt(total), cls="m k", x=MIDDLE, y=SIZE / 2 + 4))
    keys = [Key(part.cls, part.label, row[2]) for part, row in zip(parts, rows, strict=True)]
    return Chart(title, figure(WIDTH, SIZE, title, drawn, cls=""), Table(title, columns, rows), keys)


def _ring(start: float, end: float) -> str:
    """A sector of the ring between two turns in [0, 1]; a whole ring is drawn as a hair less."""
    end = min(end, start + 0.9999)
    large = int(end - start > 0.5)
    (x0, y0), (x1, y1) = _at(start, RADIUS), _at(end, RADIUS)
    (x2, y2), (x3, y3) = _at(end, HOLE), _at(start, HOLE)
    outer = f"M{num(x0)} {num(y0)}A{num(RADIUS)} {num(RADIUS)} 0 {large} 1 {num(x1)} {num(y1)}"
    return f"{outer}L{num(x2)} {num(y2)}A{num(HOLE)} {num(HOLE)} 0 {large} 0 {num(x3)} {num(y3)}Z"


def _at(turn: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * turn - math.pi / 2
    return MIDDLE + radius * math.cos(angle), SIZE / 2 + radius * math.sin(angle)


def radar(
    labels: Sequence[str], series: Sequence[Series], *, title: str, head: str = "", fmt: Format = grouped
) -> Chart:
    """A spoke for each label; every series is an outline. All spokes share one scale from zero to the largest."""
    top = max((value for each in series for value in finite(each.values)), default=0.0) or 1.0
    turns = [i / max(len(labels), 1) for i in range(len(labels))]
    drawn = [
        el(
            "path",
            cls="grid",
            d=path([_at(t, RADIUS * ring / RINGS) for t in turns], close=True),
            fill="none",
        )
        for ring in range(1, RINGS + 1)
    ]
    for label, turn in zip(labels, turns, strict=True):
        x, y = _at(turn, RADIUS + 10)
        side = "m" if abs(x - MIDDLE) < 20 else "e" if x < MIDDLE else ""
        drawn.append(el("text", label, cls=side, x=x, y=y + 4))
    for place, each in enumerate(series):
        points = [
            _at(turn, RADIUS * max(float(value or 0), 0.0) / top)
            for turn, value in zip(turns, each.values, strict=True)
        ]
        words = el("title", each.name)
        drawn.append(el("path", words, cls=f"trace web l{place % 6 + 1}", d=path(points, close=True)))
    rows = [
        [label, *("–" if each.values[i] is None else fmt(each.values[i] or 0) for each in series)]
        for i, label in enumerate(labels)
    ]
    keys = [Key(f"p{place % 6 + 1}", each.name) for place, each in enumerate(series)]
    table = Table(title, [head, *(each.name for each in series)], rows)
    return Chart(title, figure(WIDTH, SIZE, title, drawn, cls=""), table, keys)


def gauge(value: Number | None, *, title: str, text: str, columns: Sequence[str] = ("", "")) -> Chart:
    """One rate in [0, 1] on a half ring with graduations."""
    share = min(max(float(value or 0), 0.0), 1.0)
    drawn: list[Svg] = [_half("track", 1.0)]
    if share > 0:
        drawn.append(_half("arc", share))
    for step in range(11):
        (x0, y0), (x1, y1) = _half_at(step / 10, 84), _half_at(step / 10, 80 if step % 5 else 76)
        drawn.append(el("path", cls="axis", d=f"M{num(x0)} {num(y0)}L{num(x1)} {num(y1)}"))
    drawn.append(el("text", text, cls="m k big", x=MIDDLE, y=112))
    table = Table(title, columns, [[title, text]])
    return Chart(title, figure(WIDTH, 132, title, drawn, cls=""), table)


def _half(cls: str, share: float) -> Svg:
    (x0, y0), (x1, y1) = _half_at(0, RADIUS - 4), _half_at(share, RADIUS - 4)
    arc = f"M{num(x0)} {num(y0)}A{num(RADIUS - 4)} {num(RADIUS - 4)} 0 0 1 {num(x1)} {num(y1)}"
    return el("path", cls=cls, d=arc, stroke_width=14)


def _half_at(share: float, radius: float) -> tuple[float, float]:
    angle = math.pi * (1 + share)
    return MIDDLE + radius * math.cos(angle), 120 + radius * math.sin(angle)
