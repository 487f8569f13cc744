"""Bars: pairs of two years by period, histogram, one stacked bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hengke.engines.charts.svg import Chart, Format, Key, Number, Svg, Table, el, figure, finite, grouped, num, scale, ticks

WIDTH, HEIGHT = 560, 200
LEFT, RIGHT, TOP, BOTTOM = 46, 556, 10, 176


def year_pairs(
    labels: Sequence[str], last: Sequence[Number | None], this: Sequence[Number | None], *,
    title: str, names: tuple[str, str], head: str = "", fmt: Format = grouped, change: str = "",
) -> Chart:
    """Two bars for each label: the earlier period pale, the later one strong; None leaves a gap, negatives hang down.

    `names` are the two periods, `head` the column head of the labels, `change` that of the year-on-year column
    (left out when empty).
    """
    marks = ticks(min(finite([*last, *this]), default=0.0), max(finite([*last, *this]), default=0.0))
    up = scale(marks[0], marks[-1], BOTTOM, TOP)
    slot = (RIGHT - LEFT) / max(len(labels), 1)
    bar = min(slot * 0.34, 16.0)
    parts = _grid(marks, up, fmt)
    for i, label in enumerate(labels):
        middle = LEFT + slot * (i + 0.5)
        parts += _bar(middle - bar - 0.75, bar, last[i], up, "was", f"{label} {names[0]}", fmt)
        parts += _bar(middle + 0.75, bar, this[i], up, "now", f"{label} {names[1]}", fmt)
        parts.append(el("text", label, cls="m", x=middle, y=HEIGHT - 6))
    parts.append(el("path", cls="axis", d=f"M{LEFT} {num(up(0))}H{RIGHT}"))
    table = Table(title, [head, *names, *([change] if change else [])], _pair_rows(labels, last, this, fmt, bool(change)))
    return Chart(title, figure(WIDTH, HEIGHT, title, parts), table, [Key("was", names[0]), Key("now", names[1])])


def _grid(marks: Sequence[float], up: Format | object, fmt: Format) -> list[Svg]:
    lines: list[Svg] = []
    for mark in marks:
        y = up(mark)  # type: ignore[operator]
        lines += [
            el("path", cls="grid", d=f"M{LEFT} {num(y)}H{RIGHT}"),
            el("text", fmt(mark), cls="e", x=LEFT - 6, y=y + 4),
        ]
    return lines


def _bar(x: float, width: float, value: Number | None, up: object, cls: str, name: str, fmt: Format) -> list[Svg]:
    drawn = finite([value])
    if not drawn or value is None:
        return []
    zero, edge = up(0), up(drawn[0])  # type: ignore[operator]
    kind = f"{cls} neg" if drawn[0] < 0 and cls == "now" else cls
    tip = el("title", f"{name}: {fmt(value)}")
    return [el("rect", tip, cls=kind, x=x, y=min(zero, edge), width=width, height=abs(edge - zero), rx=min(2.0, abs(edge - zero) / 2))]


def _pair_rows(
    labels: Sequence[str], last: Sequence[Number | None], this: Sequence[Number | None], fmt: Format, change: bool
) -> list[list[str]]:
    rows = []
    for label, before, now in zip(labels, last, this, strict=True):
        row = [label, *("–" if v is None else fmt(v) for v in (before, now))]
        rows.append([*row, _change(before, now)] if change else row)
    return rows


def _change(before: Number | None, now: Number | None) -> str:
    """(now - before) / before; nothing when there is no earlier amount."""
    if not before or now is None:
        return "–"
    ratio = float(now) / float(before) - 1
    return ("+" if ratio > 0 else "") + grouped(ratio * 100, 1) + "%"
