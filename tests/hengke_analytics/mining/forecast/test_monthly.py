"""Lines and tables become series of months."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.forecast.monthly import Series, monthly, name_of, with_wholes


def made(rows: list[tuple[str | None, str, float]]) -> list[Series]:
    keys, days, values = zip(*rows, strict=True)
    return monthly(
        [pa.chunked_array([list(keys)])],
        pa.chunked_array([[date.fromisoformat(day) for day in days]]),
        pa.chunked_array([list(values)]),
    )


LINES = [
    ("a", "2024-01-05", 1.0),
    ("a", "2024-01-09", 2.0),
    ("a", "2024-03-30", 4.0),
    ("b", "2024-02-01", 8.0),
]


def test_lines_are_summed_and_gaps_are_zero() -> None:
    a, b = made([*LINES, (None, "2024-01-01", 99.0)])
    assert (a.path, name_of(a.first), a.values.tolist()) == (("a",), "2024-01", [3, 0, 4])
    assert (name_of(b.first), b.values.tolist()) == ("2024-02", [8, 0])


def test_a_month_that_has_only_begun_is_left_out() -> None:
    found = made([*LINES, ("c", "2024-04-20", 5.0)])
    assert [each.path for each in found] == [("a",), ("b",)]
    assert found[0].values.tolist() == [3, 0, 4]


def test_a_table_of_series_ends_where_it_ends_and_gaps_are_filled() -> None:
    a, b = made([("a", "2024-01-01", 1.0), ("a", "2024-03-01", 4.0), ("b", "2023-12-01", 8.0)])
    assert a.values.tolist() == [1, 2.5, 4]
    assert (name_of(b.first), b.values.tolist()) == ("2023-12", [8])


def test_wholes_of_wholes() -> None:
    parts = [
        Series(("x", "1"), 10, pa.array([1.0, 2.0]).to_numpy()),
        Series(("x", "2"), 11, pa.array([5.0]).to_numpy()),
        Series(("y", "3"), 9, pa.array([7.0, 0.0, 1.0]).to_numpy()),
    ]
    every, wholes = with_wholes(parts)
    assert [each.path for each in every[3:]] == [("x",), ("y",), ()]
    assert every[3].values.tolist() == [1, 7]
    assert (every[5].first, every[5].values.tolist()) == (9, [7, 1, 8])
    assert [(whole, children.tolist()) for whole, children in wholes] == [(3, [0, 1]), (4, [2]), (5, [3, 4])]


def test_no_row_at_all_is_said() -> None:
    with pytest.raises(InputError) as refused:
        made([(None, "2024-01-01", 1.0)])
    assert refused.value.code == "no_series"
