"""The warehouse holds what the ledger holds, to the cent, and readers never see half of it."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from hengke.engines.access.actor import Actor
from hengke.kernel.errors import NotFound
from hengke.kernel.period import Period
from hengke.modules.customers.models import Contact, Customer, CustomerSummary, Instrument
from hengke.modules.customers.services import merging
from hengke.modules.insight.models import LedgerLine, WarehouseBuild
from hengke.modules.insight.services import derive, feeds, summaries, warehouse
from hengke_analytics import engine
from hengke_analytics.measures.facts import available_bases, contributions
from hengke_analytics.warehouse import build, lineage, swap
from tests.factories.ledgers import DEFAULTS, bring, row, take_back, work

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
    with feeds.opened() as (moment, expected):
        wrong = build.Sums(expected.lines, expected.billed + Decimal("0.01"), expected.received)
        with pytest.raises(build.SumsDiffer, match=r"100\.00 where the ledger has 100\.01"):
            build.build(warehouse.folder(), moment.whole(), wrong)
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


def _contents() -> dict[str, list[str]]:
    """Every table of the current warehouse, rows in any order."""
    connection: Any = warehouse.open_current().con
    query = "SELECT table_name FROM information_schema.tables WHERE table_name <> 'build_info'"
    names = [name for (name,) in connection.execute(query).fetchall()]
    return {name: sorted(map(repr, connection.execute(f"FROM {name}").fetchall())) for name in names}


def _derived() -> dict[str, list[tuple[Any, ...]]]:
    """What follows from the warehouse, without keys and times."""
    left_out = {"id", "created_at", "updated_at", "version"}
    return {
        model.__name__: sorted(
            (tuple(map(str, row)) for row in model.objects.values_list(
                *(f.attname for f in model._meta.concrete_fields if f.attname not in left_out))),
        )
        for model in (Contact, Instrument, CustomerSummary)
    }  # fmt: skip


def test_carried_on_through_imports_corrections_merges_and_undo_equals_built_anew() -> None:
    chance = random.Random(7)
    names = ("合肥供水集团有限公司", "芜湖仪表厂", "安庆石油化工有限公司", "铜陵有色金属集团有限公司")

    def some(count: int) -> list[dict[str, str]]:
        return [
            row(f"W{chance.randrange(30)}", 单位名称=chance.choice(names), 应收费=chance.randrange(1, 900),
                送检日期=f"202{chance.randrange(3, 6)}-0{chance.randrange(1, 10)}-15",
                检定室=chance.choice("甲乙"), 出厂编号=f"S{chance.randrange(5)}",
                联系人=chance.choice(("", "赵文", "李敏")))
            for _ in range(count)
        ]  # fmt: skip

    done, merges = [bring(some(40), refresh=True)], []
    for step in ("import", "correct", "merge", "import", "unmerge", "undo", "snapshot", "merge"):
        if step == "undo":
            take_back(done.pop(), refresh=True)
        elif step == "merge":
            left, right = Customer.objects.filter(deleted_at=None, merged_into=None).order_by("pk")[:2]
            merges.append(merging.merge(left, right, actor=Actor.system()))
        elif step == "unmerge":
            merging.take_back(merges.pop(), actor=Actor.system())
        else:
            done.append(bring(some(12), refresh=True, snapshot=step == "snapshot", name=f"{len(done)}.csv"))
        work(refresh=True)
        carried = warehouse.update()  # the stages that the summaries have set are words of customers
        assert carried.touched is not None, "not built anew"
        warehouse.settle(carried)
        found = _contents(), _derived()
        again = warehouse.build()
        derive.run(lambda *_: None)
        summaries.write(lambda *_: None)
        warehouse.settle(again)
        for now, before in zip((_contents(), _derived()), found, strict=True):
            assert {name for name in now if now[name] != before[name]} == set(), step


def test_until_what_follows_is_made_the_touched_are_remembered() -> None:
    bring([row("W1"), row("W2", 单位名称="芜湖仪表厂")], refresh=True)
    assert warehouse.unsettled() == frozenset()
    bring([row("W3")])
    LedgerLine.objects.filter(alias=None).update(
        alias=Customer.objects.get(name=DEFAULTS["单位名称"]).names.get()
    )
    built = warehouse.update()
    assert warehouse.unsettled() == {Customer.objects.get(name=DEFAULTS["单位名称"]).pk}
    warehouse.settle(built)
    assert warehouse.unsettled() == frozenset()
    warehouse.build()
    assert warehouse.unsettled() is None, "built anew: everything may differ"
