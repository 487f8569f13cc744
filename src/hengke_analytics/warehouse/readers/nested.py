"""Tables within nested data: every list of records is one, and its rows repeat what stands above them.

`{"orders": [{"no": "A1", "items": [{"name": "卡尺"}]}]}` holds the tables `orders` (no) and `orders.items`
(no, name). What stands above in a single object rather than a list keeps its place in the name, "page.total", so
that it is not taken for a value of the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits
from hengke_analytics.warehouse.readers.cells import as_text

Record = dict[str, str]
JOINED = "、"


@dataclass(slots=True)
class Table:
    """What is known of one table: its columns in the order in which they appear, how many rows it has."""

    columns: dict[str, None] = field(default_factory=dict)
    count: int = 0


def look(document: Any) -> Iterator[dict[str, Any]]:
    """Every table with its first rows, the longest first; InputError when there is none."""
    found = _tables(document)
    if not found:
        raise InputError(
            "no_records", "The file holds no list of records: export the rows as a list, or as a table."
        )
    for path, table in sorted(found.items(), key=lambda one: -one[1].count)[: limits.MOST_SHEETS]:
        first = list(islice(_rows(document, path, table), limits.SAMPLE_ROWS))
        yield {"name": path, "rows": first, "lines": table.count, "headers": list(table.columns)}


def read(document: Any, path: str) -> Iterator[tuple[int, list[str]]]:
    """All rows of one table, numbered from 1."""
    yield from _rows(document, path, _tables(document)[path])


def records(document: Any, wanted: str) -> Iterator[Record]:
    """The records of one table."""
    return (record for path, record in _walk(document, "", {}) if path == wanted)


def counts(document: Any) -> dict[str, int]:
    """How many records each table has."""
    return dict(Counter(path for path, _ in _walk(document, "", {})))


def plain(document: dict[str, Any]) -> Record:
    """The plain fields of an object and of the objects in it."""
    return _parts(document)[0]


def _tables(document: Any) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for path, record in _walk(document, "", {}):
        table = found.setdefault(path, Table())
        table.count += 1
        table.columns |= dict.fromkeys(record)
        if len(table.columns) > limits.MOST_COLUMNS:
            raise InputError(
                "too_many_columns",
                "The records have more than {limit} different fields: this is no table.",
                limit=limits.MOST_COLUMNS,
            )
    return found


def _rows(document: Any, wanted: str, table: Table) -> Iterator[tuple[int, list[str]]]:
    for line, record in enumerate(records(document, wanted), 1):
        yield line, [record.get(column, "") for column in table.columns]


def _walk(value: Any, path: str, above: Record) -> Iterator[tuple[str, Record]]:
    """Every record with the path of its list; `above` is what it inherits."""
    if isinstance(value, dict):
        own, inner = _parts(value)
        named = {f"{path}.{name}" if path else name: text for name, text in own.items()} if path else {}
        for name, part in inner:
            yield from _walk(part, _joined(path, name), {**above, **named})
    elif isinstance(value, list):
        for each in value:
            yield from _record(each, path, above)


def _record(value: Any, path: str, above: Record) -> Iterator[tuple[str, Record]]:
    if isinstance(value, list) and not any(isinstance(part, (dict, list)) for part in value):
        yield path, {f"#{place}": as_text(part) for place, part in enumerate(value, 1)}
        return
    if not isinstance(value, dict):
        return
    own, inner = _parts(value)
    last = path.rpartition(".")[2] or "above"
    # A field of the same name above keeps apart by the name of its list.
    inherited = {(name if name not in own else f"{last}.{name}"): text for name, text in above.items()}
    record = inherited | own
    yield path, record
    for name, part in inner:
        yield from _walk(part, _joined(path, name), record)


def _parts(value: dict[str, Any], prefix: str = "") -> tuple[Record, list[tuple[str, Any]]]:
    """The plain fields of an object, those of objects within it by "a.b", and the lists of records in it."""
    own: Record = {}
    inner: list[tuple[str, Any]] = []
    for key, part in value.items():
        name = f"{prefix}{key}"
        if isinstance(part, dict):
            deeper, lists = _parts(part, f"{name}.")
            own |= deeper
            inner += lists
        elif isinstance(part, list) and any(isinstance(each, (dict, list)) for each in part):
            inner.append((name, part))
        elif isinstance(part, list):
            own[name] = JOINED.join(as_text(each) for each in part)
        else:
            own[name] = as_text(part)
    return own, inner


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
