"""What a command found, and its three forms: one JSON object, a table file, a readable table."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke.kernel.money import format_money

#: Titles on the terminal; a grouping column keeps the header of the file.
TITLES = {
    "customer": "客户", "contribution": "贡献", "share": "占比", "cumulative_share": "累计占比",
    "rank": "名次", "tier": "层级", "customers": "客户数", "min": "最小", "max": "最大",
    "recency": "距上次天数", "frequency": "次数", "monetary": "贡献", "r": "R", "f": "F", "m": "M",
    "segment": "分群", "class": "类别", "p5": "P5", "p25": "P25", "median": "中位数", "p75": "P75",
    "p95": "P95", "from": "原层级", "to": "现层级", "amount_from": "原贡献", "amount_to": "现贡献",
    "amount": "金额", "this": "本期", "last": "对比期", "change": "同比", "month": "月份",
    "cumulative_this": "累计", "cumulative_last": "对比期累计", "cumulative_change": "累计同比",
    "amount_before": "流失前贡献", "years": "年数", "growth": "增长率", "billed": "应收",
    "received": "实收", "rate": "到账率", "days_to_pay": "收款天数", "customer_id": "客户编号",
    "probability": "概率", "query": "查询", "name": "名称", "id": "编号", "score": "相似度",
    "reasons": "依据", "row": "行", "rule": "规则", "rows": "行数",
    "offer": "推荐", "because": "因为已有", "expected_value": "预计金额",
    "cluster": "类", "text": "文本", "tone": "情绪", "topic": "主题", "needs": "需求",
    "label": "标签", "proposed": "建议标签", "profile": "特点",
    "antecedent": "前提", "consequent": "结论", "count": "篮数", "support": "支持度",
    "confidence": "置信度", "lift": "提升度", "leverage": "杠杆率", "conviction": "确信度",
    "series": "序列", "low80": "80% 下限", "high80": "80% 上限", "low95": "95% 下限", "high95": "95% 上限",
    "pattern": "序列", "after": "此前", "next": "下一项", "expected_on": "预计日期", "alive": "仍活跃概率",
    "x": "复购天数", "t_x": "首末相隔（周）", "T": "客龄（周）", "mean_amount": "复购均额",
    "transactions": "预计次数", "transactions_low": "次数下限",
    "transactions_high": "次数上限", "value": "预计金额", "value_low": "金额下限", "value_high": "金额上限",
}  # fmt: skip
WORDS = {
    "vip": "VIP", "major": "重点", "regular": "常规", "small": "小微", "new": "新增", "gone": "流失",
    "champion": "核心", "big_spender": "高额", "loyal": "忠诚", "promising": "潜力",
    "need_attention": "需关注", "about_to_sleep": "将沉睡", "cannot_lose": "不可失去", "at_risk": "有风险",
    "hibernating": "沉睡", "lost": "流失",
}  # fmt: skip
CLASSES = {"large": "大", "medium": "中", "small": "小"}
CODES = {"tier": WORDS, "class": CLASSES, "from": WORDS, "to": WORDS, "segment": WORDS}
PERCENT = (
    "share",
    "cumulative_share",
    "change",
    "cumulative_change",
    "growth",
    "rate",
    "probability",
    "support",
    "confidence",
    "alive",
)
DIGITS = {"lift": 4, "leverage": 6, "conviction": 4, "transactions": 2}


@dataclass(frozen=True)
class Answer:
    """`payload` is the JSON object, `detail` its main list with column types, `summary` lines above it."""

    payload: dict[str, Any]
    detail: pa.Table
    summary: list[str] = field(default_factory=list)


def give(answer: Answer, chosen: argparse.Namespace) -> None:
    """Write the answer where and how the options ask for it."""
    if chosen.out:
        write_table(answer.detail, chosen.out)
    if chosen.json:
        json.dump(answer.payload, sys.stdout, ensure_ascii=False, default=_plain)
        print()
    elif not chosen.out:
        print("\n".join((*answer.summary, *_lines(answer.detail, chosen.limit))))


def write_table(table: pa.Table, path: Path) -> None:
    """A csv, xlsx or parquet file by the ending of its name; amounts are exact in each."""
    ending = path.suffix.lower()
    if ending == ".parquet":
        import pyarrow.parquet as pq

        pq.write_table(table, path)
    elif ending == ".xlsx":
        _write_xlsx(table, path)
    elif ending == ".csv":
        from pyarrow import csv

        csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))
    else:
        raise InputError("unknown_ending", "{file} must end in .csv, .xlsx or .parquet.", file=path.name)


def percent(share: float | None) -> str:
    """ "79.99 %", or a dash when there is nothing to divide by."""
    return "—" if share is None else f"{share * 100:,.2f} %"


def amount(value: Decimal) -> str:
    """ "8,911,407.90"."""
    return f"{value:,.2f}"


def _plain(value: object) -> str:
    return format_money(value) if isinstance(value, Decimal) else str(value)


def _write_xlsx(table: pa.Table, path: Path) -> None:
    import xlsxwriter

    # What a customer is called must never become a formula or a link in somebody's Excel.
    guarded = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(path, guarded) as book:
        sheet = book.add_worksheet()
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, table.column_names)
        for number, row in enumerate(_rows(table), start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, dated)
                else:
                    sheet.write(number, place, cell)


def _lines(table: pa.Table, limit: int) -> Iterable[str]:
    shown = table.slice(0, limit) if limit else table
    columns = [
        [TITLES.get(name, name), *(_shown(name, cell) for cell in shown[name].to_pylist())]
        for name in shown.column_names
    ]
    right = [name not in CODES and not _is_text(shown.schema.field(name).type) for name in shown.column_names]
    widths = [max(map(_width, column), default=0) for column in columns]
    for cells in zip(*columns, strict=True):
        yield "  ".join(map(_padded, cells, widths, right)).rstrip()
    if len(shown) < len(table):
        yield f"…… 共 {len(table):,} 行（--limit 0 显示全部，--out 文件 导出）"


def _shown(name: str, cell: Any) -> str:
    if cell is None:
        return "—"
    if name in CODES:
        return CODES[name].get(str(cell), str(cell))
    if isinstance(cell, Decimal):
        return amount(cell)
    if isinstance(cell, float):
        return percent(cell) if name in PERCENT else f"{cell:,.{DIGITS.get(name, 1)}f}"
    return str(cell)


def _rows(table: pa.Table) -> Iterable[Sequence[Any]]:
    for batch in table.to_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return f"{gap}{text}" if right else f"{text}{gap}"
