"""Gamma–Gamma (Fader and Hardie 2013): what a purchase of this customer is worth.

A purchase is Gamma(p, ν) and the customer's ν is Gamma(q, v); x repeat purchases of mean m, x > 0 and m > 0 only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from hengke.kernel.errors import InputError
from hengke_analytics.mining.value.likelihood import maximise
from hengke_analytics.mining.value.purchases import Floats, Purchases

_LEAST = 1e-6  # of q − 1


@dataclass(frozen=True)
class Spending:
    """The three parameters; v is in the currency of the amounts."""

    p: float
    q: float
    v: float


def fit(bought: Purchases, weights: Floats | None = None, start: Spending | None = None) -> Spending:
    """Parameters of greatest likelihood, with q > 1 so that a mean exists.

    InputError `no_spending` where no repeat purchase has an amount above zero.
    """
    paid = spenders(bought)
    weights = np.ones(len(paid)) if weights is None else weights[paid]
    if not np.any(weights):
        raise InputError("no_spending", "No customer has repeat purchases with an amount above zero.")
    x, mean = bought.repeats[paid], bought.spent[paid]
    begin = start or Spending(2.0, 4.0, float(np.average(mean, weights=weights)))

    def likelihood(values: Floats) -> tuple[float, Floats]:
        spending = Spending(values[0], 1 + values[1], values[2])
        height = float(_likelihoods(x, mean, spending) @ weights) / weights.sum()
        return height, _slopes(x, mean, spending) @ weights / weights.sum()

    p, over, v = maximise(likelihood, (begin.p, max(begin.q - 1, _LEAST), begin.v))
    return Spending(p, 1 + over, v)


def log_likelihood(bought: Purchases, spending: Spending) -> float:
    """Sum of ln L(p, q, v | x, m) over customers with x > 0 and m > 0."""
    paid = spenders(bought)
    return float(_likelihoods(bought.repeats[paid], bought.spent[paid], spending).sum())


def spenders(bought: Purchases) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Customers with repeat purchases that were paid for."""
    return np.flatnonzero((bought.repeats > 0) & (bought.spent > 0))


def expected(bought: Purchases, spending: Spending) -> Floats:
    """Mean of a future purchase: p·(v + x·m) / (p·x + q − 1)."""
    x, mean = _seen(bought)
    return spending.p * (spending.v + x * mean) / (spending.p * x + spending.q - 1)


def simulate(bought: Purchases, spending: Spending, times: Floats, dice: np.random.Generator) -> Floats:
    """One draw of what `times` purchases of each customer sum up to."""
    x, mean = _seen(bought)
    inverse = dice.gamma(spending.q + spending.p * x, 1 / (spending.v + x * mean))
    drawn = dice.gamma(np.where(times > 0, spending.p * times, 1.0), 1.0) / np.maximum(inverse, 1e-300)
    return np.where(times > 0, drawn, 0.0)


def _seen(bought: Purchases) -> tuple[Floats, Floats]:
    paid = bought.spent > 0
    return np.where(paid, bought.repeats, 0.0), np.where(paid, bought.spent, 0.0)


def _likelihoods(x: Floats, mean: Floats, spending: Spending) -> Floats:
    """ln Γ(px + q) − ln Γ(px) − ln Γ(q) + q ln v + (px − 1) ln m + px ln x − (px + q) ln(xm + v)."""
    p, q, v = spending.p, spending.q, spending.v
    return np.asarray(
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
        + (p * x - 1) * np.log(mean) + p * x * np.log(x) - (p * x + q) * np.log(x * mean + v)
    )  # fmt: skip


def _slopes(x: Floats, mean: Floats, spending: Spending) -> Floats:
    """Of ln L by p, q and v (3 x customers)."""
    p, q, v = spending.p, spending.q, spending.v
    total = x * mean
    shape = digamma(p * x + q)
    return np.stack(
        (
            x * (shape - digamma(p * x) + np.log(total) - np.log(total + v)),
            shape - digamma(q) + np.log(v) - np.log(total + v),
            q / v - (p * x + q) / (total + v),
        )
    )
