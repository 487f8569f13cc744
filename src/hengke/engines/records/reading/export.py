"""Lists as files: streamed, with numbers as numbers, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from hengke.engines.access.leaks import exporting
from hengke.engines.access.leaks.exporting import Mark
from hengke.engines.records.reading.cells import paths_of
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Reference
from hengke.kernel import clock
from hengke.kernel.sheets import harmless

MAX_ROWS = 200_000
CHUNK = 500
Row = Sequence[Any]


def rows(query: Query, fields: Sequence[Field]) -> Iterator[list[Any]]:
    """The exportable objects of the list in its order, as values for a sheet."""
    for values in _read(query, paths_of(query.catalogue, fields)):
        yield list(_cells(fields, values))


def _read(query: Query, paths: Sequence[str]) -> Iterator[Row]:
    found = query.joined("export").order_by(*query.order.by()).values_list(*paths)
    return found[:MAX_ROWS].iterator(chunk_size=2_000)


def _cells(fields: Sequence[Field], values: Row) -> Iterable[Any]:
    at = 0
    for field in fields:
        if isinstance(field.kind, Reference):
            at += 1
            yield values[at] or ""
        else:
            yield field.kind.cell(values[at])
        at += 1


def told(query: Query, fields: Sequence[Field], form: str, reason: str = "") -> Mark:
    """Check the role's limits and write down who exports what, how much and why."""
    return exporting.allow(
        f"{query.catalogue.record.model._meta.model_name}.exported",
        actor=query.catalogue.actor,
        rows=query.rows("export")[:MAX_ROWS].count(),
        reason=reason,
        payload={"form": form, "fields": [field.name for field in fields], "list": query.address()},
    )


def as_csv(query: Query, fields: Sequence[Field]) -> Iterator[bytes]:
    """UTF-8 with the mark that spreadsheets need, in pieces."""
    yield "\ufeff".encode()
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([harmless(str(field.label)) for field in fields])
    for number, row in enumerate(rows(query, fields)):
        writer.writerow([harmless(value) for value in row])
        if number % CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def as_json(query: Query, fields: Sequence[Field]) -> Iterator[bytes]:
    """One object with `fields` (name and label) and `items`, in pieces: values as in the API, and beside the key of
    a reference its name as "<field>_name". A program reads it, so texts stay as they are, signs of formulas too.
    """
    labels = [{"name": field.name, "label": str(field.label)} for field in fields]
    head = {"record": query.catalogue.record.slug, "exported_at": clock.now(), "fields": labels}
    yield f'{_json(head)[:-1]},"items":['.encode()
    pieces: list[str] = []
    for number, values in enumerate(_read(query, ["pk", *paths_of(query.catalogue, fields)])):
        pieces.append(
            f"{',' if number else ''}\n{_json({'id': values[0], **dict(_named(fields, values[1:]))})}"
        )
        if len(pieces) == CHUNK:
            yield "".join(pieces).encode()
            pieces.clear()
    yield ("".join(pieces) + "\n]}\n").encode()


def _named(fields: Sequence[Field], values: Row) -> Iterator[tuple[str, Any]]:
    at = 0
    for field in fields:
        yield field.name, field.kind.json(values[at])
        at += 1
        if isinstance(field.kind, Reference):
            yield f"{field.name}_name", values[at]
            at += 1


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def as_xlsx(query: Query, fields: Sequence[Field], target: Any, mark: Mark) -> None:
    """Write a workbook into the open file `target` with constant memory; no text becomes a formula or a link."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options | {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, field in enumerate(fields):
            sheet.write_string(0, column, str(field.label), bold)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows(query, fields), start=1):
            for column, value in enumerate(row):
                if value is not None and value != "":
                    sheet.write(number, column, value)
        exporting.mark_book(book, [sheet], mark)
