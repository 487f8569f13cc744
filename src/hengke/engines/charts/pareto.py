"""The contribution curve: ranked bars, their cumulative share, and a marker where the chosen share is reached."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from hengke.engines.charts.svg import Chart, Format, Key, Number, Svg, Table, el, figure, group, grouped, num, path, percent, scale, ticks

WIDTH, HEIGHT = 600, 246
LEFT, RIGHT, TOP, BOTTOM = 46, 556, 14, 222
# The plot in drawing units, which the island needs to move the marker.
PLOT = {"left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM}
MAX_POINTS = 240
TIP_WIDTH, TIP_HEIGHT = 176, 44


@dataclass(frozen=True)
class Stop:
    """One position of the slider: the shortest head of the ranking that holds at least `ratio` percent."""

    ratio: int
    customers: int
    fraction: float
    amount: Decimal
    share: float


def head_stops(amounts: Sequence[Decimal], ratios: Iterable[int] = range(10, 100)) -> list[Stop]:
    """The heads for whole percentages, from contributions > 0 ranked descending; exact in Decimal.

    definitions.md, "Contribution curve": the shortest head whose cumulative share is >= the ratio.
    """
    cumulated = list(accumulate(amounts))
    if not cumulated or cumulated[-1] <= 0:
        return []
    base = cumulated[-1]
    stops = []
    for ratio in ratios:
        customers = min(bisect_left(cumulated, base * ratio / 100) + 1, len(cumulated))
        held = cumulated[customers - 1]
        stops.append(Stop(ratio, customers, customers / len(cumulated), held, float(held / base)))
    return stops


def bin_ranked(amounts: Sequence[Number], bins: int = 60) -> list[float]:
    """Mean contribution of equal slices of the ranking, at most one bar for each customer."""
    bins = min(bins, len(amounts))
    edges = [round(i * len(amounts) / bins) for i in range(bins + 1)] if bins else []
    return [
        float(sum(map(float, amounts[low:high]))) / (high - low)
        for low, high in zip(edges, edges[1:], strict=False)
    ]


def curve_points(amounts: Sequence[Number]) -> list[tuple[float, float]]:
    """(fraction of customers, cumulative share) from (0, 0) to (1, 1), thinned to what a drawing can show."""
    cumulated = list(accumulate(map(float, amounts)))
    if not cumulated or cumulated[-1] <= 0:
        return []
    n, base = len(cumulated), cumulated[-1]
    # Ranks grow as a square, because the curve bends at its head.
    kept = sorted({round(n * (i / MAX_POINTS) ** 2) for i in range(1, MAX_POINTS + 1)} | {n}) if n > MAX_POINTS else range(1, n + 1)
    return [(0.0, 0.0), *((k / n, cumulated[k - 1] / base) for k in kept if k)]


def pareto(
    bars: Sequence[float], curve: Sequence[tuple[float, float]], stop: Stop | None, *,
    title: str, tip: tuple[str, str] = ("", ""), legend: tuple[str, str, str] = ("", "", ""),
    table: Table | None = None, fmt: Format = grouped,
) -> Chart:
    """Bars (left axis, `fmt`), curve (right axis) and the marker of `stop` with its two lines of text.

    The island finds `.in/.out` bars, `[data-mark]` and the plot in `data-plot`; `legend` names head, rest and curve.
    """
    top = max([*bars, 0.0])
    marks = ticks(0.0, top)
    up = scale(0, marks[-1], BOTTOM, TOP)
    parts = [*_axes(marks, up, fmt), _bars(bars, up, stop)]
    if curve:
        across, share = scale(0, 1, LEFT, RIGHT), scale(0, 1, BOTTOM, TOP)
        parts.append(el("path", cls="curve", d=path((across(x), share(y)) for x, y in curve)))
        parts += [_marker(stop, tip)] if stop else []
    drawing = figure(WIDTH, HEIGHT, title, parts)
    keys = [Key("in", legend[0]), Key("out", legend[1]), Key("p2", legend[2])] if any(legend) else []
    return Chart(title, drawing, table or Table(title, [], []), keys)


def _axes(marks: Sequence[float], up: Callable[[Number], float], fmt: Format) -> list[Svg]:
    parts: list[Svg] = []
    for mark in marks:
        parts += [
            el("path", cls="grid", d=f"M{LEFT} {num(up(mark))}H{RIGHT}"),
            el("text", fmt(mark), cls="e", x=LEFT - 6, y=up(mark) + 4),
        ]
    for i in range(6):
        x = LEFT + (RIGHT - LEFT) * i / 5
        y = BOTTOM + (TOP - BOTTOM) * i / 5
        parts.append(el("text", percent(i / 5), x=RIGHT + 6, y=y + 4))
        parts.append(el("text", percent(i / 5), cls="m", x=x, y=HEIGHT - 6))
    return parts


def _bars(bars: Sequence[float], up: Callable[[Number], float], stop: Stop | None) -> Svg:
    slot = (RIGHT - LEFT) / max(len(bars), 1)
    head = stop.fraction * len(bars) if stop else 0.0
    return group(
        (
            el("rect", cls="in" if i < head else "out", x=LEFT + slot * i + slot * 0.06, y=up(value),
               width=slot * 0.88, height=BOTTOM - up(value), rx=min(1.5, slot / 4))
            for i, value in enumerate(bars)
        ),
        data_bars=len(bars),
    )


def _marker(stop: Stop, tip: tuple[str, str]) -> Svg:
    x = LEFT + stop.fraction * (RIGHT - LEFT)
    y = BOTTOM - stop.share * (BOTTOM - TOP)
    beside = tip_place(x, y)
    return group(
        [
            el("path", cls="guide", d=guide(x, y), data_mark="guide"),
            el("circle", cls="pin", cx=x, cy=y, r=4.5, data_mark="pin"),
            group(
                [
                    el("rect", cls="tip", width=TIP_WIDTH, height=TIP_HEIGHT, rx=5),
                    el("text", tip[0], cls="k", x=10, y=18, data_mark="head"),
                    el("text", tip[1], x=10, y=34, data_mark="held"),
                ],
                transform=f"translate({num(beside[0])} {num(beside[1])})", data_mark="tip",
            ),
        ],
        data_plot=json.dumps(PLOT | {"tip": TIP_WIDTH}, separators=(",", ":")),
    )


def guide(x: float, y: float) -> str:
    """From the marker down to the customers' axis and right to the share's axis."""
    return f"M{num(x)} {BOTTOM}V{num(y)}H{RIGHT}"


def tip_place(x: float, y: float) -> tuple[float, float]:
    """Right below the marker, moved left where it would leave the plot."""
    return min(x + 12, RIGHT - TIP_WIDTH), y + 12


def stops_json(stops: Sequence[Stop], *, count: Format = grouped, amount: Format = grouped) -> str:
    """The slider's positions with their texts, for `<script type="application/json">`; safe inside HTML."""
    rows = [
        {"r": s.ratio, "f": round(s.fraction, 5), "s": round(s.share, 5),
         "n": count(s.customers), "p": percent(s.fraction, 1), "a": amount(s.amount)}
        for s in stops
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return Svg(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
