"""Things and what leads from one to another: circles with names, arrows between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hengke.engines.charts.svg import Chart, Svg, Table, el, figure, num

WIDTH, HEIGHT = 900, 560
MARGIN_X, MARGIN_Y = 90, 34
STEPS = 220
SMALLEST, LARGEST = 5.0, 17.0


@dataclass(frozen=True)
class Knot:
    """A thing: its name, how much it weighs, where it leads when clicked."""

    name: str
    weight: float
    href: str = ""


@dataclass(frozen=True)
class Arrow:
    """From one thing to another (places in the list of knots), how strongly, and what a pointer over it says."""

    begin: int
    end: int
    strength: float
    tip: str = ""


def network(knots: Sequence[Knot], arrows: Sequence[Arrow], *, title: str, table: Table) -> Chart:
    """What is joined stands near one another; equal input gives an equal drawing."""
    places = _places(len(knots), arrows)
    sizes = _sizes([knot.weight for knot in knots])
    strongest = max((arrow.strength for arrow in arrows), default=1.0) or 1.0
    tip = el("path", d="M0 0L8 4L0 8Z", cls="tipped")
    marker = el(
        "marker",
        tip,
        id="tip",
        orient="auto",
        viewBox="0 0 8 8",
        refX=7,
        refY=4,
        markerWidth=5,
        markerHeight=5,
    )
    parts = [el("defs", marker)]
    parts += [_arrow(arrow, places, sizes, strongest) for arrow in arrows]
    parts += [_knot(knot, *place, size) for knot, place, size in zip(knots, places, sizes, strict=True)]
    return Chart(title, figure(WIDTH, HEIGHT, title, parts, cls="wide net"), table)


def _places(count: int, arrows: Sequence[Arrow]) -> list[tuple[float, float]]:
    """Springs along the arrows, repulsion between all (Fruchterman and Reingold 1991), from a circle on."""
    import numpy as np

    if not count:
        return []
    angle = 2 * np.pi * np.arange(count) / count
    at = np.column_stack((np.cos(angle), np.sin(angle))) * 0.5
    ideal = 1.6 / np.sqrt(count)
    begin, end = (np.array([getattr(arrow, name) for arrow in arrows], int) for name in ("begin", "end"))
    for step in range(STEPS):
        apart = at[:, None, :] - at[None, :, :]
        distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), 0.01)
        push = (apart * (ideal**2 / distance**2)[:, :, None]).sum(axis=1) - 0.4 * at
        along = at[begin] - at[end]
        pull = along * np.sqrt((along**2).sum(axis=1, keepdims=True)) / ideal
        np.add.at(push, begin, -pull)
        np.add.at(push, end, pull)
        length = np.maximum(np.sqrt((push**2).sum(axis=1, keepdims=True)), 1e-9)
        at = at + push / length * np.minimum(length, 0.12 * (1 - step / STEPS))
    low, high = at.min(axis=0), at.max(axis=0)
    room = np.array([WIDTH - 2 * MARGIN_X, HEIGHT - 2 * MARGIN_Y])
    spread = np.where(high - low > 1e-9, high - low, 1.0)
    placed = (at - low) / spread * room + np.array([MARGIN_X, MARGIN_Y])
    return [(float(x), float(y)) for x, y in placed]


def _sizes(weights: Sequence[float]) -> list[float]:
    most = max(weights, default=0.0)
    return [
        SMALLEST + (LARGEST - SMALLEST) * (weight / most) ** 0.5 if most else SMALLEST for weight in weights
    ]


def _arrow(arrow: Arrow, places: list[tuple[float, float]], sizes: list[float], strongest: float) -> Svg:
    (x0, y0), (x1, y1) = places[arrow.begin], places[arrow.end]
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
    start, stop = sizes[arrow.begin] / length, 1 - (sizes[arrow.end] + 3) / length
    line = f"M{num(x0 + (x1 - x0) * start)} {num(y0 + (y1 - y0) * start)}"
    line += f"L{num(x0 + (x1 - x0) * stop)} {num(y0 + (y1 - y0) * stop)}"
    tip = [el("title", arrow.tip)] if arrow.tip else []
    width = 0.8 + 2.6 * arrow.strength / strongest
    return el("path", *tip, cls="lead", d=line, stroke_width=width, marker_end="url(#tip)")


def _knot(knot: Knot, x: float, y: float, size: float) -> Svg:
    drawn = [el("circle", el("title", knot.name), cls="knot", cx=x, cy=y, r=size),
             el("text", knot.name, cls="m k", x=x, y=y + size + 12)]  # fmt: skip
    return el("a", *drawn, href=knot.href) if knot.href else el("g", *drawn)
