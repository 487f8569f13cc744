from __future__ import annotations

import csv
import gzip
import io
import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.mapping import propose
from hengke_analytics.warehouse.readers import limits
from hengke_analytics.warehouse.reading import Inspection, Numbered, inspect, rows
from hengke_analytics.warehouse.totals import Checksum
from hengke_analytics.warehouse.translate import LedgerRow, Reject, TotalLine, Translator

HEADERS = ("委托单号", "送检日期", "单位名称", "应收费")
LINES = [("WT1", "2019-01-06", "合肥供水", "30.00"), ("WT2", "2019/03/29", "芜湖仪表厂", "60元")]


def table(separator: str = ",", end: str = "\r\n") -> str:
    return "".join(separator.join(line) + end for line in (HEADERS, *LINES))


def all_rows(path: Path, **options: Any) -> list[Numbered]:
    return list(rows(path, inspect(path), **options))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(("separator", "kind"), [(",", "csv"), ("\t", "tsv"), (";", "csv"), ("|", "csv")])
@pytest.mark.parametrize("packed", [False, True])
def test_text_in_every_dress(tmp_path: Path, encoding: str, separator: str, kind: str, packed: bool) -> None:
    path = tmp_path / "upload"
    data = table(separator).encode(encoding)
    path.write_bytes(gzip.compress(data) if packed else data)
    found = inspect(path, name="ledger.csv.gz" if packed else "ledger.csv")
    assert (found.kind, found.delimiter, found.compressed) == (kind, separator, packed)
    assert (found.encoding, found.headers, found.header_line) == (encoding, HEADERS, 1)
    assert found.problems == ()
    assert list(found.sample) == list(rows(path, found)) == [(2, LINES[0]), (3, LINES[1])]


def test_title_rows_and_blank_lines_above_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("2019年收费台账,,,\n\n制表日期：,2019-12-31,,\n" + table(",", "\n") + "\n,,,\n", "utf-8")
    found = inspect(path)
    assert (found.headers, found.header_line) == (HEADERS, 4)
    assert list(rows(path, found)) == [(5, LINES[0]), (6, LINES[1])]


def test_no_header_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("WT1,2019-01-06,合肥供水,30\nWT2,2019-01-07,芜湖,60\n", "utf-8")
    found = inspect(path)
    assert (found.headers, found.header_line, found.row_estimate) == (("#1", "#2", "#3", "#4"), 0, 2)
    assert [line for line, _ in rows(path, found)] == [1, 2]


def test_blank_and_repeated_headers_get_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("单位,金额,,金额\n甲,1,x,2\n乙,3,y,4\n", "utf-8")
    assert inspect(path).headers == ("单位", "金额", "#3", "金额 2")


def test_quoted_line_ends_keep_the_line_numbers_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('单位,备注\n甲,"一\n二"\n乙,"三, ""四"""\n', "utf-8")
    assert all_rows(path) == [(2, ("甲", "一\n二")), (4, ("乙", '三, "四"'))]


def test_reading_goes_on_behind_the_last_line_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(), "utf-8", newline="")
    assert all_rows(path, start=2) == [(3, LINES[1])]
    assert all_rows(path, start=3) == []


def test_preview_is_fifty_rows_and_the_count_is_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEADERS) + "\n" + "WT,2019-01-06,甲,1\n" * 1_000, "utf-8")
    found = inspect(path)
    assert (len(found.sample), found.row_estimate, found.sheet().exact) == (50, 1_000, True)


