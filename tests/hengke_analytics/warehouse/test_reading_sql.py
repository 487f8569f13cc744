from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits
from hengke_analytics.warehouse.reading import SqlSource, inspect, rows
from tests.support.postgres import Cluster


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "台账 1.db"
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        create table 台账 (单位名称 text, 送检日期 text, 应收费 real, 台数 integer);
        insert into 台账 values ('合肥供水', '2024-01-05', 30.15, 2), ('芜湖仪表厂', null, 60.0, null);
        create view 大额 as select * from 台账 where 应收费 > 50;
        """
    )
    connection.execute("insert into 台账 values (cast(? as text), 'x', 1, 1)", ("安徽".encode("gb18030"),))
    connection.commit()
    connection.close()
    return path


EXPECTED = [
    (1, ("合肥供水", "2024-01-05", "30.15", "2")),
    (2, ("芜湖仪表厂", "", "60", "")),
    (3, ("安徽", "x", "1", "1")),
]


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_a_sqlite_file_shows_its_tables_and_views(database: Path) -> None:
    found = inspect(database)
    assert (found.kind, found.problems) == ("sqlite", ())
    assert [(sheet.name, sheet.row_estimate, sheet.exact) for sheet in found.sheets] == [
        ("台账", 3, True), ("大额", 1, True),
    ]  # fmt: skip
    assert found.sheet("台账").headers == ("单位名称", "送检日期", "应收费", "台数")
    assert list(rows(database, found, sheet="台账")) == EXPECTED
    assert list(rows(database, found, sheet="大额")) == [(1, ("芜湖仪表厂", "", "60", ""))]
    assert list(rows(database, found, sheet="台账", start=2)) == EXPECTED[2:]


def test_a_declared_table_or_query(database: Path) -> None:
    table = SqlSource(url(database), "台账")
    assert list(rows(table, inspect(table))) == EXPECTED
    query = SqlSource(url(database), "SELECT 应收费 * 2 AS 双 FROM 台账 ORDER BY 1 DESC;")
    found = inspect(query)
    assert (found.headers, found.row_estimate) == (("双",), 3)
    assert list(rows(query, found)) == [(1, ("120",)), (2, ("60.3",)), (3, ("2",))]


@pytest.mark.parametrize(
    "query",
    [
        "drop table 台账",
        "select 1; drop table 台账",
        "with a as (select 1) delete from 台账",
        "select load_extension('x')",
        "select * from missing",
        "台账 where 1=1",
        "pragma writable_schema = on",
        "attach 'x' as y",
        "",
    ],
)
def test_only_reading_is_possible(database: Path, query: str) -> None:
    before = database.read_bytes()
    with pytest.raises(InputError) as error:
        inspect(SqlSource(url(database), query))
    assert error.value.code in ("bad_query", "database_refused")
    assert database.read_bytes() == before


def test_a_query_without_end_is_stopped(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SQL_SECONDS", 0.2)
    endless = "with recursive a(n) as (select 1 union all select n + 1 from a) select max(n) from a"
    with pytest.raises(InputError) as error:
        inspect(SqlSource(url(database), endless))
    assert error.value.code == "database_refused"
    counted = "with recursive a(n) as (select 1 union all select n + 1 from a) select n from a"
    found = inspect(SqlSource(url(database), counted))
    assert (found.row_estimate, found.sheet().exact) == (50, False)


def test_a_huge_cell_is_refused(database: Path) -> None:
    with pytest.raises(InputError) as error:
        inspect(SqlSource(url(database), "select hex(zeroblob(10000000)) as a"))
    assert error.value.code == "database_refused"


@pytest.mark.parametrize("address", ["mysql://x/y", "sqlite:///nowhere/at/all.db", "/etc/passwd"])
def test_unusable_addresses(address: str) -> None:
    with pytest.raises(InputError) as error:
        inspect(SqlSource(address, "a"))
    assert error.value.code in ("unknown_database", "database_refused")


@pytest.fixture
def server(postgres_cluster: Cluster) -> str:
    psycopg = pytest.importorskip("psycopg")
    address = postgres_cluster.create("sources")
    with psycopg.connect(address) as connection:
        connection.execute('create schema "旧"')
        connection.execute(
            'create table "旧".ledger (customer text, day date, billed numeric(18,2), at timestamp)'
        )
        connection.execute(
            "insert into 旧.ledger "
            "select '客户' || n, date '2024-01-01' + n, n / 100.0, timestamp '2024-01-01' "
            "from generate_series(1, 5000) n"
        )
    return address


@pytest.mark.postgres
def test_postgresql(server: str, postgres_cluster: Cluster) -> None:
    try:
        source = SqlSource(server, "旧.ledger")
        found = inspect(source, name="旧系统")
        assert (found.name, found.kind, found.row_estimate) == ("旧系统", "postgres", 5_000)
        assert found.headers == ("customer", "day", "billed", "at")
        read = list(rows(source, found))
        assert len(read) == 5_000
        assert read[0] == (1, ("客户1", "2024-01-02", "0.01", "2024-01-01"))
        assert sum(Decimal(cells[2]) for _, cells in read) == Decimal("125025.00")
        assert date.fromisoformat(read[-1][1][1]) == date(2037, 9, 9)
        for query in (
            "with a as (delete from 旧.ledger returning *) select * from a",
            "select * from nowhere",
        ):
            with pytest.raises(InputError) as error:
                inspect(SqlSource(server, query))
            assert error.value.code == "database_refused"
        assert inspect(source).row_estimate == 5_000
        with pytest.raises(InputError) as error:
            inspect(SqlSource(server.replace("/sources", "/nothing"), "a"))
        assert error.value.code == "database_refused"
    finally:
        postgres_cluster.drop("sources")
