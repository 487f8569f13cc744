"""dBase tables: fields of every kind, code pages, deleted rows, and files that are cut off or lie."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.reading import ReadAs, inspect, rows

Field = tuple[str, str, int, int]
LEDGER: list[Field] = [
    ("单位名称", "C", 40, 0), ("送检日期", "D", 8, 0), ("应收费", "N", 10, 2), ("已付", "L", 1, 0),
]  # fmt: skip


def dbf(
    path: Path, fields: Sequence[Field], records: Sequence[bytes], *, codec: str = "gbk", mark: int = 0
) -> Path:
    width = 1 + sum(size for _, _, size, _ in fields)
    head = struct.pack("<B3BLHH17xB2x", 0x03, 124, 12, 31, len(records), 33 + 32 * len(fields), width, mark)
    for name, kind, size, places in fields:
        head += struct.pack("<11sc4xBB14x", name.encode(codec), kind.encode(), size, places)
    path.write_bytes(head + b"\r" + b"".join(records) + b"\x1a")
    return path


def line(name: str, day: str, fee: str, paid: str, *, codec: str = "gbk", flag: bytes = b" ") -> bytes:
    return flag + name.encode(codec).ljust(40) + day.encode() + fee.encode().rjust(10) + paid.encode()


RECORDS = [
    line("合肥供水集团有限公司", "20240105", "30.15", "T"),
    line("已删除", "20240106", "1.00", "F", flag=b"*"),
    line("芜湖仪表厂", "        ", "**********", "?"),
]


def test_a_table_in_gbk(tmp_path: Path) -> None:
    path = dbf(tmp_path / "台账.dbf", LEDGER, RECORDS)
    found = inspect(path)
    assert (found.kind, found.encoding, found.problems) == ("dbf", "gb18030", ())
    assert found.headers == ("单位名称", "送检日期", "应收费", "已付")
    expected = [(1, ("合肥供水集团有限公司", "2024-01-05", "30.15", "TRUE")), (3, ("芜湖仪表厂", "", "", ""))]
    assert list(found.sample) == expected
    assert list(rows(path, found)) == expected
    assert list(rows(path, found, start=1)) == expected[1:]


@pytest.mark.parametrize(("codec", "mark", "seen"), [("big5", 0x78, "big5hkscs"), ("utf-8", 0x4D, "utf-8")])
def test_the_bytes_decide_where_the_header_is_wrong(tmp_path: Path, codec: str, mark: int, seen: str) -> None:
    fields: list[Field] = [
        ("NAME", "C", 40, 0),
        *[(f"F{n}", *rest) for n, (_, *rest) in enumerate(LEDGER[1:])],
    ]
    path = dbf(
        tmp_path / "a.dbf", fields, [line("高雄儀表工廠", "20240105", "1", "T", codec=codec)], mark=mark
    )
    found = inspect(path)
    assert found.encoding == seen
    assert found.sample[0][1][0] == "高雄儀表工廠"


def test_a_person_may_choose_the_encoding(tmp_path: Path) -> None:
    path = dbf(tmp_path / "a.dbf", LEDGER, RECORDS)
    assert inspect(path, read_as=ReadAs(encoding="gbk")).sample[0][1][0] == "合肥供水集团有限公司"
    with pytest.raises(InputError) as error:
        inspect(path, read_as=ReadAs(encoding="utf-8"))
    assert error.value.code == "wrong_encoding"


def test_numbers_and_moments_of_foxpro(tmp_path: Path) -> None:
    fields: list[Field] = [
        ("N", "I", 4, 0),
        ("D", "B", 8, 2),
        ("Y", "Y", 8, 4),
        ("T", "T", 8, 0),
        ("M", "M", 4, 0),
    ]
    record = b" " + struct.pack("<ldqLL4s", -7, 12.345, 1_234_500, 2_451_545, 3_661_000, b"    ")
    path = dbf(tmp_path / "a.dbf", fields, [record])
    found = inspect(path)
    assert found.sample == ((1, ("-7", "12.35", "123.4500", "2000-01-01 01:01:01", "")),)
    assert [problem.code for problem in found.problems] == ["memo_columns"]


def test_a_table_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = dbf(tmp_path / "a.dbf", LEDGER, RECORDS)
    path.write_bytes(path.read_bytes()[:-70])
    with pytest.raises(InputError) as error:
        inspect(path)
    assert (error.value.code, error.value.params) == ("damaged_dbf", {"count": 3, "found": 1})


def test_a_field_wider_than_its_row_is_refused(tmp_path: Path) -> None:
    path = dbf(tmp_path / "a.dbf", LEDGER, RECORDS)
    data = bytearray(path.read_bytes())
    data[32 + 16] = 255
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        inspect(path)
    assert error.value.code == "damaged_dbf"
