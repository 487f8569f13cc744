"""`--where "Quantity>0"`: a column compared with a number, a date or a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from hengke.kernel.errors import InputError
from hengke_analytics import files
from hengke_analytics.cli.columns import header
from hengke_analytics.warehouse import values

_WRITTEN = re.compile(r"\s*(.+?)\s*(!=|>=|<=|=|>|<)\s*(.*?)\s*")
_COMPARE = {
    "=": pc.equal, "!=": pc.not_equal,
    ">": pc.greater, ">=": pc.greater_equal, "<": pc.less, "<=": pc.less_equal,
}  # fmt: skip


def keep(table: pa.Table, conditions: Sequence[str]) -> pa.Table:
    """Rows that meet every condition; a cell that cannot be compared does not meet it."""
    for condition in conditions:
        table = table.filter(_mask(table, condition))
    return table


def _mask(table: pa.Table, condition: str) -> pa.ChunkedArray:
    found = _WRITTEN.fullmatch(condition)
    if not found:
        raise InputError(
            "condition_unreadable", 'Write a condition as "COLUMN>0", not "{text}".', text=condition
        )
    column, wanted = table[header(found[1], table.column_names)], found[3]
    compare = _COMPARE[found[2]]
    number, day = values.parse_number(wanted), values.parse_date(wanted)
    if pa.types.is_temporal(column.type) or (day and "-" in wanted):
        return compare(files.dates(column), pa.scalar(day, pa.date32()))
    if number is not None:
        return compare(files.numbers(column, files.FACTOR), pa.scalar(_fitted(number), files.FACTOR))
    return compare(column.cast(pa.string()), wanted)


def _fitted(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-files.FACTOR.scale))
