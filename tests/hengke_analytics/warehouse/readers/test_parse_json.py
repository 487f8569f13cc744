"""JSON in every shape that systems export, and what is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.reading import ReadAs, inspect, rows

RECORDS = [{"单位名称": "合肥供水", "应收费": 30.10, "台数": 2}, {"单位名称": "芜湖仪表厂", "应收费": None}]
EXPECTED = [(1, ("合肥供水", "30.1", "2")), (2, ("芜湖仪表厂",))]


def write(path: Path, text: str, codec: str = "utf-8") -> Path:
    path.write_bytes(text.encode(codec))
    return path


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_of_records(tmp_path: Path, codec: str) -> None:
    path = write(tmp_path / "a.json", json.dumps(RECORDS, ensure_ascii=False), codec)
    found = inspect(path)
    assert (found.kind, found.headers, found.problems) == ("json", ("单位名称", "应收费", "台数"), ())
    assert list(rows(path, found)) == EXPECTED
    assert list(rows(path, found, start=1)) == EXPECTED[1:]


def test_a_record_a_line(tmp_path: Path) -> None:
    text = "\n".join(json.dumps(record) for record in RECORDS) + "\n\n"
    path = write(tmp_path / "a.jsonl", text)
    assert list(rows(path, inspect(path))) == EXPECTED


def test_nested_lists_are_sheets_and_the_longest_comes_first(tmp_path: Path) -> None:
    orders = {"data": [{"no": "A1", "items": [{"n": 1}, {"n": 2}, {"n": 3}]}]}
    path = write(tmp_path / "a.json", json.dumps(orders))
    found = inspect(path)
    assert [(sheet.name, sheet.row_estimate) for sheet in found.sheets] == [("data.items", 3), ("data", 1)]
    assert list(rows(path, found, sheet="data")) == [(1, ("A1",))]
    assert [cells for _, cells in rows(path, found)] == [("A1", "1"), ("A1", "2"), ("A1", "3")]


def test_long_numbers_stay_as_they_stand(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.json", '[{"a": 12345678901234567890, "b": 0.10, "c": 1e3, "d": NaN, "e": 1e999999999}]'
    )
    assert list(rows(path, inspect(path))) == [
        (1, ("12345678901234567890", "0.10", "1000", "", "1e999999999"))
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[{"a": 1}, {"a": ', "damaged_json"),
        ('{"a": 1}\n{"a": \n{"a": 3}', "damaged_json"),
        ("[" * 100_000, "damaged_json"),
        ("[[" + '{"a":' * 90_000, "damaged_json"),
        ('{"a": {"b": "c"}}', "no_records"),
        ('[{"a": "' + "x" * 40_000 + '"}]', "cell_too_long"),
    ],
)
def test_what_is_no_table(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        inspect(write(tmp_path / "a.json", text))
    assert error.value.code == code


def test_a_header_row_cannot_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        inspect(write(tmp_path / "a.json", json.dumps(RECORDS)), read_as=ReadAs(header_line=1))
    assert error.value.code == "no_such_choice"
