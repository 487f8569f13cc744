"""SQL sources and files of every kind go the same way; hostile ones are refused with words."""

from __future__ import annotations

import gzip
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.files import store as files
from hengke.kernel.errors import Conflict, InputError
from hengke.modules.insight.models import Import, LedgerLine, Source
from hengke.modules.insight.services import connecting, drafts, imports, sources
from tests.factories.ledgers import bring, ledger, prepare, row, work

pytestmark = pytest.mark.django_db(transaction=True)


def database(path: Path, amounts: list[float]) -> str:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS ledger (order_no, submitted_on, customer, amount)")
        connection.execute("DELETE FROM ledger")
        rows = [(f"W{n}", "2025-03-01", "合肥恒达有限公司", amount) for n, amount in enumerate(amounts)]
        connection.executemany("INSERT INTO ledger VALUES (?, ?, ?, ?)", rows)
    return f"sqlite:///{path}"


def read(url: str) -> Import:
    draft = connecting.prepare_database(actor=Actor.system(), name="旧库", url=url, query="ledger")
    imports.start(draft, actor=Actor.system())
    work(refresh=False)
    draft.refresh_from_db()
    return draft


def test_a_sqlite_database_is_read_again_for_what_is_new(tmp_path: Path) -> None:
    url = database(tmp_path / "mis.sqlite3", [10.0, 20.5])
    assert (read(url).added, read(url).unchanged) == (2, 2)
    database(tmp_path / "mis.sqlite3", [10.0, 21.0, 30.0])
    third = read(url)
    assert (third.added, third.corrected, third.unchanged) == (1, 1, 1)
    assert sorted(LedgerLine.objects.values_list("billed", flat=True)) == [
        Decimal(10),
        Decimal(21),
        Decimal(30),
    ]
    assert Source.objects.get().kind == "sqlite"


def test_a_name_stands_for_one_kind_of_source(tmp_path: Path) -> None:
    read(database(tmp_path / "mis.sqlite3", [1.0]))
    with pytest.raises(Conflict):
        sources.source_named("旧库", actor=Actor.system())


def test_a_gzipped_file_and_its_plain_twin_say_the_same() -> None:
    data = ledger([row("W1"), row("W2")])
    assert bring(gzip.compress(data), name="a.csv.gz").added == 2
    assert bring(data, name="a.csv").unchanged == 2


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"a,b\x00c\n1,2\n", "x.csv", "nul_bytes"),
        (b"%PDF-1.4 whatever", "x.pdf", None),
        (b"PK\x03\x04 not a zip", "x.xlsx", None),
    ],
)
def test_what_is_no_table_is_refused_with_words(data: bytes, name: str, code: str | None) -> None:
    with pytest.raises(InputError) as caught:
        prepare(data, name=name)
    assert code in (None, caught.value.code)
    assert not Import.objects.exists()


def test_columns_are_chosen_by_a_person_and_the_choice_is_kept() -> None:
    draft = prepare([row("W1")])
    at = {header: place for place, (header, *_rest) in enumerate(draft.mapping["columns"])}
    choice = sources.Choice({at["实收费"]: "", at["联系人"]: "remark"}, ("order_no", "serial"))
    sources.choose(draft, choice, actor=Actor.system())
    targets = {header: target for header, target, _ in draft.mapping["columns"]}
    assert (targets["实收费"], targets["联系人"]) == (None, "remark")
    assert draft.key_fields == ["order_no", "serial"]
    imports.start(draft, actor=Actor.system())
    with pytest.raises(Conflict):
        sources.choose(draft, choice, actor=Actor.system())


def test_a_file_without_its_required_columns_cannot_start() -> None:
    draft = prepare(ledger([row("W1")], ("委托单号", "送检日期", "单位名称")))
    with pytest.raises(InputError, match="Billed"):
        imports.start(draft, actor=Actor.system())


def test_files_lie_under_their_digest_and_drafts_can_be_thrown_away() -> None:
    draft = prepare([row("W1")])
    assert files.path_of(draft.digest).read_bytes().startswith("委托单号".encode("gb18030"))
    drafts.discard([draft], actor=Actor.system())
    assert not Import.objects.exists()
    assert Event.objects.filter(kind="import.prepared").count() == 1
