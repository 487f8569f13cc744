"""The same pipeline on PostgreSQL: import, names, warehouse through ADBC, undo; and PostgreSQL as a source."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hengke_analytics import engine
from hengke_analytics.warehouse import swap
from tests.factories.ledgers import ledger, row
from tests.support.commands import manage
from tests.support.postgres import Cluster

pytestmark = pytest.mark.postgres


def test_from_file_to_figures_and_back(postgres_cluster: Cluster, tmp_path: Path) -> None:
    import psycopg

    address = postgres_cluster.create("pipeline")
    there = {"HENGKE_DATABASE_URL": postgres_cluster.environment_url("pipeline")}
    file = tmp_path / "ledger.csv"
    lines = [
        row(
            f"W{n}",
            单位名称=f"合肥{'恒皖江淮'[n % 4]}达机械有限公司",
            应收费=f"{n}.07",
            联系人="赵文斌",
            有效期至="2026-03-01",
        )
        for n in range(2_500)
    ]
    file.write_bytes(ledger([*lines, row("W", 应收费="abc")]))
    manage(tmp_path, "migrate", **there)
    told = manage(tmp_path, "import", file, "--source", "台账", "--yes", **there).stdout
    assert "新增 2,500，更正 0，未变 0，拒收 1" in told
    billed = sum(Decimal(f"{n}.07") for n in range(2_500))
    with psycopg.connect(address) as connection:
        found = connection.execute(
            "SELECT sum(billed), count(DISTINCT alias_id) FROM insight_ledgerline"
        ).fetchone()
        assert found == (billed, 4)
        summed = "SELECT sum(billed), sum(lines) FROM customers_customersummary WHERE laboratory = ''"
        assert connection.execute(summed).fetchone() == (billed, 2_500)
        assert connection.execute("SELECT count(*) FROM customers_contact").fetchone() == (4,)
    facts = swap.open_current(tmp_path / "warehouse").table("facts_month")
    assert engine.rows(facts.aggregate(amount=facts.amount.sum())) == [{"amount": billed}]
    file.write_bytes(ledger([{**lines[0], "应收费": "5"}, *lines[1:]]))
    told = manage(tmp_path, "import", file, "--source", "台账", "--yes", **there).stdout
    assert "新增 0，更正 1，未变 2,499，拒收 0" in told
    # The correction was carried on from the warehouse at hand: the content hashes of both sides compare.
    carried: Any = swap.open_current(tmp_path / "warehouse")
    assert carried.con.execute("SELECT increments FROM build_info").fetchall() == [(1,)]
    assert carried.con.execute("SELECT sum(billed) FROM fact_line").fetchall() == [
        (billed + Decimal("4.93"),)
    ]


def test_a_table_of_another_database_is_a_source(postgres_cluster: Cluster, tmp_path: Path) -> None:
    import psycopg

    address = postgres_cluster.create("mis")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE ledger (order_no text, submitted_on date, customer text, amount numeric(12, 2))"
        )
        connection.execute(
            "INSERT INTO ledger VALUES ('W1', '2025-03-01', '合肥恒达有限公司', 12.50), "
            "('W2', '2025-04-01', '合肥恒达有限公司', 7)"
        )
    manage(tmp_path, "migrate")
    asked = (
        "import",
        address,
        "--query",
        "SELECT * FROM ledger ORDER BY order_no",
        "--source",
        "旧库",
        "--yes",
    )
    told = manage(tmp_path, *asked).stdout
    assert "新增 2，" in told
    assert "应收 19.50" in told
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE ledger SET amount = 13 WHERE order_no = 'W1'")
        connection.execute("INSERT INTO ledger VALUES ('W3', '2025-05-01', '合肥恒达有限公司', 1)")
    assert "新增 1，更正 1，未变 1" in manage(tmp_path, *asked).stdout
