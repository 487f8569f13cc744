"""Baskets and histories made in a test, and the published ones."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from hengke_analytics.mining.patterns.baskets import Baskets, encode
from hengke_analytics.mining.patterns.histories import Histories
from hengke_analytics.mining.patterns.histories import encode as encode_histories


def baskets_of(contents: Iterable[Iterable[str]]) -> Baskets:
    rows = [(number, item) for number, items in enumerate(contents) for item in items]
    numbers, items = zip(*rows, strict=True)
    return encode(pa.chunked_array([list(numbers)]), pa.chunked_array([list(items)]))


@pytest.fixture(scope="session")
def groceries(shared: Path) -> Baskets:
    """9,835 baskets of the arules package."""
    with gzip.open(shared / "data/patterns/groceries.csv.gz", "rt") as file:
        return baskets_of(line.strip().split(",") for line in file)


def histories_of(customers: Iterable[Iterable[tuple[int, Iterable[str]]]]) -> Histories:
    """Customers named c0, c1 …, each as (day, items in one word)."""
    rows = [
        (f"c{number}", day, item)
        for number, history in enumerate(customers)
        for day, items in history
        for item in items
    ]
    names, days, items = zip(*rows, strict=True)
    return encode_histories(
        pa.chunked_array([list(names)]),
        pa.chunked_array([pa.array(days, pa.int32()).cast(pa.date32())]),
        pa.chunked_array([list(items)]),
    )


@pytest.fixture(scope="session")
def paper(shared: Path) -> Histories:
    """The four sequences of the PrefixSpan paper; -1 ends an element, -2 a sequence."""
    lines = (shared / "data/patterns/contextPrefixSpan.txt").read_text().split("-2")
    return histories_of(
        enumerate(element.split() for element in line.split("-1")) for line in lines if line.strip()
    )
