"""From files to ledger lines through the pages, as a browser does it."""

from __future__ import annotations

import re
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from hengke.engines.jobs import queue
from hengke.modules.insight.models import Import, LedgerLine, Source
from tests.factories.ledgers import HEADERS, bring, ledger, row, work

pytestmark = pytest.mark.django_db(transaction=True)


def upload(client: Client, *files: tuple[str, bytes], source: str = "台账") -> HttpResponse:
    given = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post("/imports/new", {"source": source, "files": given})


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def form_of(answer: HttpResponse) -> dict[str, object]:
    """The columns' form as the browser would send it back."""
    page = text(answer)
    said: dict[str, object] = {}
    for name, options in re.findall(
        r'<select class="inp sm" name="(column-\d+)".*?>(.*?)</select>', page, re.S
    ):
        chosen = re.search(r'value="(\w*)" selected', options)
        said[name] = chosen[1] if chosen else ""
    said["key"] = re.findall(r'name="key" value="(\w+)"(?: checked|>)', page)
    if 'name="all"' in page:
        said["all"] = "on"
    return said


def test_several_files_with_the_same_headers_need_one_confirmation(admin: Client) -> None:
    years = [
        (f"台账{year}.csv", ledger([row(f"W{year}", 送检日期=f"{year}-03-01")]))
        for year in (2023, 2024, 2025)
    ]
    answer = upload(admin, *years)
    assert answer.status_code == 302
    page = admin.get(answer["Location"])
    assert "GB18030" in text(page)
    assert "合肥供水集团有限公司" in text(page)
    started = admin.post(answer["Location"], {**form_of(page), "action": "start"})
    assert started["Location"].startswith("/imports/progress?ids=")
    assert "hk-jobs" in text(admin.get(started["Location"]))
    work(refresh=False)
    assert LedgerLine.objects.count() == 3
    done = text(admin.get(started["Location"]))
    assert done.count("bdg ok") == 3
    assert "src=" not in done.split("<hk-jobs")[1].split(">")[0]


def test_a_changed_column_holds_for_all_files_or_for_one(admin: Client) -> None:
    answer = upload(admin, ("a.csv", ledger([row("W1")])), ("b.csv", ledger([row("W2")])))
    place = HEADERS.index("检定室")
    said = {**form_of(admin.get(answer["Location"])), f"column-{place}": "project_group"}
    admin.post(answer["Location"], said)
    assert [mapping_of(i, place) for i in Import.objects.order_by("pk")] == ["project_group"] * 2
    del said["all"]
    admin.post(answer["Location"], {**said, f"column-{place}": ""})
    assert [mapping_of(i, place) for i in Import.objects.order_by("pk")] == [None, "project_group"]


def mapping_of(done: Import, place: int) -> object:
    return done.mapping["columns"][place][1]


def test_missing_and_repeated_fields_are_said_and_nothing_starts(admin: Client) -> None:
    answer = upload(admin, ("a.csv", ledger([row("W1")])))
    said = form_of(admin.get(answer["Location"]))
    billed = f"column-{HEADERS.index('应收费')}"
    again = admin.post(answer["Location"], {**said, billed: "", "action": "start"}, follow=True)
    assert "/imports/columns" in again.redirect_chain[-1][0]
    assert 'role="alert"' in text(again)
    twice = admin.post(answer["Location"], {**said, billed: "customer_name", "action": "start"})
    assert twice.status_code == 400
    assert 'role="alert"' in text(twice)
    assert Import.objects.get().state == "draft"
    assert queue.claim() is None


HOSTILE = [
    ("空.csv", b""),
    ("表.xlsx", b"\x00\x01\x02" * 100),
    ("nul.csv", b"a,b\n1,\x002\n" * 20),
    ("图.csv", b"\x89PNG\r\n\x1a\n" + b"\x00" * 200),
]


