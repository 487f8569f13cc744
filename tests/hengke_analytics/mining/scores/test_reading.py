"""Columns of plain files: numbers, dates and words in the forms in which people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from hengke_analytics.mining.scores.reading import column_of, inputs_of


def read(*cells: str | None) -> list[float | None]:
    column = column_of("c", pa.chunked_array([pa.array(cells, pa.string())]))
    assert column.kind != "category"
    return [None if np.isnan(cell) else float(cell) for cell in column.cells]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1", "2.5", "-3e2", "NA", "?", ""), [1, 2.5, -300, None, None, None]),
        (("1,200.50", "￥30", "50元", "1.2万"), [1200.5, 30, 50, 12000]),
        (("12%", "99.5 %"), [0.12, 0.995]),
        (("1",) * 9 + ("unknown",), [1] * 9 + [None]),
    ],
)
def test_numbers(cells: tuple[str, ...], expected: list[float | None]) -> None:
    assert read(*cells) == pytest.approx(expected) if None not in expected else read(*cells) == expected


def test_dates_are_days() -> None:
    column = column_of("d", pa.chunked_array([["2024年1月2日", "2024/1/3", "2024-01-04 10:30", None]]))
    assert column.kind == "date"
    assert (column.cells[:3] - column.cells[0]).tolist() == [0, 1, 2]
    assert column.shown(0) == "2024-01-02"


def test_words_keep_their_levels_and_marks_for_nothing_are_missing() -> None:
    column = column_of("c", pa.chunked_array([["a", " b ", "无", "n/a", None]]))
    assert (column.levels, column.missing.tolist()) == (("a", "b"), [False, False, True, True, True])


def test_typed_columns() -> None:
    table = pa.table(
        {
            "whole": pa.array([1, None], pa.int32()),
            "money": pa.array([Decimal("1.50"), None], pa.decimal128(18, 2)),
            "day": pa.array([date(1970, 1, 3), None]),
            "flag": pa.array([True, None]),
            "coded": pa.array(["x", None]).dictionary_encode(),
        }
    )
    inputs = inputs_of(table, table.column_names)
    assert [column.kind for column in inputs.columns] == ["number", "number", "date", "category", "category"]
    assert [column.shown(0) for column in inputs.columns] == ["1", "1.5", "1970-01-03", "true", "x"]
    assert all(column.missing.tolist() == [False, True] for column in inputs.columns)
