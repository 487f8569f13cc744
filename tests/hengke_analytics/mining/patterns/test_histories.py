"""Columns become elements by customer and day."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns.histories import encode

from .conftest import histories_of


def test_what_lies_on_one_day_is_one_element_and_counts_once() -> None:
    made = encode(
        pa.chunked_array([["乙", "甲", "甲", "甲", None]]),
        pa.chunked_array(
            [[date(2024, 1, 2), date(2024, 3, 1), date(2024, 1, 1), date(2024, 3, 1), date(2024, 1, 1)]]
        ),
        pa.chunked_array([["x", "y", "x", "y", "x"]]),
    )
    assert made.customers == 2
    elements = zip(
        made.customer_names.take(pa.array(made.customer)).to_pylist(), made.day.tolist(), strict=True
    )
    assert list(elements) == [("乙", 19724), ("甲", 19723), ("甲", 19783)]
    assert made.first_row.tolist() == [0, 1, 2, 3]


def test_elements_that_hold_several_items() -> None:
    made = histories_of([[(0, "ab"), (1, "b"), (2, "abc")], [(0, "c")]])
    a, b, c = (made.item_names.to_pylist().index(name) for name in "abc")
    assert made.holding((a, b)).tolist() == [0, 2]
    assert made.holding((c,)).tolist() == [2, 3]


def test_nothing_known_of_anybody_is_said() -> None:
    nothing = pa.chunked_array([pa.array([None], pa.string())])
    with pytest.raises(InputError) as refused:
        encode(nothing, pa.chunked_array([pa.array([None], pa.date32())]), nothing)
    assert refused.value.code == "no_histories"
