"""Tables of web pages, in the child. Old systems hand these out under the name of .xls."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits, merged
from hengke_analytics.warehouse.readers.decoding import text_of
from hengke_analytics.warehouse.readers.inspection import LOOK_AHEAD

MOST_SPAN = 1_000
DEEPEST = 50
"""Tables within tables that lay out a page; deeper ones are built to harm."""
_BREAKS = ("br", "p", "div", "li")


def look(path: Path) -> Iterator[dict[str, Any]]:
    """Every table with anything in it, those with the most rows first."""
    tables, label = _tables(path)
    if not tables:
        raise InputError("no_html_table", "The page holds no table: save the table itself, or as CSV.")
    for name in sorted(tables, key=lambda name: -len(tables[name].rows))[: limits.MOST_SHEETS]:
        table = tables[name]
        rows = list(table.spread())
        merged_count = sum(map(len, table.spans.values()))
        yield {
            "name": name, "rows": rows[: LOOK_AHEAD + 1], "lines": rows[-1][0], "exact": True,
            "merged": merged_count, "encoding": label,
        }  # fmt: skip


def read(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of one table."""
    yield from _tables(path)[0][sheet].spread()


def _tables(path: Path) -> tuple[dict[str, Table], str]:
    text, label = text_of(path)
    reader = _Reader()
    reader.feed(text)
    reader.close()
    filled = [table for table in reader.tables if any(map(any, table.rows))]
    return {str(number): table for number, table in enumerate(filled, 1)}, label


class Table:
    """The cells of one table, laid out; those below a cell that spans rows are left blank and noted."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.spans: merged.Spans = {}
        self._taken: dict[int, int] = {}
        """Column -> last row that a cell above reaches into."""

    def add_row(self) -> None:
        """Begin the next row."""
        self.rows.append([])

    def add_cell(self, text: str, across: int, down: int) -> None:
        """Put a cell at the next free place of the row."""
        line, row = len(self.rows) - 1, self.rows[-1]
        while self._taken.get(len(row), -1) >= line:
            row.append("")
        column = len(row)
        row += [text, *[""] * (across - 1)]
        if len(row) > limits.MOST_COLUMNS:
            raise InputError("wide_html_table", "The table of the page has too many columns: it is refused.")
        for place in range(column, len(row)) if down > 1 else ():
            self._taken[place] = line + down - 1
        if down > 1:
            self.spans.setdefault(line, []).append((column, line + down - 1))

    def spread(self) -> Iterator[merged.Row]:
        """Rows with anything in them, numbered from 1, spanned cells filled."""
        width = max(map(len, self.rows))

        def plain() -> Iterator[merged.Row]:
            for line, row in enumerate(self.rows, 1):
                if any(row):
                    yield line, row + [""] * (width - len(row))

        return merged.spread(plain(), self.spans, merged.amounts_of(plain(), self.spans))


class _Cell:
    def __init__(self, attributes: dict[str, str | None]) -> None:
        self.texts: list[str] = []
        self.across, self.down = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


class _Reader(HTMLParser):
    """Follows tables, rows and cells; everything else is text within a cell, or outside of any."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self._open: list[tuple[Table, _Cell | None]] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            if len(self._open) == DEEPEST:
                raise InputError(
                    "deep_html_table", "The page has too many tables within tables: it is refused."
                )
            self.tables.append(Table())
            self._open.append((self.tables[-1], None))
        elif tag in ("script", "style"):
            self._hidden += 1
        elif self._open and tag == "tr":
            self._end_cell()
            self._open[-1][0].add_row()
        elif self._open and tag in ("td", "th"):
            self._end_cell()
            if not self._open[-1][0].rows:
                self._open[-1][0].add_row()
            self._open[-1] = (self._open[-1][0], _Cell(dict(attrs)))
        elif tag in _BREAKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif self._open and tag in ("td", "th", "tr"):
            self._end_cell()
        elif self._open and tag == "table":
            self._end_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1] is not None and not self._hidden:
            self._open[-1][1].texts.append(data)

    def close(self) -> None:
        super().close()
        while self._open:
            self.handle_endtag("table")

    def _end_cell(self) -> None:
        table, cell = self._open[-1]
        if cell is not None:
            table.add_cell(cell.text, cell.across, cell.down)
            self._open[-1] = (table, None)


def _span(said: str | None) -> int:
    return min(int(said), MOST_SPAN) if said and said.isascii() and said.isdecimal() and int(said[:9]) else 1
