"""Tables of web pages: those that old systems call .xls, merged cells, pages laid out by tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.reading import ReadAs, inspect, rows

PAGE = """<html><head><meta charset=gb2312><style>td {{}}</style></head><body>
<table><tr><td>菜单<td>帮助</table>
<table border=1><tr><th colspan=3>2024 年台账<tr><th>单位&nbsp;名称</th><th>送检日期<th>应收费</tr>
<tr><td rowspan=2>合肥<br>供水</td><td>2024-01-05</td><td rowspan="2">30.10</td></tr>
<tr><td>2024-01-06</td></tr><tr><td>芜湖&lt;仪表&gt;厂<script>alert(1)</script></td><td></td><td>{fee}</td></tr></table>"""


def write(path: Path, text: str, codec: str = "gb2312") -> Path:
    path.write_bytes(text.encode(codec))
    return path


def test_the_longest_table_comes_first_with_merged_cells_filled(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xls", PAGE.format(fee="5"))
    found = inspect(path)
    assert (found.kind, found.encoding_label, found.header_line) == ("html", "GB18030", 2)
    assert found.headers == ("单位 名称", "送检日期", "应收费")
    assert [sheet.name for sheet in found.sheets] == ["2", "1"]
    assert [problem.code for problem in found.problems] == ["merged_cells", "other_kind"]
    assert list(rows(path, found)) == [
        (3, ("合肥 供水", "2024-01-05", "30.10")), (4, ("合肥 供水", "2024-01-06", "0")),
        (5, ("芜湖<仪表>厂", "", "5")),
    ]  # fmt: skip


def test_another_header_row_can_be_chosen(tmp_path: Path) -> None:
    path = write(tmp_path / "a.html", PAGE.format(fee="5"))
    assert inspect(path, read_as=ReadAs(header_line=1)).headers == ("2024 年台账", "#2", "#3")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<html><body><p>nothing</p></body></html>", "no_html_table"),
        ("<table>" * 100_000, "deep_html_table"),
        ("<table><tr>" + "<td colspan=1000>a" * 3, "wide_html_table"),
        ("<table><tr><td>" + "x" * 40_000, "cell_too_long"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html><table>", "web_archive"),
    ],
)
def test_what_is_no_table(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        inspect(write(tmp_path / "a.html", text))
    assert error.value.code == code


def test_a_page_that_is_cut_off_gives_what_is_there(tmp_path: Path) -> None:
    path = write(tmp_path / "a.html", PAGE.format(fee="5").partition("<td></td>")[0])
    assert len(list(rows(path, inspect(path)))) == 3