def test_hostile_files_are_named_with_their_reason_and_the_others_go_on(admin: Client) -> None:
    answer = upload(admin, *HOSTILE, ("<img src=x>.csv", b"\x00"), ("gut.csv", ledger([row("W1")])))
    assert Import.objects.get().file_name == "gut.csv"
    page = text(admin.get(answer["Location"]))
    assert all(name in page for name, _data in HOSTILE)
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;.csv" in page


def test_an_upload_without_any_good_file_says_why(admin: Client) -> None:
    answer = upload(admin, *HOSTILE)
    assert answer.status_code == 400
    assert all(name in text(answer) for name, _data in HOSTILE)
    assert upload(admin).status_code == 400
    assert upload(admin, ("a.csv", ledger([row("W1")])), source=" ").status_code == 400
    assert not Import.objects.exists()


def test_a_file_above_the_limit_is_refused_with_the_limit(admin: Client, settings: object) -> None:
    settings.MAX_UPLOAD_BYTES = 1 << 20  # type: ignore[attr-defined]
    answer = upload(admin, ("gross.csv", ledger([row("W1")]) + b"x" * (1 << 20)))
    assert answer.status_code == 400
    assert "gross.csv" in text(answer)
    assert "1 MB" in text(answer)


def test_cells_are_shown_as_text(admin: Client) -> None:
    answer = upload(admin, ("a.csv", ledger([row("W1", 单位名称="<script>alert(1)</script>")])))
    page = text(admin.get(answer["Location"]))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_sheet_or_table_is_chosen_and_read_anew(admin: Client, tmp_path: Path) -> None:
    path = tmp_path / "lims.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE a_notes (x)")
        database.execute("INSERT INTO a_notes VALUES ('no ledger')")
        database.execute("CREATE TABLE ledger (委托单号, 送检日期, 单位名称, 应收费)")
        database.execute("INSERT INTO ledger VALUES ('W1', '2025-01-02', '蚌埠玻璃有限公司', 12.5)")
    answer = upload(admin, ("lims.sqlite", path.read_bytes()))
    admin.post(
        answer["Location"], {**form_of(admin.get(answer["Location"])), "sheet": "ledger", "action": "look"}
    )
    assert Import.objects.get().inspection["sheet"] == "ledger"
    page = admin.get(answer["Location"])
    assert "蚌埠玻璃有限公司" in text(page)
    admin.post(answer["Location"], {**form_of(page), "action": "start"})
    work(refresh=False)
    assert LedgerLine.objects.get().billed == Decimal("12.50")
    assert admin.post(answer["Location"], {"sheet": "ledger", "action": "look"}).status_code == 404


def test_the_key_of_a_source_is_settled_by_its_first_import(admin: Client) -> None:
    bring([row("W1")], source="台账")
    answer = upload(admin, ("b.csv", ledger([row("W2")])))
    page = admin.get(answer["Location"])
    assert 'type="hidden" name="key"' in text(page)
    admin.post(answer["Location"], {**form_of(page), "key": ["billed"], "action": "start"})
    work(refresh=False)
    assert LedgerLine.objects.count() == 2
    assert Source.objects.get().key_fields == ["order_no", "instrument_name", "model", "serial"]


def test_drafts_can_be_thrown_away(admin: Client) -> None:
    answer = upload(admin, ("a.csv", ledger([row("W1")])))
    query = answer["Location"].split("?")[1]
    assert admin.post(f"/imports/discard?{query}").status_code == 302
    assert not Import.objects.exists()
    assert admin.get(answer["Location"]).status_code == 404


def test_a_password_is_never_shown_again(admin: Client) -> None:
    said = {"source": "LIMS", "host": "127.0.0.1", "port": "1", "database": "d", "user": "u", "password": "geheim!",
            "query": "ledger"}  # fmt: skip
    answer = admin.post("/imports/new/database", said)
    assert answer.status_code == 400
    assert "geheim" not in text(answer)
    assert "127.0.0.1" in text(answer)


