"""Bars: pairs of two periods side by side, and the histogram."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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
    ticks,
)  # fmt: skip

Values = Sequence[Number | None]


def year_pairs(
    labels: Sequence[str],
    last: Values,
    this: Values,
    *,
    title: str,
    names: tuple[str, str],
    head: str = "",
    change: str = "",
    fmt: Format = grouped,
) -> Chart:
    """Two bars for each label: the earlier period pale, the later strong; None is a gap, negatives hang down.

    `names` are the two periods, `head` the column head of the labels; with `change` (a column head) the table
    also has the change against the earlier period.
    """
    drawn = finite([*last, *this])
    plot = Plot(ticks(min(drawn, default=0.0), max(drawn, default=0.0)))
    slot, edges = plot.slots(len(labels))
    bar = min(slot * 0.34, 16.0)
    parts = plot.grid(fmt)
    for label, before, now, edge in zip(labels, last, this, edges, strict=True):
        middle = edge + slot / 2
        parts += _bar(plot, middle - bar - 0.75, bar, before, "was", f"{label} {names[0]}", fmt)
        parts += _bar(plot, middle + 0.75, bar, now, "now", f"{label} {names[1]}", fmt)
        parts.append(plot.below(middle, label))
    parts.append(el("path", cls="axis", d=f"M{plot.left} {num(plot.up(0))}H{plot.right}"))
    rows = [_row(label, a, b, fmt, bool(change)) for label, a, b in zip(labels, last, this, strict=True)]
    table = Table(title, [head, *names, *([change] if change else [])], rows)
    keys = [Key("was", names[0]), Key("now", names[1])]
    return Chart(title, figure(plot.width, plot.height, title, parts), table, keys)


def _bar(
    plot: Plot, x: float, width: float, value: Number | None, cls: str, name: str, fmt: Format
) -> list[Svg]:
    drawn = finite([value])
    if not drawn or value is None:
        return []
    zero, edge = plot.up(0), plot.up(drawn[0])
    height = abs(edge - zero)
    kind = f"{cls} neg" if drawn[0] < 0 and cls == "now" else cls
    tip = el("title", f"{name}: {fmt(value)}")
    box = {"x": x, "y": min(zero, edge), "width": width, "height": height, "rx": min(2.0, height / 2)}
    return [el("rect", tip, cls=kind, **box)]


def _row(label: str, before: Number | None, now: Number | None, fmt: Format, change: bool) -> list[str]:
    amounts = ["–" if value is None else fmt(value) for value in (before, now)]
    return [label, *amounts, *([_change(before, now)] if change else [])]


def _change(before: Number | None, now: Number | None) -> str:
    """(now - before) / before; a dash when there is no earlier amount."""
    if not before or now is None:
        return "–"
    ratio = float(now) / float(before) - 1
    return ("+" if ratio > 0 else "") + grouped(ratio * 100, 1) + "%"


def histogram(
    edges: Sequence[Number],
    counts: Sequence[int],
    *,
    title: str,
    columns: Sequence[str] = ("", ""),
    fmt: Format = grouped,
) -> Chart:
    """Counts of values between consecutive edges; there is one more edge than counts."""
    if counts and len(edges) != len(counts) + 1:
        raise ValueError(f"{len(counts)} counts need {len(counts) + 1} edges, got {len(edges)}")
    plot = Plot(ticks(0, max(counts, default=0)))
    slot, lefts = plot.slots(len(counts))
    names = [f"{fmt(low)} – {fmt(high)}" for low, high in pairwise(edges)] if counts else []
    parts = plot.grid(grouped)
    for name, count, left in zip(names, counts, lefts, strict=True):
        tip = el("title", f"{name}: {grouped(count)}")
        box = {"x": left + 1, "y": plot.up(count), "width": max(slot - 2, 0.5)}
        parts.append(el("rect", tip, cls="now", height=plot.bottom - plot.up(count), **box))
    every = max(len(edges) // 8, 1)
    parts += [plot.below(left, fmt(edge)) for edge, left in list(zip(edges, lefts, strict=False))[::every]]
    rows = [[name, grouped(count)] for name, count in zip(names, counts, strict=True)]
    return Chart(title, figure(plot.width, plot.height, title, parts), Table(title, columns, rows))
