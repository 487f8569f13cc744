"""Columns become pairs of codes, each once."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns.baskets import codes, encode


def test_a_pair_counts_once_and_blanks_not_at_all() -> None:
    made = encode(
        pa.chunked_array([["o2", "o1", "o2", None, "o3"], ["o2"]]),
        pa.chunked_array([["b", "a", "a", "a", None], ["b"]]),
    )
    named = [
        (made.basket_names[b].as_py(), made.item_names[i].as_py())
        for b, i in zip(made.basket, made.item, strict=True)
    ]
    assert sorted(named) == [("o1", "a"), ("o2", "a"), ("o2", "b")]
    assert made.count == 2


def test_codes_are_equal_for_equal_cells_of_every_chunk() -> None:
    places, names = codes(pa.chunked_array([["x", "y"], ["y", "z"]]).dictionary_encode())
    assert places.tolist() == [0, 1, 1, 2]
    assert names.to_pylist() == ["x", "y", "z"]


def test_nothing_to_put_into_baskets_is_said() -> None:
    empty = pa.chunked_array([pa.array([None], pa.string())])
    with pytest.raises(InputError) as refused:
        encode(empty, empty)
    assert refused.value.code == "no_baskets"
