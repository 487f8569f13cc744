"""Merged cells of a workbook: what is written once over several rows is meant for each of them.

A file keeps the content of a merged cell in its first row only. Words, days and numbers of orders are repeated
in the rows below; an amount is counted once, in its first row, and the others bear 0, so that sums stay what
they are. Cells merged within one row are titles and stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from hengke_analytics.warehouse import values

Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each (row, column) from 0."""
Spans = dict[int, list[tuple[int, int]]]
"""First row -> (column, last row) of the cells merged downwards from it."""
Row = tuple[int, list[str]]
"""Row number from 1, and its cells as text."""

LONG_NUMBER = 8
"""Digits from which a whole number is a telephone, a day or an order rather than an amount."""


def spans_of(ranges: Iterable[Range]) -> Spans:
    """The cells that are merged over more than one row."""
    found: Spans = defaultdict(list)
    for (top, column), (bottom, _) in ranges:
        if bottom > top:
            found[top].append((column, bottom))
    return found


def amounts_of(rows: Iterable[Row], spans: Spans) -> frozenset[int]:
    """Columns whose merged numbers are amounts: neither long ones nor a numbering that goes up and up."""
    numbers: dict[int, list[str]] = defaultdict(list)
    for line, cells in rows:
        for column, _ in spans.get(line - 1, ()):
            text = cells[column] if column < len(cells) else ""
            if values.parse_money(text) is not None:
                numbers[column].append(text)
    return frozenset(column for column, found in numbers.items() if not _is_numbering(found))


def spread(rows: Iterable[Row], spans: Spans, amounts: frozenset[int]) -> Iterator[Row]:
    """The rows with every cell merged downwards filled; rows that are blank otherwise stay blank."""
    open_cells: dict[int, tuple[int, str]] = {}
    for line, cells in rows:
        for column, (last, text) in list(open_cells.items()):
            if line - 1 > last:
                del open_cells[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = text
        for column, last in spans.get(line - 1, ()):
            text = cells[column] if column < len(cells) else ""
            if text:
                counted = column in amounts and values.parse_money(text) is not None
                open_cells[column] = last, "0" if counted else text
        yield line, cells


def _is_numbering(texts: Sequence[str]) -> bool:
    if not all(text.isdecimal() for text in texts):
        return False
    numbers = list(map(int, texts))
    ascending = len(numbers) > 1 and all(a < b for a, b in pairwise(numbers))
    return ascending or all(len(text) >= LONG_NUMBER for text in texts)
