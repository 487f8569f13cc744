"""What each known customer brings in the next year, as shares of what all of them bring together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from hengke_analytics.mining.value import bgnbd, clv, gammagamma
from hengke_analytics.mining.value.purchases import WEEK, Days, Floats, Purchases, bought_between, purchases

WEEKS = 52
_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_MOST_GROWTH = 0.5  # of a year's change; one year says little about the next
_SIZES = 5
_FEWEST = 100  # customers of a year held back from which intervals are taken
_TAILS = (0.1, 0.9)
KINDS = ("last", "loyal", "grown")


@dataclass(frozen=True)
class Weighed:
    """How the parts are mixed: `weight` of the lifetime model, the rest of one of `KINDS`.

    Errors are mean absolute ones of the year held back per customer, over the mean that came, ours and that of
    taking last year's amount; None without such a year. `sizes` and `ratios` (size x tail) say what came of a
    foreseen amount, as a multiple of it.
    """

    weight: float
    kind: str
    error: float | None = None
    naive_error: float | None = None
    sizes: Floats | None = None
    ratios: Floats | None = None


@dataclass(frozen=True)
class NextYear:
    """Per customer of the purchases, in their order: what is expected and between what it lies in 80 of 100 cases."""

    expected: Floats
    low: Floats
    high: Floats
    weighed: Weighed


def next_year(days: Days, bought: Purchases, found: clv.Values, until: int) -> NextYear:
    """Mix the lifetime model's value with last year's amount, as it was best for a year held back.

    Last year's amount counts plainly, times P(alive), or times P(alive)·(1 + g/2) with g the change of the last
    year against the one before, cut at ±.5. So on the year held back it is never worse than last year's amount.
    Intervals are what came of amounts of like size in that year; without it those of the lifetime model.
    """
    weighed = _weigh(days, until)
    expected = _mixed(weighed, found.value, _parts(days, bought, found.alive, until))
    if weighed.sizes is None or weighed.ratios is None:
        return NextYear(expected, found.value_low, found.value_high, weighed)
    ratio = weighed.ratios[np.searchsorted(weighed.sizes, expected)]
    return NextYear(expected, expected * ratio[:, 0], expected * ratio[:, 1], weighed)


def _weigh(days: Days, until: int) -> Weighed:
    before = until - WEEKS * WEEK
    if not np.any(days.day <= before - WEEKS * WEEK):
        return Weighed(0.5, "loyal")
    bought = purchases(days, before)
    model = clv.fit(bought)
    alive = bgnbd.alive(bought, model.habit)
    value = bgnbd.expected(bought, model.habit, WEEKS) * gammagamma.expected(bought, model.spending)
    parts = _parts(days, bought, alive, before)
    came = bought_between(days, before, until)[1][bought.customer]
    tried = [Weighed(weight, kind) for weight, kind in product(_WEIGHTS, KINDS)]
    errors = [_error(_mixed(each, value, parts), came) for each in tried]
    best = tried[int(np.argmin(errors))]
    sizes, ratios = _what_came(_mixed(best, value, parts), came)
    return Weighed(best.weight, best.kind, min(errors), _error(parts["last"], came), sizes, ratios)


def _mixed(weighed: Weighed, value: Floats, parts: dict[str, Floats]) -> Floats:
    return np.asarray(weighed.weight * value + (1 - weighed.weight) * parts[weighed.kind])


def _parts(days: Days, bought: Purchases, alive: Floats, until: int) -> dict[str, Floats]:
    year = WEEKS * WEEK
    last = bought_between(days, until - year, until)[1][bought.customer]
    before = bought_between(days, until - 2 * year, until - year)[1][bought.customer]
    growth = np.divide(last - before, before, out=np.zeros_like(last), where=before > 0)
    grown = alive * last * (1 + np.clip(growth, -_MOST_GROWTH, _MOST_GROWTH) / 2)
    return dict(zip(KINDS, (last, alive * last, grown), strict=True))


def _error(foreseen: Floats, came: Floats) -> float:
    """Mean absolute error over the mean, once both have the same sum: only the shares are asked for."""
    scale = came.sum() / max(float(foreseen.sum()), 1e-9)
    return float(np.abs(foreseen * scale - came).mean() / max(float(came.mean()), 1e-9))


def _what_came(foreseen: Floats, came: Floats) -> tuple[Floats | None, Floats | None]:
    """Edges of classes of size, and in each the tails of what came over what was foreseen."""
    some = foreseen > 0
    if some.sum() < _FEWEST:
        return None, None
    foreseen, came = foreseen[some], came[some]
    sizes = np.quantile(foreseen, np.arange(1, _SIZES) / _SIZES)
    place = np.searchsorted(sizes, foreseen)
    ratios = [np.quantile((came / foreseen)[place == at], _TAILS) for at in range(_SIZES)]
    return sizes, np.array(ratios)
