"""Columns that are left out, and those that must not be."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.inputs import Column, Inputs, categories, numbers
from hengke_analytics.mining.scores.screening import reason, screen, suspicious

CHOOSER = np.random.default_rng(0)
ROWS = 200
TARGET = (CHOOSER.random(ROWS) < 0.4).astype(np.float64)
PHONES = [float(number) for number in CHOOSER.integers(13000000000, 18999999999, ROWS)]
AMOUNTS = [float(100 * number) for number in CHOOSER.integers(200, 900, ROWS)]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (numbers("c", [7.0] * ROWS), "constant"),
        (numbers("e", [None] * ROWS), "empty"),
        (numbers("row", [float(row) for row in range(ROWS)]), "identifier"),
        (numbers("phone", PHONES), "identifier"),
        (numbers("客户编号", list(map(float, CHOOSER.permutation(ROWS)))), "identifier"),
        (categories("name", [f"公司{row}" for row in range(ROWS)]), "identifier"),
        (categories("note", [f"word {row} more words" for row in range(ROWS // 2)] * 2), None),
        (categories("copy", ["Y" if hit else "N" for hit in TARGET]), "repeats_label"),
        (categories("why left", ["moved" if hit else None for hit in TARGET]), "repeats_label"),
        (numbers("amount", AMOUNTS), None),
        (numbers("income", list(CHOOSER.lognormal(size=ROWS))), None),
        (numbers("age", list(map(float, CHOOSER.integers(18, 90, ROWS)))), None),
        (categories("city", list(CHOOSER.choice(list("abcdefgh"), ROWS))), None),
        (numbers("half empty", [1.0, None] * (ROWS // 2)), None),
    ],
    ids=lambda value: value.name if isinstance(value, Column) else "",
)
def test_why_a_column_is_left_out(column: Column, expected: str | None) -> None:
    assert reason(column, TARGET) == expected


def test_a_handful_of_rows_still_knows_row_numbers_and_names() -> None:
    few = np.array([1.0, 0, 1, 0, 0, 1])
    assert reason(categories("day", [f"D{row}" for row in range(6)]), few) == "identifier"
    assert reason(numbers("no", [1.0, 2, 3, 4, 5, 6]), few) == "identifier"
    assert reason(numbers("size", [6.0, 2, 9, 4, 5, 1]), few) is None


def test_the_kept_and_the_dropped() -> None:
    found = screen(Inputs((numbers("c", [1.0] * ROWS), numbers("amount", AMOUNTS))), TARGET)
    assert (found.inputs.names, found.dropped) == (("amount",), (("c", "constant"),))


def test_a_feature_that_nearly_knows_the_answer_is_named_but_kept() -> None:
    leak = numbers("paid after", list(TARGET * 10 + CHOOSER.normal(size=ROWS)))
    inputs = Inputs((leak, numbers("amount", AMOUNTS)))
    assert screen(inputs, TARGET).inputs.names == ("paid after", "amount")
    assert suspicious(inputs, TARGET) == ["paid after"]
