"""Customers over five years, some of whom leave and some of whom pay late: enough for a model to learn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

FIRST, LAST = date(2020, 1, 6), date(2025, 12, 31)


@dataclass(frozen=True)
class Bill:
    """One line: who, when, where, how many yuan, and the day on which all of it was paid (None: never)."""

    customer: int
    day: date
    laboratory: str
    amount: int
    paid_on: date | None


def bills(customers: int = 160, seed: int = 1) -> Iterator[Bill]:
    """Customers come every 60 to 200 days; every third slows down before it leaves, every fifth pays late."""
    chooser = np.random.default_rng(seed)
    for customer in range(1, customers + 1):
        every, day = int(chooser.integers(60, 200)), FIRST + timedelta(days=int(chooser.integers(0, 300)))
        leaves = FIRST + timedelta(days=int(chooser.integers(500, 2_000))) if customer % 3 == 0 else LAST
        while day <= min(leaves, LAST):
            slow = 1.4 if (leaves - day).days < 250 and leaves < LAST else 1.0
            late = customer % 5 == 0 and chooser.random() < 0.8
            wait = int(chooser.integers(100, 300) if late else chooser.integers(5, 80))
            paid = day + timedelta(days=wait)
            yield Bill(
                customer, day, "长度室" if customer % 2 else "热工室", int(chooser.integers(50, 900)),
                paid if paid <= LAST else None,
            )  # fmt: skip
            day += timedelta(days=max(1, int(every * slow * chooser.uniform(0.8, 1.2))))
    yield Bill(1, LAST, "长度室", 100, None)
