"""Small words for writing SVG: elements, escaping, scales, numbers.

Charts carry geometry as attributes and meaning as classes; every colour lives in the style sheet, so one
drawing serves light, dark and print, and needs no style attribute (strict content policy).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape

Number = int | float | Decimal
Format = Callable[[Number], str]
MINUS = "−"


class Svg(str):
    """Markup that is already escaped; templates take it as safe through `__html__`."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True)
class Table:
    """The numbers of a chart as text: a caption, column heads, rows whose first cell names the row."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Key:
    """One entry of a legend: the class that colours the mark, its words, and perhaps a value."""

    cls: str
    text: str
    value: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawing, its numbers and its legend; `str()` and templates give the drawing."""

    title: str
    svg: Svg
    table: Table
    legend: Sequence[Key] = field(default=())

    def __html__(self) -> str:
        return self.svg

    __str__ = __html__


def grouped(value: Number, digits: int = 0) -> str:
    """1234.5 -> 1,235, with a true minus sign."""
    return f"{value:,.{digits}f}".replace("-", MINUS)


def percent(value: Number, digits: int = 0) -> str:
    """0.8 -> 80%."""
    return grouped(float(value) * 100, digits) + "%"


def el(tag: str, *children: str, **attributes: str | Number | None) -> Svg:
    """One element; text children and attributes are escaped, `Svg` children are taken as they are.

    `cls` stands for class, "_" in names for "-"; None leaves an attribute out; numbers keep two decimals.
    """
    present = {_name(key): _value(value) for key, value in attributes.items() if value is not None}
    written = "".join(f' {key}="{value}"' for key, value in present.items())
    inner = "".join(child if isinstance(child, Svg) else escape(child) for child in children)
    return Svg(f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>")


def _name(key: str) -> str:
    return "class" if key == "cls" else key.replace("_", "-")


def _value(value: str | Number) -> str:
    return escape(value) if isinstance(value, str) else num(value)


def num(value: Number) -> str:
    """A coordinate: at most two decimals, no trailing zeros, no negative zero."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def group(children: Iterable[Svg], **attributes: str | Number | None) -> Svg:
    """A `<g>` of several elements."""
    return el("g", Svg("".join(children)), **attributes)


def figure(
    width: Number,
    height: Number,
    title: str,
    parts: Iterable[Svg],
    cls: str = "wide",
    role: str = "img",
    natural: Number | None = None,
) -> Svg:
    """The root of a chart; it fills the width of its box unless it has a `natural` width."""
    box = f"0 0 {num(width)} {num(height)}"
    return el(
        "svg", *parts, cls=f"chart {cls}".strip(), viewBox=box, role=role, aria_label=title, width=natural
    )


def inline(width: Number, height: Number, label: str, parts: Iterable[Svg], cls: str = "") -> Svg:
    """The root of a small drawing of fixed size beside text; without a label it is decoration."""
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    wide, high = num(width), num(height)
    root = f'class="{escape(f"chart fixed {cls}".strip())}" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    inner = "".join(parts)
    return Svg(f"<svg {root} {named}>{inner}</svg>" if inner else f"<svg {root} {named}/>")


def path(points: Iterable[tuple[float, float]], close: bool = False) -> str:
    """Points as path data."""
    return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points) + ("Z" if close else "")


def finite(values: Iterable[Number | None]) -> list[float]:
    """The values that can be drawn: present and finite."""
    return [float(v) for v in values if v is not None and math.isfinite(v)]


def scale(low: float, high: float, start: float, end: float) -> Callable[[Number], float]:
    """Linear map of [low, high] onto [start, end]; an empty range maps onto the middle."""
    if high == low:
        return lambda _value: (start + end) / 2
    return lambda value: start + (float(value) - low) / (high - low) * (end - start)


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round numbers (1, 2, 2.5 or 5 times a power of ten) that enclose [low, high]; zero is always within."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        return [0.0, 1.0]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(m for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]
