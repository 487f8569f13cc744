"""XML whose repeated elements are rows, Excel's own XML, and XML that is built to harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.reading import inspect, rows

LEDGER = """<?xml version="1.0" encoding="{codec}"?>
<!-- 台账 --><导出 xmlns="urn:x"><委托 单号="A1"><单位名称>合肥供水</单位名称>
<器具><名称>卡尺</名称><费用>30.10</费用></器具><器具><名称>天平</名称><费用>5</费用></器具></委托>
<委托 单号="A2"><单位名称>芜湖仪表厂</单位名称><器具><名称>压力表</名称></器具></委托></导出>"""
EXCEL = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="台账"><Table><Row><Cell><Data ss:Type="String">单位名称</Data></Cell>
<Cell><Data ss:Type="String">送检日期</Data></Cell><Cell><Data ss:Type="String">应收费</Data></Cell></Row>
<Row ss:Index="4"><Cell><Data ss:Type="String">合肥供水</Data></Cell>
<Cell ss:Index="{place}"><Data ss:Type="Number">30.1</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">芜湖</Data></Cell><Cell><Data ss:Type="DateTime">2024-01-05T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Number">7</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def write(path: Path, text: str, codec: str = "utf-8") -> Path:
    path.write_bytes(text.encode(codec))
    return path


@pytest.mark.parametrize("codec", ["utf-8", "gb2312", "utf-16"])
def test_repeated_elements_are_rows(tmp_path: Path, codec: str) -> None:
    path = write(tmp_path / "a.xml", LEDGER.format(codec=codec), codec)
    found = inspect(path)
    assert (found.kind, found.problems) == ("xml", ())
    assert [(sheet.name, sheet.row_estimate) for sheet in found.sheets] == [("委托.器具", 3), ("委托", 2)]
    assert found.headers == ("单号", "单位名称", "名称", "费用")
    expected = [(1, ("A1", "合肥供水", "卡尺", "30.10")), (2, ("A1", "合肥供水", "天平", "5")),
                (3, ("A2", "芜湖仪表厂", "压力表"))]  # fmt: skip
    assert list(rows(path, found)) == expected


def test_the_xml_of_excel_has_sheets(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xls", EXCEL.format(place=3))
    found = inspect(path)
    assert (found.kind, found.headers, found.header_line) == ("xml", ("单位名称", "送检日期", "应收费"), 1)
    assert list(rows(path, found)) == [(4, ("合肥供水", "", "30.1")), (5, ("芜湖", "2024-01-05", "7"))]
    assert [problem.code for problem in found.problems] == ["other_kind"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a><r>&b;</r><r/></a>', "xml_document_type"),
        ('<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml_document_type"),
        ("<a><r>1</r><r>", "damaged_xml"),
        ("<a><b>1</b></a>", "no_records"),
        ("<a>" * 60_000 + "</a>" * 60_000, "damaged_xml"),
        (EXCEL.format(place=2_000_000_000), "too_wide"),
    ],
)
def test_what_is_no_table(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        inspect(write(tmp_path / "a.xml", text))
    assert error.value.code == code
