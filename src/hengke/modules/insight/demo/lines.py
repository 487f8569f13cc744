"""Which instruments come in which order on which day: the lines of one year, computed on their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import noise
from .fleet import Fleet
from .noise import Ints
from .population import Population

MAX_SLOTS = 64  # a line is numbered instrument · 64 + slot


@dataclass(frozen=True, slots=True)
class Lines:
    """Columns over the lines of one year in the order of the ledger.

    `order` is a stable number of the order (batch x slot), `position` its place in the year from 1 on,
    `number` a stable number of the line.
    """

    instrument: Ints
    customer: Ints
    day: Ints
    order: Ints
    position: Ints
    number: Ints

    def __len__(self) -> int:
        return len(self.day)

    def part(self, start: int, stop: int) -> Lines:
        return Lines(*(getattr(self, name)[start:stop] for name in self.__slots__))


def between(people: Population, fleet: Fleet, seed: int, first: int, until: int) -> Lines:
    """Lines submitted on the days [first, until), by day; orders of one day in no particular order."""
    found = [_slot(people, fleet, seed, slot, first, until) for slot in range(fleet.day.shape[1])]
    instrument = np.concatenate([instruments for instruments, _ in found])
    slot = np.concatenate([np.full(len(instruments), slot) for slot, (instruments, _) in enumerate(found)])
    day = np.concatenate([days for _, days in found])
    order = fleet.batch[instrument] * MAX_SLOTS + slot
    shuffled = noise.bits(seed, "desk", order)
    arranged = np.lexsort((instrument, shuffled, day))
    instrument, slot, day, order = (column[arranged] for column in (instrument, slot, day, order))
    opens = np.ones(len(order), dtype=np.int64)
    opens[1:] = order[1:] != order[:-1]
    return Lines(
        instrument=instrument,
        customer=fleet.customer[instrument],
        day=day,
        order=order,
        position=np.cumsum(opens),
        number=instrument * MAX_SLOTS + slot,
    )


def _slot(
    people: Population, fleet: Fleet, seed: int, slot: int, first: int, until: int
) -> tuple[Ints, Ints]:
    """Instruments submitted in one slot, and their days."""
    day = fleet.day[:, slot].astype(np.int64)
    order = np.arange(len(day)) * MAX_SLOTS + slot
    comes = (day >= first) & (day < until) & (noise.uniform(seed, "omitted", order) >= 0.02)
    instrument = np.flatnonzero(comes[fleet.batch] & ((slot + fleet.odd) % fleet.every == 0))
    days, customer = day[fleet.batch[instrument]], fleet.customer[instrument]
    there = (days >= fleet.born[instrument]) & (days < fleet.gone[instrument])
    stays = (days >= people.start[customer]) & (
        (days < people.lost[customer]) | (days >= people.back[customer])
    )
    skip = 0.01 + 0.08 * (1 - people.loyalty[customer])
    kept = there & stays & (noise.uniform(seed, "skipped", instrument * MAX_SLOTS + slot) >= skip)
    return instrument[kept], days[kept]
