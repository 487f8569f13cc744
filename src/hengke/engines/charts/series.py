"""Several series over the same labels: bars side by side or stacked, lines, bars with a line, bars with their sum."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate

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
    num,
    path,
    percent,
    scale,
    ticks,
)  # fmt: skip

LONGEST_LABEL = 7
# As wide as a Chinese letter is drawn in a wide and in a narrow box; a Latin one takes about half of it.
WIDE, NARROW = 11.0, 17.0
LATIN, GAP = 0x2E80, 3


@dataclass(frozen=True)
class Series:
    """A name and a value for each label; None is a gap. Its colour follows from its place."""

    name: str
    values: Sequence[Number | None]


def bars(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    head: str = "",
    fmt: Format = grouped,
    colours: Sequence[str] = (),
) -> Chart:
    """Bars side by side for each label; negative ones hang down. `colours` are classes, such as was and now."""
    own = colours or [_colour(place) for place in range(len(series))]
    drawn = finite(value for each in series for value in each.values)
    plot = Plot(ticks(min(drawn, default=0.0), max(drawn, default=0.0)))
    slot, lefts = plot.slots(len(labels))
    width = min(slot * 0.8 / max(len(series), 1), 28.0)
    parts = plot.grid(fmt)
    for place, each in enumerate(series):
        for label, value, left in zip(labels, each.values, lefts, strict=True):
            x = left + slot / 2 + (place - len(series) / 2) * width
            parts += _bar(plot, x, width, 0.0, value, own[place], f"{label} {each.name}", fmt)
    return _chart(plot, parts, labels, series, title, head, fmt, own)


def stacked_bars(
    labels: Sequence[str], series: Sequence[Series], *, title: str, head: str = "", fmt: Format = grouped
) -> Chart:
    """Parts of a whole for each label, one upon the other; what is not above zero is listed, not drawn."""
    columns = [[_above(each.values[i]) for each in series] for i in range(len(labels))]
    plot = Plot(ticks(0, max((sum(column) for column in columns), default=0.0)))
    slot, lefts = plot.slots(len(labels))
    width = min(slot * 0.7, 40.0)
    parts = plot.grid(fmt)
    for label, column, left in zip(labels, columns, lefts, strict=True):
        below = [0.0, *accumulate(column)]
        for place, each in enumerate(series):
            name = f"{label} {each.name}"
            parts += _bar(plot, left + (slot - width) / 2, width, below[place], column[place] or None, _colour(place),
                          name, fmt)  # fmt: skip
    return _chart(plot, parts, labels, series, title, head, fmt)


def lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    head: str = "",
    fmt: Format = grouped,
    colours: Sequence[str] = (),
) -> Chart:
    """A line for each series; a gap breaks it. `colours` are classes of the six series colours."""
    own = colours or [_colour(place) for place in range(len(series))]
    drawn = finite(value for each in series for value in each.values)
    plot = Plot(ticks(min(drawn, default=0.0), max(drawn, default=0.0)))
    parts = plot.grid(fmt)
    for place, each in enumerate(series):
        parts += _line(plot, labels, each, f"l{own[place][1:]}", plot.marks, fmt)
    return _chart(plot, parts, labels, series, title, head, fmt, own)


def combined(
    labels: Sequence[str],
    amounts: Series,
    rate: Series,
    *,
    title: str,
    head: str = "",
    fmt: Format = grouped,
    rate_fmt: Format = percent,
) -> Chart:
    """Bars on the left axis and a line on the right one, each with its own scale."""
    drawn, rates = finite(amounts.values), finite(rate.values)
    plot = Plot(ticks(min(drawn, default=0.0), max(drawn, default=0.0)), right=514)
    marks = ticks(min(rates, default=0.0), max(rates, default=0.0))
    slot, lefts = plot.slots(len(labels))
    width = min(slot * 0.6, 36.0)
    parts = plot.grid(fmt)
    for label, value, left in zip(labels, amounts.values, lefts, strict=True):
        parts += _bar(
            plot, left + (slot - width) / 2, width, 0.0, value, "p1", f"{label} {amounts.name}", fmt
        )
    up = scale(marks[0], marks[-1], plot.bottom, plot.top)
    parts += [el("text", rate_fmt(mark), x=plot.right + 6, y=up(mark) + 4) for mark in marks]
    parts += _line(plot, labels, rate, "l2", marks, rate_fmt)
    rows = [
        [label, _said(amount, fmt), _said(part, rate_fmt)]
        for label, amount, part in zip(labels, amounts.values, rate.values, strict=True)
    ]
    parts += _below(plot, labels)
    table = Table(title, [head, amounts.name, rate.name], rows)
    keys = [Key("p1", amounts.name), Key("p2", rate.name)]
    return Chart(title, figure(plot.width, plot.height, title, parts), table, keys)


def ranked(
    labels: Sequence[str],
    amounts: Series,
    *,
    title: str,
    head: str = "",
    share: str = "",
    fmt: Format = grouped,
) -> Chart:
    """Pareto: the largest first, with the share that they make up together; only amounts above zero."""
    pairs = sorted(zip(labels, map(_above, amounts.values), strict=True), key=lambda pair: -pair[1])
    kept = [(label, value) for label, value in pairs if value > 0]
    total = sum(value for _label, value in kept)
    shares = [held / total for held in accumulate(value for _label, value in kept)]
    ordered = Series(amounts.name, [value for _label, value in kept])
    return combined(
        [label for label, _value in kept], ordered, Series(share, shares), title=title, head=head, fmt=fmt
    )


def _bar(
    plot: Plot, x: float, width: float, base: float, value: Number | None, cls: str, name: str, fmt: Format
) -> list[Svg]:
    drawn = finite([value])
    if not drawn or value is None:
        return []
    foot, edge = plot.up(base), plot.up(base + drawn[0])
    tip = el("title", f"{name}: {fmt(value)}")
    box = {"x": x, "y": min(foot, edge), "width": max(width - 1, 0.5), "height": abs(edge - foot)}
    return [el("rect", tip, cls=cls, **box)]


def _line(
    plot: Plot, labels: Sequence[str], series: Series, cls: str, marks: Sequence[float], fmt: Format
) -> list[Svg]:
    up = scale(marks[0], marks[-1], plot.bottom, plot.top)
    slot, lefts = plot.slots(len(labels))
    runs: list[list[tuple[float, float]]] = [[]]
    dots = []
    for label, value, left in zip(labels, series.values, lefts, strict=True):
        if not finite([value]) or value is None:
            runs.append([])
            continue
        point = (left + slot / 2, up(value))
        runs[-1].append(point)
        tip = el("title", f"{label} {series.name}: {fmt(value)}")
        dots.append(el("circle", tip, cls=f"dot {cls}", cx=point[0], cy=point[1], r=2.6))
    return [*(el("path", cls=f"trace {cls}", d=path(run)) for run in runs if len(run) > 1), *dots]


def _chart(
    plot: Plot, parts: list[Svg], labels: Sequence[str], series: Sequence[Series], title: str, head: str, fmt: Format,
    colours: Sequence[str] = (),
) -> Chart:  # fmt: skip
    parts += _below(plot, labels)
    rows = [[label, *(_said(each.values[i], fmt) for each in series)] for i, label in enumerate(labels)]
    table = Table(title, [head, *(each.name for each in series)], rows)
    own = colours or [_colour(place) for place in range(len(series))]
    keys = [Key(cls, each.name) for cls, each in zip(own, series, strict=True)] if len(series) > 1 else []
    return Chart(title, figure(plot.width, plot.height, title, parts), table, keys)


def _below(plot: Plot, labels: Sequence[str]) -> list[Svg]:
    """The axis, and as many labels as have room, long ones cut; those with room in a wide box only are marked."""
    slot, lefts = plot.slots(len(labels))
    short = [each if len(each) <= LONGEST_LABEL else each[: LONGEST_LABEL - 1] + "…" for each in labels]
    middles = [left + slot / 2 for left in lefts]
    always = _fitting(short, middles, NARROW)
    found = [el("path", cls="axis", d=f"M{plot.left} {num(plot.up(0))}H{plot.right}")]
    for place in sorted(_fitting(short, middles, WIDE, always)):
        found.append(plot.below(middles[place], short[place], roomy=place not in always))
    return found


def _fitting(
    labels: Sequence[str], middles: Sequence[float], letter: float, first: Collection[int] = ()
) -> set[int]:
    """Places of labels that do not touch each other, those of `first` among them."""
    taken: dict[int, tuple[float, float]] = {}
    for place in (*first, *(p for p in range(len(labels)) if p not in first)):
        half = sum(letter if ord(each) > LATIN else letter * 0.55 for each in labels[place]) / 2 + GAP
        edges = middles[place] - half, middles[place] + half
        if place in first or all(edges[1] <= left or edges[0] >= right for left, right in taken.values()):
            taken[place] = edges
    return set(taken)


def _above(value: Number | None) -> float:
    found = finite([value])
    return max(found[0], 0.0) if found else 0.0


def _said(value: Number | None, fmt: Format) -> str:
    return "–" if value is None else fmt(value)


def _colour(place: int) -> str:
    return f"p{place % 6 + 1}"
