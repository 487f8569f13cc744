"""Cells merged downwards are meant for every row; a merged amount counts once."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from hengke_analytics.warehouse.readers.merged import amounts_of, spans_of, spread
from hengke_analytics.warehouse.reading import inspect, rows


def spread_over(rows: list[list[str]], *ranges: tuple[tuple[int, int], tuple[int, int]]) -> list[list[str]]:
    numbered = [(line, list(cells)) for line, cells in enumerate(rows, 1)]
    spans = spans_of(ranges)
    amounts = amounts_of(numbered, spans)
    return [cells for _, cells in spread([(line, list(cells)) for line, cells in numbered], spans, amounts)]


def test_words_are_repeated_and_an_amount_counts_once() -> None:
    given = [["合肥供水", "压力表", "300"], ["", "温度计", ""], ["芜湖", "天平", "50"]]
    filled = spread_over(given, ((0, 0), (1, 0)), ((0, 2), (1, 2)))
    assert filled == [["合肥供水", "压力表", "300"], ["合肥供水", "温度计", "0"], ["芜湖", "天平", "50"]]


@pytest.mark.parametrize(
    ("first", "second", "repeats"),
    [("13805530001", "13805530001", True), ("1", "2", True), ("300", "300", False), ("12.5", "40.0", False)],
)
def test_numbers_are_numbering_telephones_or_amounts(first: str, second: str, repeats: bool) -> None:
    filled = spread_over([[first], [""], [second], [""]], ((0, 0), (1, 0)), ((2, 0), (3, 0)))
    assert [cells[0] for cells in filled] == [
        first, first if repeats else "0", second, second if repeats else "0",
    ]  # fmt: skip


def test_titles_across_columns_and_filled_cells_stay() -> None:
    given = [["台账", "", ""], ["a", "b", "c"], ["", "x", ""]]
    assert spread_over(given, ((0, 0), (0, 2)), ((1, 1), (2, 1))) == given


def test_a_workbook_with_titles_and_merged_orders(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:D1", "2024 年收费明细表")
        sheet.write("A2", "制表：业务室")
        for column, header in enumerate(("委托单号", "单位名称", "器具名称", "应收费")):
            sheet.write(3, column, header)
        sheet.merge_range("A5:A6", "WT1")
        sheet.merge_range("B5:B6", "合肥供水")
        sheet.merge_range("D5:D6", 90.5)
        for line, name in enumerate(("压力表", "温度计", "天平"), 4):
            sheet.write(line, 2, name)
        sheet.write_row(6, 0, ("WT2", "芜湖仪表厂"))
        sheet.write(6, 3, 30)
    found = inspect(path)
    assert (found.header_line, [problem.code for problem in found.problems]) == (4, ["merged_cells"])
    assert list(rows(path, found)) == [
        (5, ("WT1", "合肥供水", "压力表", "90.5")),
        (6, ("WT1", "合肥供水", "温度计", "0")),
        (7, ("WT2", "芜湖仪表厂", "天平", "30")),
    ]
