"""Flow between two columns: who was here and is there, as ribbons (a Sankey diagram of two steps)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hengke.engines.charts.svg import Chart, Format, Svg, Table, el, figure, grouped, num

WIDTH, HEIGHT, GAP, BLOCK = 640.0, 340.0, 8.0, 12.0
LEFT, RIGHT = 150.0, 490.0
LEAST = 10.0  # units of height for a block's words


@dataclass(frozen=True)
class Ribbon:
    """So many from one block to another; `cls` is up, down or same, `href` leads to who they are."""

    origin: str
    target: str
    value: int
    cls: str = "same"
    href: str = ""


def flow(
    ribbons: Sequence[Ribbon], origins: Sequence[str], targets: Sequence[str], *, title: str,
    columns: Sequence[str] = ("", "", ""), fmt: Format = grouped,
) -> Chart:  # fmt: skip
    """Blocks at the left in the order of `origins`, at the right in that of `targets`; empty ones are left out."""
    drawn = [ribbon for ribbon in ribbons if ribbon.value > 0]
    left = _heights(drawn, origins, "origin")
    right = _heights(drawn, targets, "target")
    whole = sum(ribbon.value for ribbon in drawn)
    room = HEIGHT - GAP * max(len(left), len(right), 1)
    scale = room / whole if whole else 0.0
    starts, ends = _places(left, scale), _places(right, scale)
    parts = _ribbons(drawn, origins, targets, dict(starts), dict(ends), scale, fmt)
    parts += _blocks(left, dict(starts), scale, LEFT - BLOCK, LEFT - BLOCK - 8, "e", fmt)
    parts += _blocks(right, dict(ends), scale, RIGHT, RIGHT + BLOCK + 8, "", fmt)
    rows = [[ribbon.origin, ribbon.target, fmt(ribbon.value)] for ribbon in drawn]
    return Chart(title, figure(WIDTH, HEIGHT, title, parts, role="group"), Table(title, columns, rows))


def _heights(ribbons: Sequence[Ribbon], order: Sequence[str], side: str) -> dict[str, int]:
    sums = {name: sum(ribbon.value for ribbon in ribbons if getattr(ribbon, side) == name) for name in order}
    return {name: value for name, value in sums.items() if value}


def _places(sums: dict[str, int], scale: float) -> list[tuple[str, float]]:
    """The upper edge of each block."""
    found, top = [], 0.0
    for name, value in sums.items():
        found.append((name, top))
        top += value * scale + GAP
    return found


def _ribbons(
    ribbons: Sequence[Ribbon], origins: Sequence[str], targets: Sequence[str], starts: dict[str, float],
    ends: dict[str, float], scale: float, fmt: Format,
) -> list[Svg]:  # fmt: skip
    """In the order of both columns, so that ribbons of one block do not cross within it."""
    tops: dict[tuple[str, str], tuple[float, float]] = {}
    at = dict(starts)
    for ribbon in sorted(ribbons, key=lambda r: (origins.index(r.origin), targets.index(r.target))):
        tops[ribbon.origin, ribbon.target] = at[ribbon.origin], 0.0
        at[ribbon.origin] += ribbon.value * scale
    at = dict(ends)
    for ribbon in sorted(ribbons, key=lambda r: (targets.index(r.target), origins.index(r.origin))):
        tops[ribbon.origin, ribbon.target] = tops[ribbon.origin, ribbon.target][0], at[ribbon.target]
        at[ribbon.target] += ribbon.value * scale
    return [
        _ribbon(ribbon, *tops[ribbon.origin, ribbon.target], ribbon.value * scale, fmt) for ribbon in ribbons
    ]


def _ribbon(ribbon: Ribbon, start: float, end: float, height: float, fmt: Format) -> Svg:
    words = f"{ribbon.origin} → {ribbon.target}: {fmt(ribbon.value)}"
    middle = (LEFT + RIGHT) / 2
    upper = f"M{num(LEFT)} {num(start)}C{num(middle)} {num(start)} {num(middle)} {num(end)} {num(RIGHT)} {num(end)}"
    low, lower = start + height, end + height
    back = f"V{num(lower)}C{num(middle)} {num(lower)} {num(middle)} {num(low)} {num(LEFT)} {num(low)}Z"
    shape = el("path", el("title", words), cls=f"rib {ribbon.cls}", d=upper + back)
    return el("a", shape, href=ribbon.href, aria_label=words) if ribbon.href else shape


def _blocks(
    sums: dict[str, int], tops: dict[str, float], scale: float, x: float, text: float, cls: str, fmt: Format
) -> list[Svg]:
    parts, free = [], 0.0
    for name, value in sums.items():
        height = value * scale
        parts.append(el("rect", cls="p1", x=x, y=tops[name], width=BLOCK, height=max(height, 1.0), rx=2))
        y = max(tops[name] + height / 2 + 4, free + LEAST)  # words of thin blocks do not lie on each other
        free = y + 2
        parts.append(el("text", f"{name} {fmt(value)}", cls=cls or None, x=text, y=y))
    return parts
