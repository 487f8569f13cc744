"""MySQL and MariaDB as sources, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.reading import SqlSource, inspect, rows

pytestmark = pytest.mark.mysql


@pytest.fixture
def address(mariadb_server: str) -> Iterator[str]:
    pymysql = pytest.importorskip("pymysql")
    port = int(mariadb_server.rpartition(":")[2].partition("/")[0])
    with pymysql.connect(host="127.0.0.1", port=port, user="root", database="旧系统") as connection:
        cursor: Any = connection.cursor()
        cursor.execute(
            "create table `台账` (单位 varchar(50), 日期 date, 应收 decimal(18,2), at datetime, 折扣 double)"
            " charset gbk"
        )
        cursor.execute(
            "insert into `台账` select concat('客户', seq), date_add('2024-01-01', interval seq day), seq / 100,"
            " '2024-01-01 00:00:00', 0.5 from seq_1_to_5000"
        )
        cursor.execute("create user 'reader'@'%' identified by 'p@ss/word'")
        cursor.execute("grant select on `旧系统`.* to 'reader'@'%'")
        connection.commit()
        yield mariadb_server.replace("root@", "reader:p%40ss%2Fword@")
        cursor.execute("drop table `台账`")
        cursor.execute("drop user 'reader'@'%'")


def test_a_table_is_read_in_full(address: str) -> None:
    source = SqlSource(address, "台账")
    found = inspect(source, name="旧系统")
    assert (found.name, found.kind, found.row_estimate, found.sheet().exact) == (
        "旧系统",
        "mysql",
        5_000,
        True,
    )
    assert found.headers == ("单位", "日期", "应收", "at", "折扣")
    read = list(rows(source, found))
    assert read[0] == (1, ("客户1", "2024-01-02", "0.01", "2024-01-01", "0.5"))
    assert len(read) == 5_000
    assert sum(Decimal(cells[2]) for _, cells in read) == Decimal("125025.00")


def test_a_query_may_hold_signs_of_the_driver(address: str) -> None:
    source = SqlSource(address, "select 单位, '%s' as 记 from 台账 where 单位 like '客户100%' order by 1")
    assert [cells[0] for _, cells in rows(source, inspect(source))][:2] == ["客户100", "客户1000"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("with a as (select 1) delete from 台账", "database_refused"),
        ("select 1 into outfile '/tmp/hengke-outfile'", "bad_query"),
        ("select * from 没有", "database_refused"),
        ("drop table 台账", "database_refused"),
        ("select 1; delete from 台账", "database_refused"),
    ],
)
def test_only_reading_is_possible(address: str, query: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        inspect(SqlSource(address, query))
    assert error.value.code == code
    assert inspect(SqlSource(address, "台账")).row_estimate == 5_000


def test_a_wrong_password_is_told_without_repeating_it(address: str) -> None:
    with pytest.raises(InputError) as error:
        inspect(SqlSource(address.replace("p%40ss", "wrong-one"), "台账"))
    assert error.value.code == "database_refused"
    assert "wrong-one" not in error.value.message
    assert "Access denied" in error.value.message


def test_a_query_without_end_is_stopped(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengke_analytics.warehouse.readers.limits.SQL_SECONDS", 1)
    with pytest.raises(InputError) as error:
        inspect(SqlSource(address, "select count(*) from seq_1_to_1000000 a join seq_1_to_1000000 b"))
    assert error.value.code == "database_refused"
