"""The door to source files and databases: what they are (`inspect`) and what they hold (`rows`).

The kind is decided by content; names and extensions are only compared with it. Whatever a file does, the
caller gets rows or an InputError.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import encoding
from hengke_analytics.warehouse.readers import dbf, isolated, kinds, parquet, rest, sql, text, workbook
from hengke_analytics.warehouse.readers.inspection import (
    DETECT,
    Inspection,
    Numbered,
    Problem,
    ReadAs,
    Sheet,
)
from hengke_analytics.warehouse.readers.rest import Paging, RestSource
from hengke_analytics.warehouse.readers.sql import SqlSource

__all__ = [
    "DETECT", "Inspection", "Numbered", "Paging", "Problem", "ReadAs", "RestSource", "Sheet", "SqlSource", "inspect",
    "rows",
]  # fmt: skip

WORKBOOKS = ("xlsx", "xls")
MARKED_UP = ("json", "xml", "html")
Source = Path | SqlSource | RestSource
"""A file, a query on a database, or a web service."""


def inspect(source: Source, *, name: str | None = None, read_as: ReadAs = DETECT) -> Inspection:
    """What `source` is: kind, encoding, sheets with headers and the first 50 rows, problems.

    `name` is what the user calls the file (an upload lies under another), `read_as` what a person chose.
    Raises InputError, with a stable code and what to do, for everything that is no table, and for choices
    that this source cannot be read by.
    """
    read_as = replace(read_as, encoding=encoding.codec_of(read_as.encoding))
    if isinstance(source, SqlSource):
        _refuse_choice(read_as.encoding, read_as.header_line)
        return sql.inspect(source, name)
    if isinstance(source, RestSource):
        _refuse_choice(read_as.encoding, read_as.header_line)
        return rest.inspect(source, name)
    label = PurePath((name or source.name).replace("\\", "/")).name
    kind, compressed = kinds.of(source)
    if kind == "text":
        found = text.inspect(source, label, compressed=compressed, read_as=read_as)
    elif kind == "dbf":
        _refuse_choice(read_as.header_line)
        found = dbf.inspect(source, label, read_as)
    elif kind in WORKBOOKS:
        _refuse_choice(read_as.encoding)
        found = workbook.inspect(kind, source, label, read_as)
    elif kind in MARKED_UP:
        _refuse_choice(read_as.encoding)
        found = isolated.look(kind, (kind,), source, label, read_as)
    else:
        _refuse_choice(read_as.encoding, read_as.header_line)
        found = {"parquet": parquet, "sqlite": sql}[kind].inspect(source, label)
    return replace(found, problems=(*found.problems, *kinds.misnamed(label, found.kind)))


def rows(
    source: Source, inspection: Inspection, *, sheet: str | None = None, start: int = 0
) -> Iterator[Numbered]:
    """(source line number, cells as text) below the header, blank lines left out, in source order, streaming.

    `start` is the last line that was already taken: an interrupted import goes on behind it.
    """
    try:
        chosen = inspection.sheet(sheet)
    except KeyError as error:
        raise InputError("no_such_sheet", "There is no sheet or table “{sheet}”.", sheet=sheet) from error
    after = max(start, chosen.header_line)
    for numbered in _all_rows(source, inspection, chosen):
        if numbered[0] > after:
            yield numbered


def _refuse_choice(*chosen: object) -> None:
    """Refuse what has no meaning for a kind: a choice that is passed over silently would mislead."""
    if any(choice not in ("", None) for choice in chosen):
        raise InputError(
            "no_such_choice",
            "An encoding can be chosen for text files only, a header row for text files and workbooks only.",
        )


def _all_rows(source: Source, inspection: Inspection, sheet: Sheet) -> Iterator[Numbered]:
    if isinstance(source, RestSource):
        return rest.rows(source, inspection, sheet.name)
    if isinstance(source, SqlSource) or inspection.kind == "sqlite":
        return sql.rows(source, sheet.name)
    if inspection.kind in WORKBOOKS:
        return workbook.rows(inspection.kind, source, sheet.name)
    if inspection.kind in MARKED_UP:
        return isolated.rows(inspection.kind, (inspection.kind,), source, sheet.name)
    if inspection.kind == "dbf":
        return dbf.rows(source, inspection)
    if inspection.kind == "parquet":
        return parquet.rows(source, sheet.name)
    return text.rows(source, inspection)