@pytest.mark.parametrize("packed", [False, True])
def test_the_count_of_a_long_file_is_extrapolated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    path = tmp_path / "a.csv"
    lines = (f"WT{number * 7919 % 99_991},2019-01-06,甲,1\n" for number in range(200_000))
    data = (",".join(HEADERS) + "\n" + "".join(lines)).encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    monkeypatch.setattr(limits, "SCAN_BYTES", len(data) // 3)
    found = inspect(path)
    assert found.sheet().exact is False
    assert 190_000 < found.row_estimate < 210_000


def test_one_column_is_a_table_too(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("单位名称\n合肥供水\n芜湖仪表厂\n", "utf-8")
    assert inspect(path).headers == ("单位名称",)
    assert all_rows(path) == [(2, ("合肥供水",)), (3, ("芜湖仪表厂",))]


def test_a_cut_character_is_a_problem_not_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table().encode() * 20 + b"WT3,2019-01-06,\xe5\x90,1\n" + table().encode() * 20)
    [problem] = inspect(path).problems
    assert (problem.code, problem.message) == (
        "broken_characters", "1 characters could not be read as UTF-8 and show as “�”.",
    )  # fmt: skip


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text(table(), "utf-8")
    found = inspect(path, name="..\\..\\台账.xlsx")
    assert (found.name, found.kind, [problem.code for problem in found.problems]) == (
        "台账.xlsx", "csv", ["other_kind"],
    )  # fmt: skip


def test_an_inspection_travels_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(table(), "utf-8")
    found = inspect(path)
    assert found.problems
    assert Inspection.from_json(found.to_json()) == found


@given(
    st.lists(st.lists(st.text("ab中,\"\n'; ", max_size=6), min_size=2, max_size=2), min_size=1, max_size=8)
)
def test_what_csv_writes_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["甲", "乙"], ["x", "y"], *lines])
    path.write_text(buffer.getvalue(), "utf-8", newline="")
    found = Inspection.from_json(inspect(path).to_json())
    if found.delimiter == ",":  # a cell full of semicolons may win; the person sees it in the preview
        read = [list(cells) for _, cells in rows(path, found)]
        assert read == [["x", "y"], *(line for line in lines if any(line))]


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def workbook(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    sheet, day = book.add_worksheet("收费"), book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write(1, 1, "2024年收费台账")
    sheet.write_row(3, 1, ["单位名称", "送检日期", "应收费", "电话", "时间", "比例"])
    sheet.write_row(4, 1, ["合肥供水", None, 30.15, 13912345678])
    sheet.write_datetime(4, 2, datetime(2024, 1, 5), day)
    sheet.write_datetime(4, 5, datetime(2024, 1, 5, 9, 30), moment)
    sheet.write(4, 6, 0.1)
    sheet.write_row(6, 1, ["芜湖仪表厂", "2024年1月6日", 60])
    sheet.write_formula(6, 6, "=1/3", None, 0.333)
    other = book.add_worksheet("二月")
    other.write_column(0, 0, ["单位名称", "甲公司"])
    book.add_worksheet("密").hide()
    book.close()


def test_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path)
    found = inspect(path)
    assert (found.kind, [sheet.name for sheet in found.sheets]) == ("xlsx", ["收费", "二月"])
    assert (found.header_line, found.row_estimate) == (4, 2)
    assert found.headers == ("#1", "单位名称", "送检日期", "应收费", "电话", "时间", "比例")
    assert list(rows(path, found)) == [
        (5, ("", "合肥供水", "2024-01-05", "30.15", "13912345678", "2024-01-05 09:30:00", "0.1")),
        (7, ("", "芜湖仪表厂", "2024年1月6日", "60", "", "", "0.333")),
    ]
    assert list(rows(path, found, sheet="二月")) == [(2, ("甲公司",))]
    assert [line for line, _ in rows(path, found, start=5)] == [7]
    with pytest.raises(InputError) as error:
        next(rows(path, found, sheet="三月"))
    assert error.value.code == "no_such_sheet"


def test_both_workbook_parsers_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path)
    fast = inspect(path), all_rows(path)
    monkeypatch.setattr("hengke_analytics.warehouse.readers.workbook.ENGINES", ("openpyxl",))
    assert (inspect(path), all_rows(path)) == fast


def test_a_large_workbook_is_previewed_without_laying_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet().write_column(0, 0, ["单位名称", *(f"第{n}厂" for n in range(500))])
    book.close()
    monkeypatch.setattr(limits, "LARGE_WORKBOOK", 0)
    found = inspect(path)
    assert (found.row_estimate, found.sheet().exact, len(found.sample)) == (500, False, 50)
    assert sum(1 for _ in rows(path, found)) == 500


def test_an_abandoned_workbook_leaves_no_process(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path)
    before = children()
    reading = rows(path, inspect(path))
    next(reading)
    assert children() - before
    reading.close()  # type: ignore[attr-defined]
    assert children() <= before


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    columns = {
        "单位名称": ["甲", None], "送检日期": [date(2024, 1, 5), None], "应收费": [Decimal("1.20"),
        Decimal("3.00")],
        "数": [1, 2], "率": [0.5, 30.15],
    }  # fmt: skip
    pq.write_table(pa.table(columns), path)
    found = inspect(path)
    assert (found.kind, found.headers, found.row_estimate) == ("parquet", tuple(columns), 2)
    assert list(rows(path, found)) == list(found.sample) == [
        (1, ("甲", "2024-01-05", "1.20", "1", "0.5")), (2, ("", "", "3.00", "2", "30.15")),
    ]  # fmt: skip


SUMS = {
    2019: "3898369.85", 2020: "3164744.35", 2021: "4033216.85", 2022: "3844349.90", 2023: "4120635.50",
    2024: "3892326.35", 2025: "3422265.25",
}  # fmt: skip


def test_the_seven_legacy_ledgers(shared: Path) -> None:
    """117,517 lines; the total line of each year equals the sum to the cent; one junk line each."""
    lines = 0
    keys = set()
    for year, expected in SUMS.items():
        path = shared / "data" / "legacy" / f"ledger_{year}.csv.gz"
        found = inspect(path)
        assert (found.kind, found.encoding_label, found.problems) == ("csv", "GB18030", ())
        checksum, odd = Checksum(), []
        translator = Translator(propose(found.headers, [cells for _, cells in found.sample]))
        for answer in translator.translate_all(rows(path, found)):
            if isinstance(answer, LedgerRow):
                lines += 1
                checksum.add(answer)
                keys.add(answer.row_hash)
                assert answer.notes == ()
            else:
                odd.append(answer)
        [total, junk] = odd
        assert isinstance(total, TotalLine)
        assert isinstance(junk, Reject)
        assert junk.code == "bad_date"
        [check] = checksum.check(total)
        assert (check.field, check.agrees, check.counted) == ("billed", True, Decimal(expected))
        assert found.row_estimate == junk.line_no - 1
    assert lines == len(keys) == 117_517
