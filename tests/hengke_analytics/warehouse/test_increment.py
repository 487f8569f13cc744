"""A warehouse that is carried on holds what one built anew would hold, whatever happened in between."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengke_analytics import engine
from hengke_analytics.warehouse import increment, star, swap
from hengke_analytics.warehouse.build import Sums, SumsDiffer, build

WHOLE = frozenset(["line_no", "variant", "is_demo", "list_price", "billed", "received", "cost"])
CITIES = ("合肥市", "芜湖市")


@dataclass(frozen=True)
class Line:
    alias: int | None = 1
    day: str = "2025-03-01"
    laboratory: str = "长度室"
    billed: int = 100
    received: int | None = None


@dataclass(frozen=True)
class Ledger:
    """What a database holds: lines by id, the customer of each alias, the city of each customer."""

    lines: Mapping[int, Line] = field(default_factory=dict)
    owners: Mapping[int, int] = field(default_factory=lambda: {1: 1, 2: 2, 3: 3})
    cities: Mapping[int, str] = field(default_factory=lambda: dict.fromkeys((1, 2, 3), CITIES[0]))

    def versions(self) -> pa.Table:
        return self.lines_of(list(self.lines)).select(["line_id", "alias_id", "row_hash"])

    def lines_of(self, ids: list[int]) -> pa.Table:
        return _feed("line", [_cells(number, self.lines[number]) for number in ids])

    def tables(self) -> dict[str, pa.Table]:
        aliases = [{"alias_id": a, "customer_id": c, "name": f"名{a}"} for a, c in self.owners.items()]
        customers = [{"customer_id": c, "number": f"C-{c}", "city": city} for c, city in self.cities.items()]
        imports = [{"import_id": 1, "source_id": 1, "file_name": "a.csv"}]
        return {
            "alias": _feed("alias", aliases),
            "customer": _feed("customer", customers),
            "source": _feed("source", [{"source_id": 1, "name": "旧系统"}]),
            "import": _feed("import", imports),
        }

    def sums(self) -> Sums:
        billed = sum(line.billed for line in self.lines.values())
        received = sum(line.received or 0 for line in self.lines.values())
        return Sums(len(self.lines), Decimal(billed) / 100, Decimal(received) / 100)


def _cells(number: int, line: Line) -> dict[str, Any]:
    return {
        "line_id": number, "alias_id": line.alias, "source_id": 1, "import_id": 1, "line_no": number,
        "submitted_on": line.day, "laboratory": line.laboratory, "billed": line.billed, "received": line.received,
        "row_hash": hashlib.md5(repr(replace(line, alias=None)).encode()).digest(),
    }  # fmt: skip


def _feed(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    def kind(column: str) -> pa.DataType:
        if column == "row_hash":
            return pa.binary()
        return pa.int64() if column in WHOLE or column.endswith("_id") else pa.string()

    schema = pa.schema([(column, kind(column)) for column in star.FEEDS[name]])
    numbers = {column for column in schema.names if schema.field(column).type == pa.int64()}
    empty = {column: None if column in numbers or column == "row_hash" else "" for column in schema.names}
    return pa.Table.from_pylist([{**empty, "is_demo": 0, "variant": 0, **row} for row in rows], schema=schema)


def build_whole(folder: Path, ledger: Ledger) -> None:
    feeds = {**ledger.tables(), "line": ledger.lines_of(list(ledger.lines))}
    build(folder, feeds, ledger.sums())


def content(folder: Path) -> dict[str, list[str]]:
    """Every table and view, rows in any order."""
    connection = engine.connect(folder / (folder / swap.POINTER).read_text("utf-8")).con
    names = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_name <> 'build_info' ORDER BY 1"
    ).fetchall()
    result = {}
    for (name,) in names:
        found = connection.execute(f"FROM {name}")
        columns = [column[0] for column in found.description]
        result[name] = [str(columns), *sorted(map(repr, found.fetchall()))]
    connection.close()
    return result


LINES = st.builds(
    Line,
    alias=st.sampled_from([None, 1, 2, 3]),
    day=st.sampled_from(["2024-02-29", "2025-03-01", "2025-03-02", "2026-01-05"]),
    laboratory=st.sampled_from(["长度室", "热工室", ""]),
    billed=st.integers(-500, 5_000),
    received=st.none() | st.integers(0, 5_000),
)
LEDGERS = st.builds(
    Ledger,
    lines=st.dictionaries(st.integers(1, 12), LINES, max_size=12),
    owners=st.fixed_dictionaries({a: st.integers(1, 3) for a in (1, 2, 3)}),
    cities=st.fixed_dictionaries({c: st.sampled_from(CITIES) for c in (1, 2, 3)}),
)


@settings(deadline=None, max_examples=10)
@given(st.lists(LEDGERS, min_size=2, max_size=3))
def test_carrying_on_equals_building_anew(states: list[Ledger]) -> None:
    """Lines come, go, change, move to another alias; aliases to another customer; customers to another city."""
    with tempfile.TemporaryDirectory() as made:
        carried, anew = Path(made, "carried"), Path(made, "anew")
        build_whole(carried, states[0])
        for state in states[1:]:
            assert increment.carry_on(carried, state, state.sums()) is not None
            build_whole(anew, state)
            assert content(carried) == content(anew)


def test_touched_are_the_customers_that_differ(tmp_path: Path) -> None:
    before = Ledger({1: Line(1), 2: Line(2), 3: Line(3)})
    build_whole(tmp_path, before)

    def touched(after: Ledger) -> tuple[int, ...]:
        carried = increment.carry_on(tmp_path, after, after.sums())
        assert carried is not None
        return carried.touched

    assert touched(before) == ()
    corrected = replace(before, lines={**before.lines, 2: Line(2, billed=7)})
    assert touched(corrected) == (2,)
    merged = replace(corrected, owners={1: 1, 2: 2, 3: 1})
    assert touched(merged) == (1, 3)
    moved = replace(merged, cities={**merged.cities, 2: CITIES[1]})
    assert touched(moved) == (2,)
    shorter = replace(moved, lines={1: Line(1), 2: Line(2, billed=7)})
    assert touched(shorter) == (1,)


def test_what_cannot_be_carried_on_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger({1: Line(1)})
    assert increment.carry_on(tmp_path, ledger, ledger.sums()) is None, "there is none yet"
    build_whole(tmp_path, ledger)
    number = swap.current_number(tmp_path)
    wrong = replace(ledger.sums(), billed=Decimal("0.99"))
    assert increment.carry_on(tmp_path, ledger, wrong) is None, "the sums differ"
    monkeypatch.setattr(increment, "MOST_INCREMENTS", 0)
    assert increment.carry_on(tmp_path, ledger, ledger.sums()) is None, "carried on too often"
    monkeypatch.undo()
    monkeypatch.setattr(increment, "LEAST_LINES", 0)
    other = Ledger({1: Line(1, billed=5)})
    assert increment.carry_on(tmp_path, other, other.sums()) is None, "too much has changed"
    monkeypatch.undo()
    monkeypatch.setattr(star, "layout", lambda: "newer")
    assert increment.carry_on(tmp_path, ledger, ledger.sums()) is None, "the program has other tables"
    monkeypatch.undo()
    (tmp_path / f"warehouse-{number}.duckdb").write_bytes(b"damaged")
    assert increment.carry_on(tmp_path, ledger, ledger.sums()) is None, "the file is damaged"
    assert swap.current_number(tmp_path) == number
    assert not list(tmp_path.glob("draft-*"))
    with pytest.raises(SumsDiffer):
        build(tmp_path, {**ledger.tables(), "line": ledger.lines_of([1])}, wrong)
