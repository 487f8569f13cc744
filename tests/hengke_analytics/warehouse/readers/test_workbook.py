"""Old workbooks (.xls) are read like new ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.reading import inspect, rows

xlwt = pytest.importorskip("xlwt")


def old_book(path: Path) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    for column, word in enumerate(("单位名称", "送检日期", "应收费")):
        sheet.write(0, column, word)
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    sheet.write_merge(1, 2, 0, 0, "合肥供水")
    for line, (at, fee) in enumerate([(date(2024, 1, 5), 30.1), (date(2024, 1, 6), 12)], 1):
        sheet.write(line, 1, at, day)
        sheet.write(line, 2, fee)
    book.add_sheet("空")
    book.save(str(path))
    return path


def test_an_old_workbook(tmp_path: Path) -> None:
    path = old_book(tmp_path / "台账.xls")
    found = inspect(path)
    assert (found.kind, found.headers, found.header_line) == ("xls", ("单位名称", "送检日期", "应收费"), 1)
    assert [problem.code for problem in found.problems] in ([], ["merged_cells"])
    read = list(rows(path, found))
    assert read[0] == (2, ("合肥供水", "2024-01-05", "30.1"))
    assert read[1][1][1:] == ("2024-01-06", "12")


def test_an_old_workbook_that_is_cut_off(tmp_path: Path) -> None:
    path = old_book(tmp_path / "a.xls")
    path.write_bytes(path.read_bytes()[:1500])
    with pytest.raises(InputError) as error:
        inspect(path)
    assert error.value.code == "damaged_xls"


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_016) + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(InputError) as error:
        inspect(path)
    assert error.value.code == "password"
