"""What was and what is expected: a line that goes on dashed, between bands of likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hengke.engines.charts.plot import Plot
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
    inline,
    num,
    path,
    scale,
    ticks,
)  # fmt: skip

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Ahead:
    """What is expected of each label ahead: the mean, the bounds of both bands, and what people expect instead.

    `before` is the same month of the year before.
    """

    mean: Sequence[Number]
    inner: tuple[Sequence[Number], Sequence[Number]]
    outer: tuple[Sequence[Number], Sequence[Number]]
    before: Sequence[Number | None] = ()
    corrected: Sequence[Number] = ()


@dataclass(frozen=True)
class Names:
    """The words of the legend and the table."""

    head: str
    past: str
    ahead: str
    inner: str
    outer: str
    before: str
    corrected: str


def fan(
    labels: Sequence[str],
    past: Sequence[Number],
    ahead: Ahead,
    names: Names,
    *,
    title: str,
    fmt: Format = grouped,
) -> Chart:
    """`labels` name the months of `past` and then those ahead."""
    drawn = finite([*past, *ahead.outer[1], *ahead.outer[0], *ahead.before, *ahead.corrected, *ahead.mean])
    marks = ticks(min(drawn, default=0.0), max(drawn, default=0.0))
    plot = Plot(marks, width=860, height=250, right=850, bottom=222)
    slot, lefts = plot.slots(len(labels))
    across = [left + slot / 2 for left in lefts]
    start = len(past)
    future = across[start:]
    parts = plot.grid(fmt)
    parts += [_band(plot, future, *ahead.outer, "band far"), _band(plot, future, *ahead.inner, "band near")]
    border = lefts[start] if future else plot.right
    parts.append(el("path", cls="guide", d=f"M{num(border)} {plot.top}V{plot.bottom}"))
    parts += _line(plot, across[:start], labels, past, "trace l1", names.past, fmt)
    joined = [*(across[start - 1 : start] if start else []), *future]
    parts += _line(plot, joined, labels[max(start - 1, 0) :], [*past[-1:], *ahead.mean], "trace l1 dashed",
                   names.ahead, fmt)  # fmt: skip
    if ahead.before:
        parts += _dots(plot, future, labels[start:], ahead.before, "dot l2", names.before, fmt)
    if ahead.corrected:
        parts += _line(plot, future, labels[start:], ahead.corrected, "trace l4", names.corrected, fmt)
    parts.append(el("path", cls="axis", d=f"M{plot.left} {num(plot.up(0))}H{plot.right}"))
    parts += _below(plot, across, labels)
    drawing = figure(plot.width, plot.height, title, parts, cls="wide long")
    return Chart(title, drawing, _table(labels, past, ahead, names, title, fmt), _keys(ahead, names))


def fan_line(
    past: Sequence[Number], ahead: Ahead, label: str = "", *, width: int = 150, height: int = 32
) -> Svg:
    """The same beside text: a short line, dashed where it is expected, over the inner band."""
    drawn = finite([*past, *ahead.inner[0], *ahead.inner[1], *ahead.mean])
    if not drawn:
        return inline(width, height, label, [])
    across = scale(0, max(len(past) + len(ahead.mean) - 1, 1), 2, width - 2)
    up = scale(min(drawn), max(drawn), height - 3, 3)
    future = [across(len(past) + step) for step in range(len(ahead.mean))]
    low, high = ahead.inner
    edge = [*zip(future, map(up, high), strict=True), *reversed([*zip(future, map(up, low), strict=True)])]
    was = [(across(place), up(value)) for place, value in enumerate(past)]
    will = [*was[-1:], *zip(future, map(up, ahead.mean), strict=True)]
    parts = [el("path", cls="band near", d=path(edge, close=True))] if edge else []
    parts += [el("path", cls="line", d=path(was))] if len(was) > 1 else []
    parts += [el("path", cls="line dashed", d=path(will))] if len(will) > 1 else []
    return inline(width, height, label, parts)


def _band(
    plot: Plot, across: Sequence[float], low: Sequence[Number], high: Sequence[Number], cls: str
) -> Svg:
    upper = [(x, plot.up(value)) for x, value in zip(across, high, strict=True)]
    lower = [(x, plot.up(value)) for x, value in zip(across, low, strict=True)]
    return el("path", cls=cls, d=path([*upper, *reversed(lower)], close=True)) if upper else Svg("")


def _line(
    plot: Plot, across: Sequence[float], labels: Sequence[str], values: Sequence[Number], cls: str, name: str,
    fmt: Format,
) -> list[Svg]:  # fmt: skip
    points: Points = [(x, plot.up(value)) for x, value in zip(across, values, strict=True)]
    drawn = [el("path", cls=cls, d=path(points))] if len(points) > 1 else []
    return drawn + _dots(plot, across, labels, values, cls.replace("trace", "dot"), name, fmt)


def _dots(
    plot: Plot, across: Sequence[float], labels: Sequence[str], values: Sequence[Number | None], cls: str, name: str,
    fmt: Format,
) -> list[Svg]:  # fmt: skip
    return [
        el("circle", el("title", f"{label} {name}: {fmt(value)}"), cls=cls, cx=x, cy=plot.up(value), r=2.4)
        for x, label, value in zip(across, labels, values, strict=False)
        if value is not None and finite([value])
    ]


def _below(plot: Plot, across: Sequence[float], labels: Sequence[str]) -> list[Svg]:
    """Every third month's label; what a narrow screen leaves out is marked."""
    every = max(len(labels) // 12, 1)
    shown = list(zip(across, labels, strict=True))[::every]
    found = []
    for place, (x, label) in enumerate(shown):
        cls = "m odd" if place % 3 else "m"
        found.append(el("text", label, cls=cls, x=x, y=plot.height - 6))
    return found


def _keys(ahead: Ahead, names: Names) -> list[Key]:
    keys = [Key("p1", names.past), Key("band near", names.inner), Key("band far", names.outer)]
    keys += [Key("p2", names.before)] if ahead.before else []
    return keys + ([Key("p4", names.corrected)] if ahead.corrected else [])


def _table(
    labels: Sequence[str], past: Sequence[Number], ahead: Ahead, names: Names, title: str, fmt: Format
) -> Table:
    rows = [[label, fmt(value), "", "", ""] for label, value in zip(labels, past, strict=False)]
    for place, label in enumerate(labels[len(past) :]):
        near, far = (f"{fmt(band[0][place])} – {fmt(band[1][place])}" for band in (ahead.inner, ahead.outer))
        rows.append([label, "", fmt(ahead.mean[place]), near, far])
    return Table(title, [names.head, names.past, names.ahead, names.inner, names.outer], rows)
