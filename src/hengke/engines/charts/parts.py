"""Parts of a whole: one stacked bar, the pyramid of tiers, the histogram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hengke.engines.charts.svg import Chart, Format, Key, Number, Svg, Table, el, figure, grouped, num, percent, scale, ticks

WIDTH, HEIGHT = 560, 200
LEFT, RIGHT, TOP, BOTTOM = 46, 556, 10, 176


@dataclass(frozen=True)
class Part:
    """One part: its word, amount, and the class of its colour (p1…p6, q0…q5, t1…t4)."""

    label: str
    value: Number
    cls: str = "p1"
    note: str = ""
    href: str = ""


def stacked(parts: Sequence[Part], *, title: str, columns: Sequence[str] = ("", "", ""), fmt: Format = grouped) -> Chart:
    """A bar of parts side by side (ageing of receivables, shares); parts below zero are listed but not drawn."""
    drawn = [p for p in parts if p.value > 0]
    total = sum(float(p.value) for p in drawn)
    x, rects = 0.0, [el("rect", cls="rest", width=WIDTH, height=20, rx=6)] if not drawn else []
    for part in drawn:
        width = float(part.value) / total * WIDTH
        tip = el("title", f"{part.label}: {fmt(part.value)}")
        rects.append(el("rect", tip, cls=part.cls, x=x, width=max(width - 2, 0.5), height=20, rx=min(4.0, width / 2)))
        x += width
    rows = [[p.label, fmt(p.value), percent(float(p.value) / total, 1) if total and p.value > 0 else "–"] for p in parts]
    keys = [Key(p.cls, p.label, fmt(p.value)) for p in parts]
    return Chart(title, figure(WIDTH, 20, title, rects, cls=""), Table(title, columns, rows), keys)


def pyramid(layers: Sequence[Part], *, title: str, columns: Sequence[str] = ("", ""), fmt: Format = grouped) -> Chart:
    """Tiers from the top (few) to the foot (many), in layers of equal height; the numbers stand beside it.

    `value` is the number of customers and does not change the shape: 10 of 1,000 would be invisible.
    """
    width, height, gap = 160.0, 196.0, 2.0
    step = height / max(len(layers), 1)
    shapes = []
    for i, layer in enumerate(layers):
        upper, lower = i * step / height * width / 2, ((i + 1) * step - gap) / height * width / 2
        top, foot = i * step, (i + 1) * step - gap
        points = f"{num(80 - upper)},{num(top)} {num(80 + upper)},{num(top)} {num(80 + lower)},{num(foot)} {num(80 - lower)},{num(foot)}"
        shape = el("polygon", el("title", f"{layer.label}: {fmt(layer.value)}"), cls=layer.cls, points=points)
        shapes.append(el("a", shape, href=layer.href, aria_label=f"{layer.label}: {fmt(layer.value)}") if layer.href else shape)
    role = "group" if any(layer.href for layer in layers) else "img"
    rows = [[layer.label, fmt(layer.value), *([layer.note] if layer.note else [])] for layer in layers]
    keys = [Key(layer.cls, layer.label, fmt(layer.value)) for layer in layers]
    return Chart(title, figure(width, height, title, shapes, cls="", role=role), Table(title, columns, rows), keys)


def histogram(
    edges: Sequence[Number], counts: Sequence[int], *,
    title: str, columns: Sequence[str] = ("", ""), fmt: Format = grouped,
) -> Chart:
    """Counts of values within consecutive edges (one more edge than counts)."""
    if len(edges) != len(counts) + 1 and counts:
        raise ValueError(f"{len(counts)} counts need {len(counts) + 1} edges, got {len(edges)}")
    marks = ticks(0, max(counts, default=0))
    up = scale(0, marks[-1], BOTTOM, TOP)
    slot = (RIGHT - LEFT) / max(len(counts), 1)
    parts: list[Svg] = []
    for mark in marks:
        parts.append(el("path", cls="grid", d=f"M{LEFT} {num(up(mark))}H{RIGHT}"))
        parts.append(el("text", grouped(mark), cls="e", x=LEFT - 6, y=up(mark) + 4))
    names = [f"{fmt(low)} – {fmt(high)}" for low, high in zip(edges, edges[1:], strict=False)]
    for i, count in enumerate(counts):
        tip = el("title", f"{names[i]}: {grouped(count)}")
        parts.append(el("rect", tip, cls="now", x=LEFT + slot * i + 1, y=up(count), width=max(slot - 2, 0.5), height=BOTTOM - up(count)))
    every = max(len(edges) // 8, 1)
    parts += [
        el("text", fmt(edge), cls="m", x=LEFT + slot * i, y=HEIGHT - 6)
        for i, edge in enumerate(edges) if i % every == 0 and counts
    ]
    rows = [[name, grouped(count)] for name, count in zip(names, counts, strict=False)]
    return Chart(title, figure(WIDTH, HEIGHT, title, parts), Table(title, columns, rows))
