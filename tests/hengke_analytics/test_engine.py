"""The engine: closed to everything but its tables, exact in its types."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from hengke_analytics import engine
from hengke_analytics.shapes import ibis


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    backend = engine.open_for_loading(path)
    backend.raw_sql("CREATE TABLE t AS SELECT 1 AS n, CAST('1.10' AS DECIMAL(18, 2)) AS amount, true AS yes")
    backend.disconnect()
    return path


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/hosts')",
        "COPY (SELECT 1) TO 'stolen.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "SET threads = 1",
        "SET enable_external_access = true",
        "CREATE TABLE u AS SELECT 1",
        "DELETE FROM t",
    ],
)
def test_a_query_reaches_nothing_but_the_tables(warehouse: Path, query: str) -> None:
    backend = engine.connect(warehouse)
    with pytest.raises(duckdb.Error):
        backend.raw_sql(query)
    assert engine.rows(backend.table("t").select("n")) == [{"n": 1}]


def test_answers_have_the_types_that_the_expression_states(warehouse: Path) -> None:
    table = engine.connect(warehouse).table("t")
    found = engine.fetch(table.aggregate(count=table.yes.sum(), amount=table.amount.max()))
    assert found.schema.field("count").type == pa.int64()
    assert found.to_pylist() == [{"count": 1, "amount": Decimal("1.10")}]


def test_tables_in_memory_can_be_joined(warehouse: Path) -> None:
    table = engine.connect(warehouse).table("t")
    joined = table.join(ibis.memtable({"n": [1], "name": ["one"]}), "n").select("name")
    assert engine.rows(joined) == [{"name": "one"}]


def test_the_same_question_sees_new_data() -> None:
    backend = engine.connect()
    for value in (1, 2):
        backend.raw_sql(f"CREATE OR REPLACE TABLE t AS SELECT {value} AS n")
        assert engine.rows(backend.table("t")) == [{"n": value}]


def test_kept_rows_are_asked_further_and_go_away_with_the_block(warehouse: Path) -> None:
    table = engine.connect(warehouse).table("t")
    with engine.keeping() as keep:
        once = keep(table.select("n", "amount"))
        twice = keep(once.mutate(n=once.n + 1))
        assert engine.rows(twice) == [{"n": 2, "amount": Decimal("1.10")}]
        assert engine.rows(once.select("n")) == [{"n": 1}]
    with pytest.raises(duckdb.Error):
        engine.rows(once.select("n"))


def test_kept_rows_of_an_outer_block_stay_while_an_inner_one_keeps_its_own(warehouse: Path) -> None:
    table = engine.connect(warehouse).table("t")
    with engine.keeping() as keep:
        outer = keep(table.select("n"))
        with engine.keeping() as keep_more:
            inner = keep_more(table.select(n=table.n + 41))
            assert engine.rows(inner) == [{"n": 42}]
        assert engine.rows(outer) == [{"n": 1}]


def test_the_next_block_sees_its_own_rows() -> None:
    backend = engine.connect()
    backend.raw_sql("CREATE TABLE t AS SELECT unnest([1, 2]) AS n")
    table = backend.table("t")
    for wanted in (1, 2):
        with engine.keeping() as keep:
            kept = keep(table.filter(table.n == ibis.literal(wanted)))
            assert engine.rows(kept) == [{"n": wanted}]
