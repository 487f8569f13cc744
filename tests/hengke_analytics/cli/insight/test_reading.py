"""Thresholds are exact, columns are found or named."""

from __future__ import annotations

import argparse
from fractions import Fraction

import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.cli.insight.reading import least, numbers, pick, share, threshold, whole, words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.001", Fraction(1, 1000)),
        ("0.1%", Fraction(1, 1000)),
        ("1", 1),
        ("20", 20),
        ("2/3", Fraction(2, 3)),
    ],
)
def test_a_threshold_is_a_share_or_a_number_of_cases(text: str, value: Fraction) -> None:
    assert threshold(text) == value


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "few", "1/0", "nan"])
def test_anything_else_is_no_threshold(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        threshold(text)


def test_a_share_is_at_most_one_and_a_number_at_least_one() -> None:
    assert share("100%") == 1
    for read, text in ((share, "2"), (whole, "0"), (whole, "1.0"), (whole, "²")):
        with pytest.raises(argparse.ArgumentTypeError):
            read(text)


def test_the_fewest_cases_are_rounded_up() -> None:
    assert (least(Fraction(1, 1000), 9835), least(Fraction(3, 10), 10), least(Fraction(7), 10)) == (10, 3, 7)


def test_a_column_is_named_or_known() -> None:
    table = pa.table({"委托单号": ["1"], "器具名称": [" 砝码 "], "n": [3]})
    assert pick(table, "basket", None) == "委托单号"
    assert pick(table, "item", "N") == "n"
    with pytest.raises(InputError, match="name it with --customer"):
        pick(table, "customer", None)


def test_numbers_of_any_column() -> None:
    table = pa.table({"a": ["1,200.50", "无", None], "b": [3, None, 5], "c": [0.1, None, 2.0]})
    assert [numbers(table[name]).to_pylist() for name in "abc"] == [
        [1200.5, None, None],
        [3, None, 5],
        [0.1, None, 2],
    ]


def test_words_are_clean_and_blanks_are_none() -> None:
    table = pa.table({"a": [" 砝码 ", "", None], "n": [3, None, 5]})
    assert words(table["a"]).to_pylist() == ["砝码", None, None]
    assert words(table["n"]).to_pylist() == ["3", None, "5"]
