"""Small drawings beside text: trend, scale, ring, signed bar."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hengke.engines.charts.svg import Number, Svg, el, finite, inline, num, scale


def sparkline(
    values: Sequence[Number | None], label: str = "", *, kind: str = "", width: int = 76, height: int = 28
) -> Svg:
    """Trend of a few periods, oldest first; gaps are skipped; `kind` (ok, bad …) colours it.

    The lowest value touches the bottom, the highest the top; when all are equal the line runs in the middle.
    """
    drawn = [(i, float(v)) for i, v in enumerate(values) if v is not None and math.isfinite(v)]
    if not drawn:
        return inline(width, height, label, [], kind)
    heights = [v for _i, v in drawn]
    across = scale(0, max(len(values) - 1, 1), 2, width - 4)
    up = scale(min(heights), max(heights), height - 3, 4)
    points = [(num(across(i)), num(up(v))) for i, v in drawn]
    # Written out: a list page draws fifty of them.
    (first, _y), (last, end) = points[0], points[-1]
    line = "L".join([f"{x} {y}" for x, y in points])
    ground = f"L{last} {num(height)}L{first} {num(height)}Z"
    trend = f'<path class="area" d="M{line}{ground}"/><path class="line" d="M{line}"/>'
    mark = f'<circle class="end" cx="{last}" cy="{end}" r="2.2"/>'
    return inline(width, height, label, [Svg(trend + mark if len(points) > 1 else mark)], kind)


def scale_bar(value: Number, label: str = "", *, kind: str = "", width: int = 52) -> Svg:
    """A ruler with graduations filled up to `value` in [0, 1]; beyond that it is clipped."""
    share = min(max(float(value), 0.0), 1.0)
    parts = [
        el("rect", cls="rest", width=width, height=6, rx=3),
        el("rect", cls="fill", width=width * share, height=6, rx=min(3.0, width * share / 2)),
        *(el("path", cls="gap", d=f"M{width * i / 5:g} 0v6") for i in range(1, 5)),
    ]
    return inline(width, 6, label, parts, kind)


def share_bar(value: Number, label: str = "", *, kind: str = "") -> Svg:
    """A bar as wide as its box, filled up to `value` in [0, 1]; beyond that it is clipped."""
    share = min(max(float(value), 0.0), 1.0)
    parts = [
        el("rect", cls="rest", width=100, height=8),
        el("rect", cls="fill", width=100 * share, height=8),
    ]
    named: dict[str, str | None] = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    shape = {"viewBox": "0 0 100 8", "preserveAspectRatio": "none"}
    return el("svg", *parts, cls=f"chart share {kind}".strip(), **shape, **named)


def ring(value: Number, text: str, label: str, *, kind: str = "", size: int = 54) -> Svg:
    """Gauge of three quarters of a circle, filled by `value` in [0, 1], with `text` in the middle."""
    share = min(max(float(value), 0.0), 1.0)
    radius, middle = size / 2 - 4, size / 2
    parts = [
        el("path", cls="track", d=_arc(middle, radius, 1.0), stroke_width=5, stroke_linecap="round"),
        el("path", cls="arc", d=_arc(middle, radius, share), stroke_width=5) if share > 0 else Svg(""),
        el("text", text, cls="m k", x=middle, y=middle + 4),
    ]
    return inline(size, size, label, parts, kind)


def _arc(middle: float, radius: float, share: float) -> str:
    """The gauge opens downwards: it runs clockwise from 135 degrees over 270 degrees."""
    start, end = math.radians(135), math.radians(135 + 270 * share)
    x0, y0 = middle + radius * math.cos(start), middle + radius * math.sin(start)
    x1, y1 = middle + radius * math.cos(end), middle + radius * math.sin(end)
    return f"M{x0:.2f} {y0:.2f}A{radius:g} {radius:g} 0 {int(share > 2 / 3)} 1 {x1:.2f} {y1:.2f}"


def signed_bar(value: Number, limit: Number, label: str = "", *, width: int = 40) -> Svg:
    """A bar to the right (positive) or left (negative) of a middle line; `limit` fills one half."""
    half = width / 2
    drawn = finite([value])
    length = min(abs(drawn[0]) / float(limit), 1.0) * half if drawn and limit else 0.0
    right = bool(drawn) and drawn[0] >= 0
    parts = [
        el("rect", cls="fill", x=half if right else half - length, y=1, width=length, height=6, rx=1.5),
        el("path", cls="axis", d=f"M{half:g} 0v8"),
    ]
    return inline(width, 8, label, parts, "ok" if right else "bad")
