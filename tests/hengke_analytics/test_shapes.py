"""Expressions that are written down: one shape for many questions, never one answer for two of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis as plain
import pytest

from hengke_analytics import engine
from hengke_analytics.shapes import Written, build, ibis


@pytest.fixture
def table() -> Any:
    backend = engine.connect()
    backend.raw_sql(
        "CREATE TABLE t AS SELECT * FROM (VALUES (1, 'a', date '2024-01-01'), (2, 'b', date '2025-01-01'))"
        " v(n, word, day)"
    )
    return backend.table("t")


def _shape(expression: Any) -> int:
    assert isinstance(expression, Written)
    return expression._shape


def _since(table: Any, day: date) -> Any:
    return table.filter(table.day >= ibis.literal(day)).select("n")


def test_values_differ_and_the_shape_stays(table: Any) -> None:
    assert _shape(_since(table, date(2024, 1, 1))) == _shape(_since(table, date(2025, 1, 1)))
    assert [len(engine.rows(_since(table, day))) for day in (date(2024, 1, 1), date(2025, 1, 1))] == [2, 1]


def test_what_is_no_literal_is_part_of_the_shape(table: Any) -> None:
    assert _shape(table.filter(table.n > 1)) != _shape(table.filter(table.n > 2))
    assert _shape(table.filter(table.n > 1)) != _shape(table.filter(table.n > True))
    assert _shape(table.select("n", "word")) != _shape(table.select("word", "n"))
    assert _shape(table.select(a="n")) != _shape(table.select(b="n"))


def test_values_that_happen_to_be_equal_are_not_taken_for_one(table: Any) -> None:
    def between(first: int, last: int) -> list[int]:
        kept = table.filter((table.n >= ibis.literal(first)) & (table.n <= ibis.literal(last)))
        return [row["n"] for row in engine.rows(kept.select("n").order_by("n"))]

    assert [between(1, 1), between(1, 2), between(2, 2), between(2, 1)] == [[1], [1, 2], [2], []]


def test_values_of_both_sides_of_a_join_find_their_places(table: Any) -> None:
    def joined(left: str, right: str) -> list[dict[str, Any]]:
        one = table.filter(table.word == ibis.literal(left)).select(left="word", key=ibis.literal(1))
        two = table.filter(table.word == ibis.literal(right)).select(right="word", key=ibis.literal(1))
        return engine.rows(one.join(two, "key").select("left", "right"))

    assert joined("a", "b") == [{"left": "a", "right": "b"}]
    assert joined("b", "a") == [{"left": "b", "right": "a"}]
    assert joined("a", "a") == [{"left": "a", "right": "a"}]


def test_a_word_and_a_number_of_the_same_look_stay_apart(table: Any) -> None:
    def equal(value: int | str) -> Any:
        return table.mutate(found=ibis.literal(value)).select("found")

    assert _shape(equal(1)) != _shape(equal("1"))
    assert engine.rows(equal("1").limit(1)) == [{"found": "1"}]
    assert engine.rows(equal(1).limit(1)) == [{"found": 1}]


def test_a_list_is_bound_as_one_value(table: Any) -> None:
    def among(values: list[int]) -> list[int]:
        kept = table.filter(ibis.literal(values, "array<int64>").contains(table.n))
        return [row["n"] for row in engine.rows(kept.select("n"))]

    assert (among([2, 7]), among([1, 5, 9]), among([])) == ([2], [1], [])


def test_the_same_name_with_other_columns_is_another_shape() -> None:
    backend = engine.connect()
    shapes = []
    for kind in ("INTEGER", "BIGINT"):
        backend.raw_sql(f"CREATE OR REPLACE TABLE t AS SELECT CAST(1 AS {kind}) AS n")
        shapes.append(_shape(backend.table("t").select("n")))
    assert shapes[0] != shapes[1]


def test_a_literal_is_what_ibis_makes_of_it(table: Any) -> None:
    real = build(table)
    wanted = real.filter(real.day >= plain.literal(date(2024, 1, 1))).select("n")
    assert build(_since(table, date(2024, 1, 1))).equals(wanted)


def test_functions_have_no_shape_and_expressions_no_truth(table: Any) -> None:
    with pytest.raises(TypeError):
        table.mutate(n=lambda t: t.n + 1)
    with pytest.raises(TypeError):
        bool(table.n == 1)
    with pytest.raises(AttributeError):
        table.execute()
