"""Web services and databases: prepared once, read again for what changed, by hand and daily."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError
from hengke.modules.insight.models import Import, LedgerLine, Source
from hengke.modules.insight.services import connecting, imports
from hengke_analytics.warehouse.reading import Paging
from tests.factories.ledgers import work
from tests.support.web import Reply, Service

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "Bearer geheim-4711"
LINES = [
    {"委托单号": f"W{n}", "送检日期": "2025-03-01", "单位名称": "合肥恒达有限公司", "应收费": 10 * n}
    for n in range(1, 6)
]


@pytest.fixture
def ledger(service: Service, settings: Any) -> Service:
    """A service with two records a page that wants a token; `since` chooses by number of the order."""
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]

    def answer(query: dict[str, str], headers: dict[str, str]) -> Reply:
        if headers.get("Authorization") != TOKEN:
            return 401, {}, {}
        at = (int(query["page"]) - 1) * 2
        return 200, {}, {"data": LINES[at : at + 2]}

    service.paths["/lines"] = answer
    return service


def prepare(service: Service, *, daily: bool = False, token: str = TOKEN) -> Import:
    return connecting.prepare_service(
        actor=Actor.system(), name="业务系统", url=service.url("/lines?page=1&since={since}"),
        headers={"Authorization": token}, paging=Paging(), daily=daily,
    )  # fmt: skip


def test_a_service_is_read_and_read_again_for_what_changed(ledger: Service) -> None:
    imports.start(prepare(ledger), actor=Actor.system())
    work(refresh=False)
    first = Import.objects.get()
    assert (first.added, first.billed) == (5, 150)
    assert all("since=1900-01-01" in path for path, _ in ledger.asked)
    ledger.asked.clear()
    connecting.read_again(Source.objects.get(), actor=Actor.system())
    work(refresh=False)
    again = Import.objects.latest("pk")
    assert (again.added, again.unchanged, LedgerLine.objects.count()) == (0, 5, 5)
    day = clock.now().astimezone(clock.CHINA).date() - timedelta(days=1)
    assert all(f"since={day}" in path for path, _ in ledger.asked)


def test_the_token_is_kept_encrypted(ledger: Service) -> None:
    prepare(ledger)
    source = Source.objects.get()
    assert source.kind == "rest"
    assert "geheim" not in json.dumps(source.connection) + json.dumps(Import.objects.get().inspection)
    assert source.connection["address"].startswith("http://127.0.0.1:")


def test_what_cannot_be_read_leaves_no_source(ledger: Service, settings: Any) -> None:
    with pytest.raises(InputError) as error:
        prepare(ledger, token="wrong")
    assert error.value.code == "service_forbids"
    settings.PRIVATE_NETWORKS = []
    with pytest.raises(InputError) as error:
        prepare(ledger)
    assert error.value.code == "private_address"
    assert not Source.objects.exists()


def test_a_network_taken_from_the_list_is_not_called_any_more(ledger: Service, settings: Any) -> None:
    draft = prepare(ledger)
    asked = len(ledger.asked)
    settings.PRIVATE_NETWORKS = []
    imports.start(draft, actor=Actor.system())
    queue.run_waiting()
    draft.refresh_from_db()
    assert (draft.state, len(ledger.asked)) == ("failed", asked)


def test_one_reading_at_a_time_and_files_are_none(ledger: Service) -> None:
    imports.start(prepare(ledger), actor=Actor.system())
    with pytest.raises(Conflict):
        connecting.read_again(Source.objects.get(), actor=Actor.system())
    with pytest.raises(Conflict):
        connecting.read_again(Source.objects.create(name="台账"), actor=Actor.system())


def test_daily_sources_are_read_when_a_day_has_passed(ledger: Service) -> None:
    imports.start(prepare(ledger, daily=True), actor=Actor.system())
    work(refresh=False)
    assert connecting.read_due(actor=Actor.system()) == 0
    Import.objects.update(created_at=clock.now() - timedelta(hours=25))
    assert connecting.read_due(actor=Actor.system()) == 1
    work(refresh=False)
    assert [row.state for row in Import.objects.all()] == ["done", "done"]


def test_only_sources_that_say_so_are_read_daily(ledger: Service) -> None:
    imports.start(prepare(ledger), actor=Actor.system())
    work(refresh=False)
    Import.objects.update(created_at=clock.now() - timedelta(hours=25))
    assert connecting.read_due(actor=Actor.system()) == 0


def test_a_query_may_ask_for_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "mis.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE ledger (order_no, submitted_on, customer, amount, changed)")
        database.executemany(
            "INSERT INTO ledger VALUES (?, '2025-03-01', '合肥恒达有限公司', 5, ?)",
            [("W1", "2020-01-01"), ("W2", "2999-01-01")],
        )
    query = "SELECT order_no, submitted_on, customer, amount FROM ledger WHERE changed >= {since} ORDER BY 1"
    draft = connecting.prepare_database(
        actor=Actor.system(), name="旧库", url=f"sqlite:///{path}", query=query
    )
    imports.start(draft, actor=Actor.system())
    work(refresh=False)
    connecting.read_again(Source.objects.get(), actor=Actor.system())
    work(refresh=False)
    assert [row.rows_read for row in Import.objects.order_by("pk")] == [2, 1]


def test_the_command_reads_a_service_and_reads_it_again(
    ledger: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIMS_TOKEN", TOKEN)
    words = ["--source", "业务系统", "--header", "Authorization=LIMS_TOKEN", "--yes"]
    call_command("import", ledger.url("/lines?page=1"), *words)
    assert LedgerLine.objects.count() == 5
    call_command("import", "--source", "业务系统", "--yes")
    assert [row.unchanged for row in Import.objects.order_by("pk")] == [0, 5]
    with pytest.raises(CommandError, match="NO_TOKEN"):
        call_command(
            "import", ledger.url("/lines?page=1"), "--source", "b", "--header", "Authorization=NO_TOKEN"
        )
    with pytest.raises(CommandError, match="unbekannt"):
        call_command("import", "--source", "unbekannt")
