"""`identity match` and `identity lookup` on plain tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics.identity.columns import HEADERS, propose
from hengke_analytics.identity.lookup import NameIndex
from hengke_analytics.identity.resolve import Progress, resolve
from hengke_analytics.identity.settings import Settings


def match(
    table: pa.Table,
    columns: Mapping[str, str] | None = None,
    *,
    settings: Settings = Settings(),  # noqa: B008 - frozen
    progress: Progress | None = None,
) -> tuple[pa.Table, pa.Table]:
    """(every input row in order with customer_id and probability, pairs to review).

    `columns` maps the roles of `columns.HEADERS` to headers; by default they are proposed. Row numbers in
    the review table are zero-based input rows. Raises InputError when there is no name column or a named
    column is absent.
    """
    chosen = dict(columns) if columns else propose(table.column_names)
    _check(chosen, table.column_names)
    values = {role: _texts(table[header]) for role, header in chosen.items()}
    first: dict[tuple[str | None, ...], int] = {}
    sighting_of_row: list[int] = []
    lines: dict[int, int] = {}
    for row, key in enumerate(zip(*values.values(), strict=True)):
        number = first.setdefault(key, row) if (values["name"][row] or "").strip() else row
        sighting_of_row.append(number)
        lines[number] = lines.get(number, 0) + 1
    rows = pa.array(lines.keys(), pa.int64())
    sightings = pa.table({"row": rows, "lines": pa.array(lines.values(), pa.int64())})
    for role, texts in values.items():
        sightings = sightings.append_column(role, pa.array([texts[r] for r in lines], pa.string()))
    found = resolve(sightings, settings=settings, progress=progress)
    return _spread(table, sighting_of_row, found.assignments), found.review


def lookup(index_table: pa.Table, queries: Iterable[str], *, limit: int = 1) -> pa.Table:
    """Best names for each query: query, rank, id, name, score, reasons; a query without any gets no row.

    `index_table` needs a name column; its `id` column is used when there is one, else the row number.
    """
    header = propose(index_table.column_names).get("name")
    if header is None:
        raise InputError("identity-no-name", "No column looks like a name; give one with the role name.")
    has_id = "id" in index_table.column_names and header != "id"
    ids = index_table["id"] if has_id else pa.array(range(index_table.num_rows), pa.int64())
    index = NameIndex.build(pa.table({"id": ids, "name": pa.array(_texts(index_table[header]), pa.string())}))
    found = [
        {
            "query": q,
            "rank": rank,
            "id": str(m.id),
            "name": m.name,
            "score": m.score,
            "reasons": ", ".join(m.reasons),
        }
        for q in queries
        for rank, m in enumerate(index.lookup(q, limit), start=1)
    ]
    return pa.Table.from_pylist(found, schema=LOOKUP)


LOOKUP = pa.schema(
    [
        ("query", pa.string()), ("rank", pa.int64()), ("id", pa.string()), ("name", pa.string()),
        ("score", pa.float64()), ("reasons", pa.string()),
    ]
)  # fmt: skip


def _check(chosen: Mapping[str, str], headers: list[str]) -> None:
    if "name" not in chosen:
        raise InputError("identity-no-name", "No column looks like a name; give one with the role name.")
    for role, header in chosen.items():
        if role not in HEADERS:
            raise InputError(
                "identity-role",
                "Unknown role {role}; use one of {roles}.",
                role=role,
                roles=", ".join(HEADERS),
            )
        if header not in headers:
            raise InputError("identity-columns", "The table lacks the column {column}.", column=header)


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    """A column as text; numbers such as phones stored as 1.3e10 come back as whole digits."""
    return [
        None if v is None else str(int(v)) if isinstance(v, float) and v.is_integer() else str(v)
        for v in column.to_pylist()
    ]


def _spread(table: pa.Table, sighting_of_row: list[int], assignments: pa.Table) -> pa.Table:
    """Append the columns customer_id and probability to the input rows."""
    by_sighting = {
        row: (cluster, chance)
        for row, cluster, chance in zip(
            *(assignments[c].to_pylist() for c in assignments.column_names), strict=True
        )
    }
    ids, chances = (
        zip(*(by_sighting[s] for s in sighting_of_row), strict=True) if sighting_of_row else ((), ())
    )
    free = [name for name in table.column_names if name not in ("customer_id", "probability")]
    return (
        table.select(free)
        .append_column("customer_id", pa.array(ids, pa.int64()))
        .append_column("probability", pa.array(chances, pa.float64()))
    )
