"""Histories: what each customer had done, day by day. An element is all that one customer had on one day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns.baskets import Codes, codes


@dataclass(frozen=True)
class Histories:
    """Elements by customer and day; rows by element and item, each once.

    `customer[e]` and `day[e]` (days since 1970) describe element e, `element[r]` and `item[r]` row r.
    """

    customer: Codes
    day: Codes
    element: Codes
    item: Codes
    customer_names: pa.Array
    item_names: pa.Array

    @property
    def customers(self) -> int:
        """Customers with anything in their history."""
        return len(self.customer_names)

    @cached_property
    def first_row(self) -> Codes:
        """Where the rows of each element begin, and behind the last one."""
        return np.searchsorted(self.element, np.arange(len(self.customer) + 1))

    @cached_property
    def beyond(self) -> Codes:
        """For each element, the index behind the last element of the same customer."""
        return np.searchsorted(self.customer, self.customer, "right")

    @cached_property
    def _by_item(self) -> tuple[Codes, Codes]:
        order = np.argsort(self.item, kind="stable")
        return self.element[order], np.searchsorted(self.item[order], np.arange(len(self.item_names) + 1))

    def holding(self, items: tuple[int, ...]) -> Codes:
        """Elements that hold all of the items, ascending."""
        elements, start = self._by_item
        found = elements[start[items[0]] : start[items[0] + 1]]
        for item in items[1:]:
            found = np.intersect1d(found, elements[start[item] : start[item + 1]], assume_unique=True)
        return found

    def until(self, customer: Codes, day: Codes) -> Codes:
        """Index behind the last element of the customer up to and with the day."""
        return np.searchsorted(
            self._moments, customer * self._span + np.clip(day - self._origin, 0, self._span - 1), "right"
        )

    @cached_property
    def _origin(self) -> int:
        return int(self.day.min())

    @cached_property
    def _span(self) -> int:
        return int(self.day.max()) - self._origin + 1

    @cached_property
    def _moments(self) -> Codes:
        return self.customer * self._span + self.day - self._origin


def encode(customers: pa.ChunkedArray, days: pa.ChunkedArray, items: pa.ChunkedArray) -> Histories:
    """Histories of three columns of equal length, days as dates; rows with a blank say nothing.

    InputError `no_histories` when nothing is left.
    """
    usable = pc.and_(pc.and_(pc.is_valid(customers), pc.is_valid(days)), pc.is_valid(items))
    if not pc.all(usable).as_py():
        customers, days, items = (column.filter(usable) for column in (customers, days, items))
    if not len(customers):
        raise InputError("no_histories", "No line has a customer, a date and an item.")
    customer, customer_names = codes(customers)
    item, item_names = codes(items)
    day = days.cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
    return _histories(customer, day, item, customer_names, item_names)


def _histories(
    customer: Codes, day: Codes, item: Codes, customer_names: pa.Array, item_names: pa.Array
) -> Histories:
    origin = int(day.min())
    span = int(day.max()) - origin + 1
    moments = customer * span + day - origin
    keys = np.sort(moments * len(item_names) + item)
    keys = keys[np.append(True, keys[1:] != keys[:-1])]
    moments, item = np.divmod(keys, len(item_names))
    fresh = np.append(True, moments[1:] != moments[:-1])
    customer, days = np.divmod(moments[fresh], span)
    return Histories(customer, days + origin, np.cumsum(fresh) - 1, item, customer_names, item_names)
