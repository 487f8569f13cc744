"""Customer lifetime value over a horizon: BG/NBD times Gamma–Gamma, with intervals by bootstrap and simulation."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from hengke_analytics.mining.value import bgnbd, gammagamma
from hengke_analytics.mining.value.bgnbd import Habit
from hengke_analytics.mining.value.gammagamma import Spending
from hengke_analytics.mining.value.purchases import WEEK, Days, Floats, Purchases, bought_between, purchases

REPLICATES = 100
_MOST_REFITTED = 20_000  # customers; more of them only narrow parameters that are narrow already


@dataclass(frozen=True)
class Model:
    """Both sets of parameters."""

    habit: Habit
    spending: Spending


@dataclass(frozen=True)
class Range:
    """An expected figure and the interval in which it comes to lie with the stated probability."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Values:
    """Per customer: P(alive), purchases and value of the horizon with their intervals; and what all bring."""

    alive: Floats
    purchases: Floats
    purchases_low: Floats
    purchases_high: Floats
    value: Floats
    value_low: Floats
    value_high: Floats
    all_purchases: Range
    all_value: Range


@dataclass(frozen=True)
class Holdout:
    """What was forecast for the last weeks of the data, and what came; `naive` goes on at each one's past rate."""

    weeks: int
    purchases: int
    forecast: float
    correlation: float
    mean_error: float
    naive_correlation: float
    naive_mean_error: float
    value: float
    value_forecast: float
    value_correlation: float


def fit(bought: Purchases) -> Model:
    """Both models at their greatest likelihood."""
    return Model(bgnbd.fit(bought), gammagamma.fit(bought))


def bootstrap(
    bought: Purchases, model: Model, dice: np.random.Generator, *, replicates: int = REPLICATES
) -> list[Model]:
    """Models of resampled customers: how far the parameters could have come out differently."""
    count = len(bought.repeats)
    if count > _MOST_REFITTED:
        bought = bought.take(dice.choice(count, _MOST_REFITTED, replace=False))
        count = _MOST_REFITTED
    found: list[Model] = []
    while len(found) < replicates:
        weights = dice.multinomial(count, np.full(count, 1 / count)).astype(np.float64)
        if not np.any(weights[gammagamma.spenders(bought)]):
            continue  # a handful of customers may be drawn without any who came back
        found.append(
            Model(bgnbd.fit(bought, weights, model.habit), gammagamma.fit(bought, weights, model.spending))
        )
    return found


def parameter_ranges(models: list[Model], level: float) -> dict[str, tuple[float, float]]:
    """Interval of each parameter over the bootstrap."""
    names = ("r", "alpha", "a", "b", "p", "q", "v")
    drawn = np.array([(*astuple(each.habit), *astuple(each.spending)) for each in models])
    low, high = np.quantile(drawn, _tails(level), axis=0)
    return {name: (float(low[place]), float(high[place])) for place, name in enumerate(names)}


def values(
    bought: Purchases,
    model: Model,
    models: list[Model],
    weeks: float,
    dice: np.random.Generator,
    *,
    level: float = 0.95,
) -> Values:
    """Expected purchases and value of the next `weeks`, undiscounted, beside `level` intervals.

    Each replicate takes its parameters from the bootstrap and draws what every customer does, so an interval
    covers both that the parameters are uncertain and that customers are.
    """
    times = np.empty((len(models), len(bought.repeats)), np.float32)
    worth = np.empty_like(times)
    for place, each in enumerate(models):
        drawn = bgnbd.simulate(bought, each.habit, weeks, dice)
        times[place] = drawn
        worth[place] = gammagamma.simulate(bought, each.spending, drawn, dice)
    expected = bgnbd.expected(bought, model.habit, weeks)
    value = expected * gammagamma.expected(bought, model.spending)
    tails = _tails(level)
    times_low, times_high = np.quantile(times, tails, axis=0)
    worth_low, worth_high = np.quantile(worth, tails, axis=0)
    return Values(
        bgnbd.alive(bought, model.habit), expected, times_low, times_high, value, worth_low, worth_high,
        _range(expected, times, tails), _range(value, worth, tails),
    )  # fmt: skip


def holdout(days: Days, weeks: int, last_day: int) -> Holdout:
    """Fit to all but the last `weeks`, forecast these, and compare with what came."""
    until = last_day - weeks * WEEK
    bought = purchases(days, until)
    model = fit(bought)
    times, amounts = (column[bought.customer] for column in bought_between(days, until, last_day))
    forecast = bgnbd.expected(bought, model.habit, weeks)
    value = forecast * gammagamma.expected(bought, model.spending)
    naive = np.divide(bought.repeats, bought.age, out=np.zeros_like(forecast), where=bought.age > 0) * weeks
    return Holdout(
        weeks,
        int(times.sum()), float(forecast.sum()), _correlation(forecast, times), _mean_error(forecast, times),
        _correlation(naive, times), _mean_error(naive, times),
        float(amounts.sum()), float(value.sum()), _correlation(value, amounts),
    )  # fmt: skip


def spending_depends_on_frequency(bought: Purchases) -> float:
    """Correlation of repeats and mean amount: Gamma–Gamma takes them to be independent."""
    paid = gammagamma.spenders(bought)
    return _correlation(bought.repeats[paid], bought.spent[paid])


def _tails(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2


def _range(
    expected: Floats, drawn: np.ndarray[tuple[int, int], np.dtype[np.float32]], tails: tuple[float, float]
) -> Range:
    low, high = np.quantile(drawn.sum(axis=1, dtype=np.float64), tails)
    return Range(float(expected.sum()), float(low), float(high))


def _correlation(one: Floats, other: Floats) -> float:
    if len(one) < 2 or not (one.std() and other.std()):
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _mean_error(forecast: Floats, actual: Floats) -> float:
    return float(np.abs(forecast - actual).mean())
