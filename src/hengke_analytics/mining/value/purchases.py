"""How often, how recently, since when, and for how much each customer has bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns.baskets import Codes, codes

Floats = NDArray[np.float64]
WEEK = 7


@dataclass(frozen=True)
class Days:
    """One entry for each customer and day with a purchase, by customer and day; days since 1970."""

    customer: Codes
    day: Codes
    amount: Floats
    names: pa.Array


@dataclass(frozen=True)
class Purchases:
    """Per customer: `repeats` x (days bought on after the first), `last` t_x and `age` T in weeks since the first.

    `spent` is the mean amount of a repeat day, 0 without any. `customer` points into the names of the days.
    """

    customer: Codes
    repeats: Floats
    last: Floats
    age: Floats
    spent: Floats

    def take(self, chosen: Codes) -> Purchases:
        """These customers, in this order."""
        repeats, last, age, spent = (each[chosen] for each in (self.repeats, self.last, self.age, self.spent))
        return Purchases(self.customer[chosen], repeats, last, age, spent)


def by_day(customers: pa.ChunkedArray, days: pa.ChunkedArray, amounts: pa.ChunkedArray) -> Days:
    """Sum up lines per customer and day; lines with a blank say nothing. InputError `no_purchases`."""
    usable = pc.and_(pc.and_(pc.is_valid(customers), pc.is_valid(days)), pc.is_valid(amounts))
    customers, days, amounts = (column.filter(usable) for column in (customers, days, amounts))
    if not len(customers):
        raise InputError("no_purchases", "No line has a customer, a date and an amount.")
    customer, names = codes(customers)
    day = days.cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
    origin = int(day.min())
    span = int(day.max()) - origin + 1
    keys, place = np.unique(customer * span + day - origin, return_inverse=True)
    amount = _sums(place, amounts.cast(pa.float64()).to_numpy(), len(keys))
    return Days(keys // span, keys % span + origin, amount, names)


def purchases(days: Days, until: int) -> Purchases:
    """Customers as they stood at the end of day `until`; who had not bought by then is left out."""
    known = days.day <= until
    customer, day, amount = days.customer[known], days.day[known], days.amount[known]
    if not len(customer):
        raise InputError("no_purchases", "Nobody had bought anything by then.")
    start = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
    repeats = np.diff(np.append(start, len(customer))) - 1
    first, last = day[start], day[start + repeats]
    later = np.add.reduceat(amount, start) - amount[start]
    return Purchases(
        customer[start],
        repeats.astype(np.float64),
        (last - first) / WEEK,
        (until - first) / WEEK,
        np.divide(later, repeats, out=np.zeros(len(start)), where=repeats > 0),
    )


def bought_between(days: Days, after: int, until: int) -> tuple[Floats, Floats]:
    """Days bought on, and amount, in (after, until], for every customer by the number of the name."""
    inside = (days.day > after) & (days.day <= until)
    customer, count = days.customer[inside], len(days.names)
    return _sums(customer, np.ones(len(customer)), count), _sums(customer, days.amount[inside], count)


def _sums(place: Codes, amounts: Floats, count: int) -> Floats:
    return np.bincount(place, weights=amounts, minlength=count).astype(np.float64)
