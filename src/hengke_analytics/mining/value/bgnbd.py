"""BG/NBD (Fader, Hardie and Lee 2005): how often a customer buys, and whether the customer is still there.

While alive a customer buys at rate λ ~ Gamma(r, α) a week; after each purchase the customer leaves with
probability p ~ Beta(a, b). x repeat purchases, the last at t_x, observed for T weeks.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, digamma, gammaln, hyp2f1

from hengke.kernel.errors import InputError
from hengke_analytics.mining.value.likelihood import maximise
from hengke_analytics.mining.value.purchases import Floats, Purchases


@dataclass(frozen=True)
class Habit:
    """The four parameters; rates are per week."""

    r: float
    alpha: float
    a: float
    b: float


START = Habit(1.0, 5.0, 1.0, 3.0)


@dataclass(frozen=True)
class _Known:
    """x, t_x and T; functions of x alone are worked out once per distinct x: `repeats[place]` is x."""

    x: Floats
    last: Floats
    age: Floats
    repeats: Floats
    place: NDArray[np.intp]

    @classmethod
    def of(cls, bought: Purchases) -> _Known:
        repeats, place = np.unique(bought.repeats, return_inverse=True)
        return cls(bought.repeats, bought.last, bought.age, repeats, place)


def fit(bought: Purchases, weights: Floats | None = None, start: Habit = START) -> Habit:
    """Parameters of greatest likelihood; `weights` count a customer several times or not at all.

    InputError `no_repeats` where nobody has come a second time.
    """
    weights = np.ones(len(bought.repeats)) if weights is None else weights
    if not np.any(weights[bought.repeats > 0]):
        raise InputError("no_repeats", "Nobody has bought on a second day: there is no habit to learn from.")
    known = _Known.of(bought)

    def likelihood(values: Floats) -> tuple[float, Floats]:
        heights, slopes = _likelihoods(known, Habit(*values))
        return float(heights @ weights) / weights.sum(), slopes @ weights / weights.sum()

    return Habit(*maximise(likelihood, astuple(start)))


def log_likelihood(bought: Purchases, habit: Habit) -> float:
    """Sum over customers of ln L(r, α, a, b | x, t_x, T)."""
    return float(_likelihoods(_Known.of(bought), habit)[0].sum())


def alive(bought: Purchases, habit: Habit) -> Floats:
    """P(alive): 1 / (1 + [x > 0] · a/(b + x − 1) · ((α + T)/(α + t_x))^(r + x))."""
    return 1 / (1 + _odds_of_having_left(bought, habit))


def expected(bought: Purchases, habit: Habit, weeks: float) -> Floats:
    """Purchase days in the next `weeks` (equation 10 of the paper)."""
    r, alpha, b, x = habit.r, habit.alpha, habit.b, bought.repeats
    a = habit.a if abs(habit.a - 1) > 1e-6 else 1 + 1e-6  # the formula has a removable gap at 1
    until = alpha + bought.age
    series = hyp2f1(r + x, b + x, a + b + x - 1, weeks / (until + weeks))
    grown = (a + b + x - 1) / (a - 1) * (1 - (until / (until + weeks)) ** (r + x) * series)
    broken = np.flatnonzero(~(np.isfinite(grown) & (grown >= 0)))
    if len(broken):
        grown[broken] = _expected_if_alive(bought.take(broken), habit, weeks)
    return np.asarray(grown / (1 + _odds_of_having_left(bought, habit)))


def simulate(bought: Purchases, habit: Habit, weeks: float, dice: np.random.Generator) -> Floats:
    """One draw of each customer's purchase days in the next `weeks`.

    Of who is alive at T we know λ ~ Gamma(r + x, α + T) and p ~ Beta(a, b + x), independently; the purchases
    are those of the Poisson process up to the one after which the customer leaves.
    """
    here = dice.random(len(bought.repeats)) < alive(bought, habit)
    rate = dice.gamma(habit.r + bought.repeats, 1 / (habit.alpha + bought.age))
    leaves = np.clip(dice.beta(habit.a, habit.b + bought.repeats), 1e-12, 1.0)
    times = np.minimum(dice.poisson(rate * weeks), dice.geometric(leaves))
    return np.where(here, times, 0).astype(np.float64)


def _expected_if_alive(bought: Purchases, habit: Habit, weeks: float) -> Floats:
    """The same by quadrature over p, for parameters so far out that the series has no number.

    E over p of (1 − ((α + T)/(α + T + p·t))^(r + x))/p, at the middles of 64 equal parts of Beta(a, b + x).
    """
    until = habit.alpha + bought.age
    total = np.zeros_like(until)
    for part in (np.arange(64) + 0.5) / 64:
        leaves = np.maximum(betaincinv(habit.a, habit.b + bought.repeats, part), 1e-9)
        total += -np.expm1(-(habit.r + bought.repeats) * np.log1p(leaves * weeks / until)) / leaves
    return np.asarray(total / 64)


def _odds_of_having_left(bought: Purchases, habit: Habit) -> Floats:
    x = bought.repeats
    gone = habit.a / np.maximum(habit.b + x - 1, 1e-12)
    silent = (habit.r + x) * np.log((habit.alpha + bought.age) / (habit.alpha + bought.last))
    return np.where(x > 0, gone * np.exp(np.minimum(silent, 700)), 0.0)


def _likelihoods(known: _Known, habit: Habit) -> tuple[Floats, Floats]:
    """ln L of each customer, and its slopes by r, α, a and b (4 x customers).

    ln L = ln Γ(r + x)/Γ(r) + r ln α + ln B(a, b + x)/B(a, b)
           + ln[(α + T)^−(r + x) + [x > 0] · a/(b + x − 1) · (α + t_x)^−(r + x)].
    """
    r, alpha, a, b = astuple(habit)
    x, every, place = known.x, known.repeats, known.place
    constant = gammaln(r + every) - gammaln(r) + r * np.log(alpha)
    constant += gammaln(a + b) + gammaln(b + every) - gammaln(b) - gammaln(a + b + every)
    here = -(r + x) * np.log(alpha + known.age)
    again = x > 0
    beyond = np.where(again, b + x - 1, 1.0)
    left = np.where(again, np.log(a / beyond) - (r + x) * np.log(alpha + known.last), -np.inf)
    either = np.logaddexp(here, left)
    is_here, has_left = np.exp(here - either), np.exp(left - either)
    by_x = digamma(a + b) - digamma(a + b + every)
    slopes = np.stack(
        (
            (digamma(r + every) - digamma(r) + np.log(alpha))[place]
            - is_here * np.log(alpha + known.age) - has_left * np.log(alpha + known.last),
            r / alpha - (r + x) * (is_here / (alpha + known.age) + has_left / (alpha + known.last)),
            by_x[place] + has_left / a,
            (by_x + digamma(b + every) - digamma(b))[place] - has_left / beyond,
        )
    )  # fmt: skip
    return constant[place] + either, slopes
