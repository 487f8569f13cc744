"""Plain files as keys, dates and exact amounts."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics import files


def column(*cells: object) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells)])


def test_amounts_are_rounded_as_they_are_shown() -> None:
    assert files.money(column(1.005, 0.1 + 0.2, -2.675, None)).to_pylist() == [
        Decimal("1.01"), Decimal("0.30"), Decimal("-2.68"), None,
    ]  # fmt: skip
    assert files.money(column("￥1,234.5", "30元", "(5)", "abc", "")).to_pylist() == [
        Decimal("1234.50"), Decimal("30.00"), Decimal("-5.00"), None, None,
    ]  # fmt: skip
    assert files.money(column(7, None)).to_pylist() == [Decimal("7.00"), None]
    assert files.money(column(Decimal("1.005"))).to_pylist() == [Decimal("1.01")]


def test_a_product_is_rounded_per_line() -> None:
    found = files.product(column(3, 1, 7), column(0.335, 2.675, -0.015))
    assert found.to_pylist() == [Decimal("1.01"), Decimal("2.68"), Decimal("-0.11")]


def test_dates_in_any_writing() -> None:
    written = column("2024-01-05", "2024/1/6", "20240107", "2024年1月8日", "2099-13-45", "")
    assert files.dates(written).to_pylist() == [
        date(2024, 1, 5), date(2024, 1, 6), date(2024, 1, 7), date(2024, 1, 8), None, None,
    ]  # fmt: skip
    assert files.dates(column("13/02/2024", "05/02/2024")).to_pylist() == [
        date(2024, 2, 13),
        date(2024, 2, 5),
    ]


def test_keys_are_numbers_only_when_all_are_written_as_one() -> None:
    assert files.keys(column("10", " 9 ", None)).to_pylist() == [10, 9, None]
    assert files.keys(column(10.0, 9.0)).to_pylist() == [10, 9]
    assert files.keys(column("007", "9")).to_pylist() == ["007", "9"]
    assert files.keys(column("甲", "/", "")).to_pylist() == ["甲", None, None]


def test_files_with_the_same_headers_are_read_below_one_another(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("单位名称,应收费\n甲,1\n", "gb18030")
    with gzip.open(tmp_path / "b.csv.gz", "wt", encoding="utf-8-sig") as file:
        file.write("应收费,单位名称\n2,乙\n")
    found = files.read_table([tmp_path / "a.csv", tmp_path / "b.csv.gz"])
    assert found.to_pydict() == {"单位名称": ["甲", "乙"], "应收费": ["1", "2"]}


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [1, 2], "day": [date(2024, 1, 1)] * 2}), tmp_path / "a.parquet")
    assert files.read_table([tmp_path / "a.parquet"]).schema.types == [pa.int64(), pa.date32()]


def test_different_headers_and_missing_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.csv").write_text("x,z\n1,2\n")
    with pytest.raises(InputError, match=r"b\.csv has other columns") as caught:
        files.read_table([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert caught.value.code == "headers_differ"
    with pytest.raises(InputError) as caught:
        files.read_table([tmp_path / "none.csv"])
    assert caught.value.code == "file_missing"
