"""The contribution curve: ranked bars, their cumulative share, and a marker at the chosen share."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise

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
    group,
    grouped,
    num,
    path,
    percent,
    scale,
    ticks,
)  # fmt: skip

WIDTH, HEIGHT = 600, 246
LEFT, RIGHT, TOP, BOTTOM = 46, 556, 14, 222
MAX_POINTS = 240
TIP_WIDTH, TIP_HEIGHT = 176, 44
# What the island needs to move the marker: the plot in drawing units.
PLOT = {"left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM, "tip": TIP_WIDTH}


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
    return [_stop(cumulated, ratio) for ratio in ratios]


def _stop(cumulated: Sequence[Decimal], ratio: int) -> Stop:
    base = cumulated[-1]
    customers = min(bisect_left(cumulated, base * ratio / 100) + 1, len(cumulated))
    held = cumulated[customers - 1]
    return Stop(ratio, customers, customers / len(cumulated), held, float(held / base))


def bin_ranked(amounts: Sequence[Number], bins: int = 60) -> list[float]:
    """Mean contribution of equal slices of the ranking, at most one bar for each customer."""
    bins = min(bins, len(amounts))
    edges = [round(i * len(amounts) / bins) for i in range(bins + 1)] if bins else []
    return [sum(map(float, amounts[low:high])) / (high - low) for low, high in pairwise(edges)]


def curve_points(amounts: Sequence[Number]) -> list[tuple[float, float]]:
    """(fraction of customers, cumulative share) from (0, 0) to (1, 1), thinned to what can be seen."""
    cumulated = list(accumulate(map(float, amounts)))
    if not cumulated or cumulated[-1] <= 0:
        return []
    n, base = len(cumulated), cumulated[-1]
    steps = min(n, MAX_POINTS)
    # Kept ranks grow as a square, because the curve bends at its head.
    kept = sorted({max(round(n * (i / steps) ** 2), min(i, n)) for i in range(1, steps + 1)})
    return [(0.0, 0.0), *((k / n, cumulated[k - 1] / base) for k in kept)]


def pareto(
    bars: Sequence[float],
    curve: Sequence[tuple[float, float]],
    stop: Stop | None,
    *,
    title: str,
    tip: tuple[str, str] = ("", ""),
    legend: tuple[str, str, str] = ("", "", ""),
    table: Table | None = None,
    fmt: Format = grouped,
) -> Chart:
    """Bars (left axis, `fmt`), curve (right axis) and the marker of `stop` with its two lines `tip`.

    `legend` names head, rest and curve. The island finds the bars in `[data-bars]`, the parts of the marker
    by `data-mark`, and the plot in `data-plot`.
    """
    plot = Plot(ticks(0.0, max([*bars, 0.0])), WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM)
    parts = [*plot.grid(fmt), *_percent_axes(plot), _bars(plot, bars, stop)]
    if curve:
        across, share = scale(0, 1, LEFT, RIGHT), scale(0, 1, BOTTOM, TOP)
        parts.append(el("path", cls="curve", d=path((across(x), share(y)) for x, y in curve)))
        parts += [_marker(stop, tip)] if stop else []
    keys = [Key("in", legend[0]), Key("out", legend[1]), Key("p2", legend[2])] if any(legend) else []
    return Chart(title, figure(WIDTH, HEIGHT, title, parts), table or Table(title, [], []), keys)


def _percent_axes(plot: Plot) -> list[Svg]:
    """Share on the right, fraction of customers below."""
    parts: list[Svg] = []
    for fifth in range(6):
        words = percent(fifth / 5)
        y = BOTTOM + (TOP - BOTTOM) * fifth / 5
        parts.append(el("text", words, x=RIGHT + 6, y=y + 4))
        parts.append(plot.below(LEFT + (RIGHT - LEFT) * fifth / 5, words))
    return parts


def _bars(plot: Plot, bars: Sequence[float], stop: Stop | None) -> Svg:
    slot, edges = plot.slots(len(bars))
    head = stop.fraction * len(bars) if stop else 0.0
    drawn = []
    for i, (value, edge) in enumerate(zip(bars, edges, strict=True)):
        y = plot.up(value)
        box = {"x": edge + slot * 0.06, "y": y, "width": slot * 0.88, "height": BOTTOM - y}
        drawn.append(el("rect", cls="in" if i < head else "out", **box))
    return group(drawn, data_bars=len(bars))


def _marker(stop: Stop, tip: tuple[str, str]) -> Svg:
    x = LEFT + stop.fraction * (RIGHT - LEFT)
    y = BOTTOM - stop.share * (BOTTOM - TOP)
    words = [
        el("rect", cls="tip", width=TIP_WIDTH, height=TIP_HEIGHT, rx=5),
        el("text", tip[0], cls="k", x=10, y=18, data_mark="head"),
        el("text", tip[1], x=10, y=34, data_mark="held"),
    ]
    # Right below the marker; moved left where it would leave the plot.
    place = f"translate({num(min(x + 12, RIGHT - TIP_WIDTH))} {num(min(y + 12, BOTTOM - TIP_HEIGHT - 4))})"
    parts = [
        el("path", cls="guide", d=f"M{num(x)} {BOTTOM}V{num(y)}H{RIGHT}", data_mark="guide"),
        el("circle", cls="pin", cx=x, cy=y, r=4.5, data_mark="pin"),
        group(words, transform=place, data_mark="tip"),
    ]
    return group(parts, data_plot=json.dumps(PLOT, separators=(",", ":")))


def stops_json(stops: Sequence[Stop], *, count: Format = grouped, amount: Format = grouped) -> Svg:
    """The slider's positions with their texts, for `<script type="application/json">`; safe inside HTML."""
    rows = [
        {
            "r": stop.ratio,
            "f": round(stop.fraction, 5),
            "s": round(stop.share, 5),
            "n": count(stop.customers),
            "p": percent(stop.fraction, 1),
            "a": amount(stop.amount),
        }
        for stop in stops
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return Svg(text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}))
