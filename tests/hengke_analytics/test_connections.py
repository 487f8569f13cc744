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


def test_common_answers_are_shared_by_the_connections_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    loading = engine.open_for_loading(path)
    loading.raw_sql("CREATE TABLE t AS SELECT unnest([3, 7]) AS n")
    loading.disconnect()
    file = engine.connect(path)
    one, two = (engine.another(file).table("t") for _ in range(2))
    most = engine.remembered(one.aggregate(most=one.n.max()))
    assert most == [{"most": 7}]
    assert engine.remembered(two.aggregate(most=two.n.max())) is most
    least = [engine.remembered(t.filter(t.n > ibis.literal(bound))) for t, bound in ((one, 3), (two, 2))]
    assert least == [[{"n": 7}], [{"n": 3}, {"n": 7}]]


def test_answers_of_tables_that_change_are_not_kept() -> None:
    backend = engine.connect()
    backend.raw_sql("CREATE TABLE t AS SELECT 7 AS n")
    assert engine.remembered(backend.table("t")) == [{"n": 7}]
    backend.raw_sql("INSERT INTO t VALUES (8)")
    assert engine.remembered(backend.table("t")) == [{"n": 7}, {"n": 8}]


def test_compiled_text_holds_the_values() -> None:
    backend = engine.connect()
    backend.raw_sql("CREATE TABLE t AS SELECT 7 AS n")
    table = backend.table("t")
    sql = backend.compile(table.filter(table.n == ibis.literal(7)))
    assert backend.con.execute(sql).fetchall() == [(7,)]
