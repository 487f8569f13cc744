"""The truth behind a demo, for tests: whose each name and order is, and what the customer is really like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .catalog import cities, trades
from .noise import Ints
from .population import NEVER

if TYPE_CHECKING:
    from .demo import Demo


@dataclass(frozen=True, slots=True)
class CustomerTruth:
    """A customer's registered name and latents; days that never come are None, shares lie in [0, 1]."""

    number: int
    name: str
    formerly: str
    code: str
    trade: str
    category: str
    city: str
    fleet: int
    growth: float
    loyalty: float
    credit: float
    discount: int
    agent: int | None
    start: date | None
    lost: date | None
    back: date | None
    renamed: date | None


class Truth:
    """Answers by name, by order number and by customer number (0 to customers − 1)."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._orders: dict[int, Ints] = {}

    @cached_property
    def names(self) -> dict[str, frozenset[int]]:
        """Every string a ledger may show -> the customers that it may stand for (two or more: ambiguous)."""
        owners: defaultdict[str, set[int]] = defaultdict(set)
        for customer in range(self._demo.customers):
            for name in self.names_of(customer):
                owners[name].add(customer)
        return {name: frozenset(customers) for name, customers in owners.items()}

    def names_of(self, customer: int) -> list[str]:
        """All names of a customer, those before a renaming first."""
        register = self._demo.profiles.register
        first = register.first[customer]
        sets = (first, first + 1) if customer in register.formerly else (first,)
        return list(dict.fromkeys(name for number in sets for name in register.sets.options(number)))

    def customer_of(self, order_number: str) -> int:
        """Whose order this is: the truth per row, also where a name stands for two customers."""
        year, position = int(order_number[2:6]), int(order_number[6:])
        if year not in self._orders:
            lines = self._demo.lines(year)
            opens = np.flatnonzero(np.diff(lines.position, prepend=0))
            self._orders[year] = lines.customer[opens]
        return int(self._orders[year][position - 1])

    def customers(self) -> Iterator[CustomerTruth]:
        return map(self.customer, range(self._demo.customers))

    def customer(self, number: int) -> CustomerTruth:
        people, profiles = self._demo.people, self._demo.profiles
        trade = trades()[people.trade[number]]
        agent = int(people.agent[number])
        return CustomerTruth(
            number=number,
            name=profiles.register.current[number],
            formerly=profiles.register.formerly.get(number, ""),
            code=profiles.code[number],
            trade=trade.code,
            category=trade.category,
            city=cities()[people.city[number]].name,
            fleet=int(people.fleet[number]),
            growth=float(people.growth[number]),
            loyalty=float(people.loyalty[number]),
            credit=float(people.credit[number]),
            discount=int(self._demo.discount[number]),
            agent=agent if agent >= 0 else None,
            start=self._date(people.start[number]),
            lost=self._date(people.lost[number]),
            back=self._date(people.back[number]),
            renamed=self._date(people.renamed[number]),
        )

    def _date(self, day: int) -> date | None:
        return None if day < 0 or day >= NEVER else self._demo.calendar.epoch + timedelta(days=int(day))
