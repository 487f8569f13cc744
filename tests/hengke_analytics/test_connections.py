"""Connections: their tables are written down, and a finished file is described once."""

from __future__ import annotations

from pathlib import Path

from hengke_analytics import engine
from hengke_analytics.shapes import Written, ibis


def test_a_further_connection_knows_its_tables_and_answers_the_same(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    loading = engine.open_for_loading(path)
    loading.raw_sql("CREATE TABLE t AS SELECT 7 AS n")
    loading.disconnect()
    reading = engine.another(engine.connect(path))
    table = reading.table("t")
    assert isinstance(table, Written)
    assert reading.table("t") is table
    assert engine.rows(table.select(m=table.n * 2)) == [{"m": 14}]


def test_compiled_text_holds_the_values() -> None:
    backend = engine.connect()
    backend.raw_sql("CREATE TABLE t AS SELECT 7 AS n")
    table = backend.table("t")
    sql = backend.compile(table.filter(table.n == ibis.literal(7)))
    assert backend.con.execute(sql).fetchall() == [(7,)]