def test_the_database_address_is_quoted() -> None:
    from hengke.modules.insight.pages.connections import DatabaseForm

    said = {"source": "s", "host": "db", "port": "5432", "database": "x?host=evil", "user": "a:b@c", "password": "p/q#",
            "query": "t"}  # fmt: skip
    form = DatabaseForm(said)
    assert form.is_valid()
    assert form.url() == "postgresql://a%3Ab%40c:p%2Fq%23@db:5432/x%3Fhost%3Devil"


def test_the_legacy_ledgers_go_in_through_the_page(admin: Client, shared: Path) -> None:
    paths = sorted((shared / "data" / "legacy").glob("ledger_20*.csv.gz"))[:2]
    answer = upload(admin, *((path.name, path.read_bytes()) for path in paths))
    page = admin.get(answer["Location"])
    admin.post(answer["Location"], {**form_of(page), "action": "start"})
    work(refresh=False)
    assert [(i.added, i.rejected) for i in Import.objects.order_by("pk")] == [(16_331, 1), (15_241, 1)]
    assert LedgerLine.objects.count() == 31_572
    for done in Import.objects.all():
        result = text(admin.get(f"/imports/{done.pk}"))
        assert f"{done.billed:,.2f}" in result
        assert done.totals[0]["agrees"]
        assert "2099-13-45" in result


def options_of(page: str, name: str) -> list[tuple[str, bool]]:
    """(value, chosen) of a select."""
    select = re.search(rf'<select[^>]*name="{name}">(.*?)</select>', page, re.S)
    assert select, name
    return [(value, bool(on)) for value, on in re.findall(r'<option value="([^"]*)"( selected)?', select[1])]


def test_what_was_detected_is_chosen_and_the_rows_are_shown_anew(admin: Client) -> None:
    rows = [row("W1", 送检日期="05/06/2024"), row("W2", 送检日期="25/12/2024")]
    answer = upload(admin, ("a.csv", b"title\r\n" + ledger(rows)), ("b.csv", b"title\r\n" + ledger(rows)))
    page = admin.get(answer["Location"])
    assert [value for value, _ in options_of(text(page), "header_line")] == ["", "0", "1", "2", "3", "4"]
    assert ("", True) in options_of(text(page), "encoding")
    assert "= 2024-06-05" in text(page)
    said = {**form_of(page), "action": "look", "date_order": "mdy", "header_line": "", "encoding": ""}
    shown = admin.post(answer["Location"], said, follow=True)
    assert "= 2024-05-06" in text(shown)
    assert "25/12/2024" in text(shown).split('class="note')[1]
    assert ("mdy", True) in options_of(text(shown), "date_order")
    assert [done.mapping["date_order"] for done in Import.objects.all()] == ["mdy", "mdy"]
    none = admin.post(answer["Location"], {**said, "header_line": "0"}, follow=True)
    assert "#14" in text(none)


def test_a_wrong_choice_is_said_and_loses_nothing(admin: Client) -> None:
    answer = upload(admin, ("a.csv", ledger([row("W1")])))
    before = Import.objects.get().mapping
    said = form_of(admin.get(answer["Location"]))
    for wrong in ({"encoding": "utf-8"}, {"encoding": "x"}, {"header_line": "99"}, {"header_line": "<b>"}):
        refused = admin.post(answer["Location"], {**said, "action": "look", **wrong})
        assert refused.status_code == 400
        assert 'role="alert"' in text(refused)
        assert "合肥供水集团有限公司" in text(refused)
    assert Import.objects.get().mapping == before


def test_a_draft_is_deleted_from_the_list(admin: Client) -> None:
    upload(admin, ("a.csv", ledger([row("W1")])))
    page = text(admin.get("/imports"))
    (address,) = re.findall(r'action="(/imports/discard\?ids=\d+)"', page)
    assert "7 天" in page
    assert admin.post(address).status_code == 302
    assert "/imports/discard" not in text(admin.get("/imports"))
    assert not Import.objects.exists()
