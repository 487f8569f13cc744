"""The warehouse holds what the ledger holds, to the cent, and readers never see half of it."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from hengke.kernel.errors import NotFound
from hengke.kernel.period import Period
from hengke.modules.customers.models import Customer
from hengke.modules.insight.models import LedgerLine, WarehouseBuild
from hengke.modules.insight.services import feeds, warehouse
from hengke_analytics import engine
from hengke_analytics.measures.facts import available_bases, contributions
from hengke_analytics.warehouse import build, lineage, swap
from tests.factories.ledgers import bring, row

pytestmark = pytest.mark.django_db(transaction=True)


def test_facts_are_the_ledger_to_the_cent() -> None:
    bring(
        [row("W1", 应收费="0.10"), row("W2", 应收费="0.20", 实收费="0.05"), row("W3", 应收费="-7.35")],
        refresh=True,
    )
    facts = warehouse.open_current().table("facts")
    (sums,) = engine.rows(
        facts.aggregate(amount=facts.amount.sum(), received=facts.received.sum(), lines=facts.lines.sum())
    )
    assert sums == {"amount": Decimal("-7.05"), "received": Decimal("200.05"), "lines": 3}
    built = WarehouseBuild.objects.latest("number")
    assert (built.lines, built.billed) == (3, Decimal("-7.05"))
    assert all(want == have for _, want, have in built.checks)


def test_a_measure_without_input_is_absent() -> None:
    headers = ("委托单号", "送检日期", "单位名称", "器具名称", "规格型号", "出厂编号", "应收费")
    from tests.factories.ledgers import ledger

    bring(ledger([row("W1")], headers), refresh=True)
    backend = warehouse.open_current()
    for name in ("facts", "facts_day", "facts_month"):
        assert available_bases(backend.table(name)) == ("billed", "lines")


def test_roll_ups_answer_like_the_lines() -> None:
    bring(
        [
            row(f"W{n}", 送检日期=f"2025-{n % 12 + 1:02}-10", 应收费=f"{n}.11", 检定室="甲乙丙"[n % 3])
            for n in range(40)
        ],
        refresh=True,
    )
    backend = warehouse.open_current()
    period = Period(date(2025, 3, 1), date(2025, 9, 1))
    answers = {
        name: engine.rows(contributions(backend.table(name), period))
        for name in ("facts", "facts_day", "facts_month")
    }
    assert answers["facts"] == answers["facts_day"] == answers["facts_month"]


def test_from_a_number_to_file_and_row() -> None:
    bring(
        [row("W1", 应收费="30"), row("W2", 应收费="12.5", 送检日期="2024-01-01")],
        refresh=True,
        name="2025年台账.csv",
    )
    customer = Customer.objects.get()
    found = engine.rows(
        lineage.lines(warehouse.open_current(), customer=customer.pk, period=Period.year(2025))
    )
    line = LedgerLine.objects.get(order_no="W1")
    assert [(r["line_id"], r["file_name"], r["line_no"], r["billed"]) for r in found] == [
        (line.pk, "2025年台账.csv", 2, Decimal("30.00"))
    ]


def test_wrong_sums_are_not_published() -> None:
    bring([row("W1")], refresh=True)
    before = swap.current_number(warehouse.folder())
    with feeds.opened() as (tables, expected):
        wrong = build.Sums(expected.lines, expected.billed + Decimal("0.01"), expected.received)
        with pytest.raises(build.SumsDiffer, match=r"100\.00 where the ledger has 100\.01"):
            build.build(warehouse.folder(), tables, wrong)
    assert swap.current_number(warehouse.folder()) == before
    assert not list(warehouse.folder().glob("draft-*"))


def test_only_the_last_two_files_are_kept() -> None:
    bring([row("W1")])
    numbers = [warehouse.build().number for _ in range(3)]
    assert swap.numbers(warehouse.folder()) == numbers[-2:]


def test_a_reader_goes_on_to_the_next_warehouse() -> None:
    bring([row("W1")], refresh=True)
    first = warehouse.open_current()
    assert warehouse.open_current() is first
    bring([row("W2")], refresh=True)
    facts = warehouse.open_current().table("facts")
    assert engine.rows(facts.aggregate(n=facts.count())) == [{"n": 2}]


def test_readers_in_threads_see_the_old_or_the_new_never_a_mixture() -> None:
    bring([row("W1", 应收费="1.00")], refresh=True)
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            facts = warehouse.open_current().table("facts")
            (seen,) = engine.rows(facts.aggregate(n=facts.count(), amount=facts.amount.sum()))
            if Decimal(seen["n"]) != seen["amount"]:
                wrong.append(seen)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(2, 6):
        bring([row(f"W{n}", 应收费="1.00")])
        warehouse.build()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_a_reader_cannot_reach_files() -> None:
    import duckdb

    bring([row("W1")], refresh=True)
    backend = warehouse.open_current()
    with pytest.raises(duckdb.PermissionException):
        backend.raw_sql("SELECT * FROM read_csv('/etc/passwd')")


def test_there_is_nothing_to_read_before_the_first_build(tmp_path: object) -> None:
    with pytest.raises(NotFound):
        swap.open_current(tmp_path)  # type: ignore[arg-type]


def test_feeding_leaves_the_databases_locks_alone() -> None:
    """A second copy of SQLite in this process would lose them, and with them what is written afterwards."""
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite's locks")
    bring([row("W1")], refresh=True)
    path = connection.settings_dict["NAME"]
    query = "SELECT count(*) FROM insight_import"
    look = f"import sqlite3; print(*sqlite3.connect({str(path)!r}).execute({query!r}))"
    others = [sys.executable, "-c", look]
    assert subprocess.run(others, capture_output=True, text=True, check=True).stdout == "(1,)\n"
    bring([row("W2")])
    assert subprocess.run(others, capture_output=True, text=True, check=True).stdout == "(2,)\n"
