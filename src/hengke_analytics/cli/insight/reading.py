"""The rows and columns that a command on plain files works on."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from fractions import Fraction

import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics import files
from hengke_analytics.cli import conditions, options
from hengke_analytics.cli.columns import HEADERS, header, recognised
from hengke_analytics.warehouse.ledger_fields import BY_NAME

#: Headers by which a column is found when none is named.
ROLES: Mapping[str, tuple[str, ...]] = {
    "customer": HEADERS["customer"],
    "date": HEADERS["date"],
    "value": HEADERS["amount"],
    "basket": (*BY_NAME["order_no"].headers, "invoice no", "invoice", "transaction", "basket"),
    "item": (
        *BY_NAME["instrument_name"].headers, "商品", "商品名称", "项目", "品名", "description", "item", "product",
        "product name", "stock code",
    ),
    "text": ("备注", "内容", "文本", "意见", "反馈", "评价", "记录", "text", "note", "notes", "comment", "content"),
}  # fmt: skip


#: Reader of a number of at least 1.
whole = options.whole(1, 1_000_000)


def read(chosen: argparse.Namespace) -> pa.Table:
    """The rows of the files that meet every condition. InputError `no_rows` when none does."""
    table = conditions.keep(files.read_table(chosen.files, sheet=chosen.sheet), chosen.where)
    if not table.num_rows:
        raise InputError("no_rows", "No row is left to work on.")
    return table


def pick(table: pa.Table, role: str, named: str | None) -> str:
    """The header that was named, or one known for this role. InputError `column_unclear`."""
    if named:
        return header(named, table.column_names)
    found = recognised(table.column_names, ROLES[role])
    if found is None:
        raise InputError(
            "column_unclear",
            "No column looks like the {role}: name it with --{role}. The columns are: {columns}.",
            role=role, columns=", ".join(table.column_names),
        )  # fmt: skip
    return found


def words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Clean words of any column, null for blanks."""
    text = column if pa.types.is_string(column.type) else column.cast(pa.string())
    return files.texts(text)


def numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers of any column as binary fractions, null for what is none."""
    if pa.types.is_floating(column.type):
        return column.cast(pa.float64())
    return files.numbers(column, files.FACTOR).cast(pa.float64())


def threshold(text: str) -> Fraction:
    """A share such as 0.01 or 1%, or a number of cases of at least 2. It is exact."""
    try:
        value = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f'"{text}" is not a number') from None
    if value <= 0 or (value > 1 and value.denominator > 1):
        raise argparse.ArgumentTypeError(f"{text} is neither a share between 0 and 1 nor a whole number")
    return value


def share(text: str) -> Fraction:
    """A share such as 0.5 or 50%, above 0 and at most 1."""
    value = threshold(text)
    if value > 1:
        raise argparse.ArgumentTypeError(f"{text} is not a share between 0 and 100 %")
    return value


def least(support: Fraction, cases: int) -> int:
    """The fewest cases that meet a threshold, of so many."""
    return int(support) if support > 1 else -(-support.numerator * cases // support.denominator)
