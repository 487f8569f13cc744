"""The customers' instruments and the batches in which they are submitted, cycle after cycle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .catalog import trades, variants
from .noise import Floats, Ints
from .population import NEVER, Population
from .seasons import Calendar, phases

HALF_YEAR = 365.25 / 2
PRESENT = -800  # an instrument that has always been there


@dataclass(frozen=True, slots=True)
class Fleet:
    """Instruments (columns over instruments) and batches (columns over batches).

    `variant` is the place in `catalog.variants()`; `serial` a number, -1 for none ("/");
    an instrument lives in [born, gone). Slots are half years; it comes in slot s if (s + odd) % every is 0.
    `day` has one row per batch and one column per slot: the day of submission, maybe outside the demo.
    """

    customer: Ints
    batch: Ints
    variant: Ints
    serial: Ints
    born: Ints
    gone: Ints
    every: Ints
    odd: Ints
    batch_customer: Ints
    day: np.typing.NDArray[np.int16]


def build(people: Population, seed: int, calendar: Calendar) -> Fleet:
    rng = np.random.default_rng([seed, 2])
    largest = _largest(people, calendar)
    customer = np.repeat(np.arange(len(people)), largest)
    rank = np.arange(len(customer)) - np.repeat(np.cumsum(largest) - largest, largest)
    born, gone = _life(people, customer, rank, calendar)
    batches, batch = _batches(rng, people, customer, rank)
    variant = _variants(rng, people.trade[customer])
    months = np.array([v.months for v in variants()])[variant]
    every = months // 6
    odd = np.where(every == 4, 1 + 2 * rng.integers(0, 2, len(every)), 1)
    batch_customer = np.repeat(np.arange(len(people)), batches)
    return Fleet(
        customer=customer,
        batch=batch,
        variant=variant,
        serial=np.where(rng.random(len(customer)) < 0.035, -1, rng.integers(10**5, 10**9, len(customer))),
        born=born,
        gone=gone,
        every=every,
        odd=odd,
        batch_customer=batch_customer,
        day=_days(rng, people, batch_customer, calendar),
    )


def _largest(people: Population, calendar: Calendar) -> Ints:
    """Instruments that a customer ever holds: `fleet` in the middle, growing or shrinking exponentially."""
    half = calendar.days / 365.25 / 2
    return np.maximum(1, np.rint(people.fleet * np.exp(np.abs(people.growth) * half))).astype(np.int64)


def _life(people: Population, customer: Ints, rank: Ints, calendar: Calendar) -> tuple[Ints, Ints]:
    """Instrument number r is there while the fleet, fleet·exp(growth·(t − middle)), is larger than r."""
    middle = calendar.days / 2
    growth = people.growth[customer] / 365.25
    growth = np.where(np.abs(growth) < 1e-6, 1e-6, growth)
    crossing = middle + np.log(np.maximum(rank, 0.5) / people.fleet[customer]) / growth
    crossing = np.clip(crossing, PRESENT, NEVER).astype(np.int64)
    first = rank == 0
    born = np.where((growth > 0) & ~first, crossing, PRESENT)
    gone = np.where((growth < 0) & ~first, crossing, NEVER)
    return born, gone


def _batches(rng: np.random.Generator, people: Population, customer: Ints, rank: Ints) -> tuple[Ints, Ints]:
    """Batches per customer and the batch of every instrument; large customers fill larger batches."""
    habit = 3 + np.sqrt(people.fleet) * rng.uniform(0.5, 1.3, len(people))
    batches = np.ceil(people.fleet / habit).astype(np.int64)
    first = np.cumsum(batches) - batches
    return batches, first[customer] + rank % batches[customer]


def _variants(rng: np.random.Generator, trade: Ints) -> Ints:
    """A model for every instrument, drawn from the bundle of the customer's trade."""
    result = np.zeros(len(trade), dtype=np.int64)
    names = [v.instrument for v in variants()]
    for number, kind in enumerate(trades()):
        places = np.flatnonzero(trade == number)
        weights = np.array([kind.bundle.get(name, 0) / names.count(name) for name in names], dtype=np.float64)
        result[places] = rng.choice(len(names), size=len(places), p=weights / weights.sum())
    return result


def _days(
    rng: np.random.Generator, people: Population, batch_customer: Ints, calendar: Calendar
) -> np.typing.NDArray[np.int16]:
    """Days of submission, batch x slot: the batch's own day of the year, lateness, then closed days."""
    slots = 2 * len(calendar.years) + 1
    shape = (len(batch_customer), slots)
    phase = phases(rng, len(batch_customer))
    start = people.start[batch_customer]
    opening = (np.diff(batch_customer, prepend=-1) > 0) & (start >= 0)
    phase = np.where(
        opening, (start + 40) % 365, phase
    )  # new customers come soon, not on some day of the year
    result = np.empty(shape, dtype=np.int16)
    for slot in range(slots):  # column by column: bounded memory at 200,000 customers
        late: Floats = rng.normal(people.late[batch_customer], people.wobble[batch_customer])
        wished = (phase + (slot - 1) * HALF_YEAR + np.clip(late, -60, 75)).astype(np.int64)
        result[:, slot] = calendar.submission_days(wished, rng.random(len(wished)))
    return result
