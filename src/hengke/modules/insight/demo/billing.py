"""What a line costs and how it is paid. Amounts are whole cents in int64, rounded half up per line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import noise
from .catalog import trades, variants
from .fleet import Fleet
from .lines import Lines
from .noise import Floats, Ints
from .population import Population

SURCHARGE_SHARE = 0.06  # lines with additional measuring points: list fee + 20 %


@dataclass(frozen=True, slots=True)
class Bill:
    """Columns over lines. `paid` is the day of payment, or -1 for none until the as-of date."""

    listed: Ints
    discount: Ints
    billed: Ints
    received: Ints
    paid: Ints
    cost: Ints
    surcharged: np.typing.NDArray[np.bool_]


def discounts(people: Population, fleet: Fleet, seed: int) -> Ints:
    """Price in per cent of the list per customer: by rank of yearly list value, with some favours."""
    fee = np.array([v.fee / v.months for v in variants()])
    value = np.bincount(fleet.customer, weights=fee[fleet.variant], minlength=len(people))
    rank = np.empty(len(people))
    rank[np.argsort(-value, kind="stable")] = np.arange(len(people)) / len(people)
    percent = np.select([rank < 0.01, rank < 0.05, rank < 0.2], [80, 88, 95], 100)
    favour = noise.uniform(seed, "favour", np.arange(len(people)))
    percent = np.where(favour < 0.1, np.maximum(percent - 5, 80), np.where(favour > 0.8, 100, percent))
    fixed = np.array([t.shape in ("person", "bureau") for t in trades()])[people.trade]
    return np.where(fixed, 100, percent).astype(np.int64)


def price(people: Population, fleet: Fleet, discount: Ints, seed: int, lines: Lines, *, as_of: int) -> Bill:
    """Bill lines and say what is paid of them until the day `as_of`."""
    catalogue, variant = variants(), fleet.variant[lines.instrument]
    fee = np.array([v.fee for v in catalogue])[variant]
    surcharged = noise.uniform(seed, "points", lines.number) < SURCHARGE_SHARE
    listed = np.where(surcharged, fee * 12 // 10, fee)
    percent = discount[lines.customer]
    billed = (listed * percent + 50) // 100
    ratio, delay = _payment(people, seed, lines)
    paid = lines.day + delay
    settled = (ratio > 0) & (paid <= as_of)
    effort = 0.88 + 0.3 * noise.uniform(seed, "cost", lines.number)
    effort = np.where(
        noise.uniform(seed, "again", lines.order) < 0.03, effort * 2, effort
    )  # done twice or far away
    cost = np.array([v.cost for v in catalogue])[variant] / 100 * fee * effort
    return Bill(
        listed=listed,
        discount=percent,
        billed=billed,
        received=np.where(settled, np.floor(billed * ratio + 0.5), 0).astype(np.int64),
        paid=np.where(settled, paid, -1),
        cost=np.floor(cost + 0.5).astype(np.int64),
        surcharged=surcharged,
    )


def _payment(people: Population, seed: int, lines: Lines) -> tuple[Floats, Ints]:
    """Share of an order that is paid and days until then, by the customer's credit c.

    Never with chance .9(1−c)^2.2, partly with .5(1−c)^2; after an exponential delay of mean 6 + 260(1−c)^2.2.
    Persons pay at the counter.
    """
    doubt = 1 - people.credit[lines.customer]
    chance, share, wait = (noise.uniform(seed, key, lines.order) for key in ("pays", "share", "wait"))
    never, partly = 0.9 * doubt**2.2, 0.5 * doubt**2
    ratio = np.where(chance < never, 0.0, np.where(chance < never + partly, 0.3 + 0.6 * share, 1.0))
    delay = np.minimum(-np.log1p(-wait) * (6 + 260 * doubt**2.2), 700).astype(np.int64)
    person = np.array([t.shape == "person" for t in trades()])[people.trade[lines.customer]]
    return np.where(person, 1.0, ratio), np.where(person, 0, delay)
