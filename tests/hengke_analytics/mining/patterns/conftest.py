"""Baskets made in a test, and the published ones."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from hengke_analytics.mining.patterns.baskets import Baskets, encode


def baskets_of(contents: Iterable[Iterable[str]]) -> Baskets:
    rows = [(number, item) for number, items in enumerate(contents) for item in items]
    numbers, items = zip(*rows, strict=True)
    return encode(pa.chunked_array([list(numbers)]), pa.chunked_array([list(items)]))


@pytest.fixture(scope="session")
def groceries(shared: Path) -> Baskets:
    """9,835 baskets of the arules package."""
    with gzip.open(shared / "data/patterns/groceries.csv.gz", "rt") as file:
        return baskets_of(line.strip().split(",") for line in file)
