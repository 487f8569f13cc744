"""After an import only new names are resolved: the same customers as a full run, people's decisions kept."""

from __future__ import annotations

from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.engines.records.privacy import places
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.insight.models import IdentityRun, LedgerLine
from hengke.modules.insight.services import increment, refresh, resolve
from tests.factories.ledgers import bring, row

pytestmark = pytest.mark.django_db(transaction=True)
STREETS = ("合肥市蜀山区创业大道{}号", "芜湖市镜湖区长江路{}号")
CORES = "皖砺珩屹曜钧霖澜旻翊煜钰铖蔚岚凯汇泓沐禹桓嵘骏麒晟睿铭琨璋瑾琪璐昊昱晗"
TRADES = ("精密机械", "纺织品", "电子科技", "仪表", "食品")


def customer(number: int) -> dict[str, str]:
    core = CORES[number % 35] + CORES[(number * 11 + number // 35) % 35] + CORES[(number * 5 + 3) % 35]
    city = ("合肥", "芜湖")[number % 2]
    return {
        "单位名称": f"{city}{core}{TRADES[number % 5]}有限公司", "联系电话": f"139{number:04}5678",
        "单位地址": STREETS[number % 2].format(number), "联系人": f"赵{core[0]}{core[1]}",
    }  # fmt: skip


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """A hundred customers, resolved in full."""
    monkeypatch.setattr(increment, "LEAST_NAMES", 10)
    monkeypatch.setattr(increment, "MOST_SHARE", 0.5)
    customers = [customer(number) for number in range(100)]
    bring([row(f"W{n}", **said) for n, said in enumerate(customers)])
    resolve.run(actor=Actor.system(), report=lambda *_: None)
    return customers


def run() -> None:
    increment.run(actor=Actor.system(), report=lambda *_: None)


def shape() -> set[frozenset[str]]:
    """The names of each customer that has any line."""
    found: dict[int, set[str]] = {}
    for alias in CustomerName.objects.filter(lines__gt=0):
        found.setdefault(alias.customer_id, set()).add(alias.text)
    return {frozenset(names) for names in found.values()}


def later(known: list[dict[str, str]]) -> list[dict[str, str]]:
    """A known name with new evidence, a short name of a known customer, a stranger, and a stranger's second name."""
    short = {**known[7], "单位名称": known[7]["单位名称"].removesuffix("有限公司").removeprefix("芜湖")}
    stranger = {
        "单位名称": "蚌埠穆璟玻璃有限公司", "联系电话": "13812340000",
        "单位地址": "蚌埠市龙子湖区解放路9号", "联系人": "钱穆",
    }  # fmt: skip
    second = {**stranger, "单位名称": "穆璟玻璃"}
    return [row(f"N{n}", **said) for n, said in enumerate([known[3], short, stranger, second])]


def test_the_customers_are_those_of_a_full_run(known: list[dict[str, str]]) -> None:
    before = {alias.text: alias.customer_id for alias in CustomerName.objects.all()}
    runs = IdentityRun.objects.count()
    bring(later(known))
    run()
    assert IdentityRun.objects.count() == runs
    assert not LedgerLine.objects.filter(alias=None).exists()
    alone = shape()
    after = {alias.text: alias.customer_id for alias in CustomerName.objects.all()}
    assert {text: after[text] for text in before} == before
    assert CustomerName.objects.get(text=known[3]["单位名称"]).lines == 2
    resolve.run(actor=Actor.system(), report=lambda *_: None)
    assert shape() == alone
    assert frozenset({"蚌埠穆璟玻璃有限公司", "穆璟玻璃"}) in alone


def test_only_a_part_is_looked_at(known: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    collect = increment.sightings.collect

    def counted(archive: Any, names: Any = None) -> Any:
        found = collect(archive, names)
        looked.append(len(found))
        return found

    bring(later(known)[:2])
    monkeypatch.setattr(increment.sightings, "collect", counted)
    run()
    assert max(looked) < 60


def test_a_later_increment_finds_the_names_of_an_earlier_one(known: list[dict[str, str]]) -> None:
    lines = later(known)
    bring(lines[2:3])
    run()
    bring(lines[3:])
    run()
    assert frozenset({"蚌埠穆璟玻璃有限公司", "穆璟玻璃"}) in shape()
    assert increment.since_full()


def test_a_customer_that_a_person_has_entered_since_is_found(known: list[dict[str, str]]) -> None:
    mine = Customer.objects.create(number="C-900001", name="蚌埠穆璟玻璃有限公司", origin="manual")
    bring(later(known)[2:])
    run()
    assert set(
        CustomerName.objects.filter(lines__gt=0, text__contains="穆璟").values_list("customer", flat=True)
    ) == {mine.pk}


def test_many_new_names_and_a_lost_memory_are_resolved_in_full(
    known: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = IdentityRun.objects.count()
    bring([row(f"M{n}", **customer(200 + n)) for n in range(60)])
    run()
    assert IdentityRun.objects.count() == runs + 1
    for path in resolve.folder().iterdir():
        path.unlink()
    bring(later(known))
    run()
    assert IdentityRun.objects.count() == runs + 2


def test_nothing_new_changes_nothing(known: list[dict[str, str]]) -> None:
    before = (IdentityRun.objects.count(), Event.objects.count(), shape())
    run()
    assert (IdentityRun.objects.count(), Event.objects.count(), shape()) == before


def test_an_import_asks_for_new_names_only_and_a_waiting_full_run_is_enough() -> None:
    assert refresh.ask_for_new(actor=Actor.system()).kind == refresh.NEW
    Job.objects.all().delete()
    whole = refresh.ask(actor=Actor.system())
    assert refresh.ask_for_new(actor=Actor.system()) == whole
    queue.cancel(whole)


def test_an_erasure_leaves_nothing_of_it(known: list[dict[str, str]]) -> None:
    steps = {step.name: step for step in places.steps()}
    person = places.Person(key=1, title="联系人", name="赵皖砺", party=1)
    assert [found.count for found in steps["identity"].find(person)] == [2]
    assert steps["identity"].erase(person, "x") == 2
    assert increment.files() == []
    bring(later(known))
    run()
    assert increment.files() != []
