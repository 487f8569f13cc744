"""Parts of a whole: one stacked bar, and the pyramid of tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hengke.engines.charts.svg import (
    Chart,
    Format,
    Key,
    Number,
    Svg,
    Table,
    el,
    figure,
    grouped,
    num,
    percent,
)  # fmt: skip

WIDTH, HEIGHT = 560, 20
PYRAMID_WIDTH, PYRAMID_HEIGHT, PYRAMID_GAP = 160.0, 196.0, 2.0


@dataclass(frozen=True)
class Part:
    """One part: its word, amount, and the class of its colour (p1…p6, q0…q5, t1…t4)."""

    label: str
    value: Number
    cls: str = "p1"
    href: str = ""


def stacked(
    parts: Sequence[Part], *, title: str, columns: Sequence[str] = ("", "", ""), fmt: Format = grouped
) -> Chart:
    """Parts side by side in one bar (ageing of receivables); those not above zero are listed, not drawn."""
    total = sum(float(part.value) for part in parts if part.value > 0)
    left = 0.0
    drawn = [] if total else [el("rect", cls="rest", width=WIDTH, height=HEIGHT, rx=6)]
    rows = []
    for part in parts:
        share = max(float(part.value), 0.0) / total if total else 0.0
        drawn += _slice(part, left, share * WIDTH, fmt)
        left += share * WIDTH
        rows.append([part.label, fmt(part.value), percent(share, 1) if share else "–"])
    keys = [Key(part.cls, part.label, fmt(part.value)) for part in parts]
    return Chart(title, figure(WIDTH, HEIGHT, title, drawn, cls=""), Table(title, columns, rows), keys)


def _slice(part: Part, left: float, width: float, fmt: Format) -> list[Svg]:
    if width <= 0:
        return []
    tip = el("title", f"{part.label}: {fmt(part.value)}")
    # Two units stay free as a gap to the next part, but even the smallest part keeps a hair's breadth.
    box = {"x": left, "width": max(width - 2, 0.5), "height": HEIGHT, "rx": min(4.0, width / 2)}
    return [el("rect", tip, cls=part.cls, **box)]


def pyramid(
    layers: Sequence[Part], *, title: str, columns: Sequence[str] = ("", ""), fmt: Format = grouped
) -> Chart:
    """Tiers from the top (few) to the foot (many), in layers of equal height; the numbers stand beside it.

    `value` is the number of customers and does not change the shape: 10 of 1,000 would be invisible.
    """
    step = PYRAMID_HEIGHT / max(len(layers), 1)
    shapes = [_layer(layer, i * step, (i + 1) * step - PYRAMID_GAP, fmt) for i, layer in enumerate(layers)]
    role = "group" if any(layer.href for layer in layers) else "img"
    drawing = figure(PYRAMID_WIDTH, PYRAMID_HEIGHT, title, shapes, cls="", role=role)
    rows = [[layer.label, fmt(layer.value)] for layer in layers]
    keys = [Key(layer.cls, layer.label, fmt(layer.value)) for layer in layers]
    return Chart(title, drawing, Table(title, columns, rows), keys)


def _layer(layer: Part, top: float, foot: float, fmt: Format) -> Svg:
    middle = PYRAMID_WIDTH / 2
    upper, lower = (middle * y / PYRAMID_HEIGHT for y in (top, foot))
    corners = [(middle - upper, top), (middle + upper, top), (middle + lower, foot), (middle - lower, foot)]
    words = f"{layer.label}: {fmt(layer.value)}"
    points = " ".join(f"{num(x)},{num(y)}" for x, y in corners)
    shape = el("polygon", el("title", words), cls=layer.cls, points=points)
    return el("a", shape, href=layer.href, aria_label=words) if layer.href else shape
