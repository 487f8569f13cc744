"""Import of records: every error beside its row, upsert by key, undone as a whole, hostile files refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, RowJournal
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job, JobState
from hengke.engines.records.importing import job as importing
from hengke.engines.records.importing import tables
from hengke.modules.customers.models import Contact, Customer, CustomerName, CustomerSummary, Instrument
from hengke_analytics.warehouse import reading
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db
HEADERS = ["全称", "统一社会信用代码", "city", "category", "电话", "nonsense"]


class Reader:
    """The product's own reader of files."""

    def head(self, path: Path, name: str) -> tables.Head:
        found = reading.inspect(path, name=name)
        return tables.Head(found.headers, found.sample, found.encoding_label)

    def rows(self, path: Path, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        return reading.rows(path, reading.inspect(path, name=name))


@pytest.fixture
def boss(client: Client) -> Iterator[Client]:
    before = list(tables._reader)
    tables.register_reader(Reader())
    client.force_login(person("boss"))
    yield client
    tables._reader[:] = before


def _csv(*rows: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _hand_in(client: Client, slug: str, body: bytes, name: str = "客户.csv") -> str:
    answer = client.post(f"/{slug}/import", {"files": SimpleUploadedFile(name, body)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def _check(client: Client, slug: str, body: bytes, mapping: dict[int, str], name: str = "客户.csv") -> Job:
    """Hand in, pair, and run the dry run."""
    where = _hand_in(client, slug, body, name)
    assert client.get(where).status_code == 200
    answer = client.post(where, {f"column-{number}": field for number, field in mapping.items()})
    assert answer.status_code == 302, answer.content.decode()
    queue.run_waiting()
    return Job.objects.latest("pk")


def _take(client: Client, slug: str, row: Job) -> Job:
    """Store what the dry run found right."""
    client.post(f"/{slug}/import/{row.pk}/start")
    queue.run_waiting()
    return Job.objects.latest("pk")


MAPPING = {0: "name", 1: "code", 2: "city", 3: "category", 4: "phone"}
ROWS = _csv(
    HEADERS,
    ["合肥供水集团有限公司", "", "合肥市", "regulator", "0551-1", "x"],
    ["芜湖造船厂", "", "芜湖市", "监管者", "0553-1", "x"],
    ["", "", "合肥市", "", "", "x"],
    ["蚌埠玻璃厂", "91340100149123456X", "", "", "", "x"],
    ["合肥供水集团有限公司", "", "", "", "", "x"],
    ["长" * 201, "", "", "", "", "x"],
    ["安庆石化", "", "安庆市", "", "", "x"],
)


def test_columns_are_proposed_by_name_and_label(boss: Client) -> None:
    page = boss.get(
        _hand_in(boss, "customers", _csv(["name", "city", "social credit code", "Email"], ["a", "b", "", ""]))
    ).content.decode()
    for number, field in ((0, "name"), (1, "city"), (2, "code")):
        select = page.split(f'name="column-{number}"')[1].split("</select>")[0]
        assert f'value="{field}" selected' in select


def test_what_columns_mean_is_remembered_for_the_person(boss: Client, client: Client) -> None:
    head = ["Firma", "city", "电话"]
    _check(boss, "customers", _csv(head, ["甲公司", "合肥市", "1"]), {0: "name", 1: "county"})

    def chosen() -> list[str]:
        where = _hand_in(
            boss, "customers", _csv(["电话", "Firma", "city", "全称"], ["1", "乙公司", "芜湖市", "x"])
        )
        return re.findall(r'<option value="(\w+)" selected', boss.get(where).content.decode())

    # The telephone was left out, and the name is taken already.
    assert chosen() == ["name", "county"]
    boss.force_login(person("other", Role.ADMINISTRATOR))
    assert chosen() == ["phone", "city", "name"]


def test_dry_run_tells_every_error_and_changes_nothing(boss: Client) -> None:
    result = _check(boss, "customers", ROWS, MAPPING).result
    assert (result["added"], result["changed"], result["rejected"], result["dry"]) == (2, 0, 5, True)
    errors = dict(map(tuple, result["errors"]))
    assert sorted(errors) == [3, 4, 5, 6, 7]
    assert "监管者" in errors[3]
    assert Customer.objects.count() == Event.objects.count() == 0


def test_right_rows_are_taken_and_undone_as_a_whole(boss: Client) -> None:
    old = make.customer("安庆石化", city="安庆")
    row = _take(boss, "customers", _check(boss, "customers", ROWS, MAPPING))
    assert (row.result["added"], row.result["changed"], row.result["rejected"]) == (1, 1, 5)
    made = Customer.objects.get(name="合肥供水集团有限公司")
    assert (made.number, made.category, made.phone) == ("C-000002", "regulator", "0551-1")
    assert CustomerSummary.objects.filter(customer=made, laboratory="").exists()
    assert CustomerName.objects.filter(customer=made, text=made.name).exists()
    old.refresh_from_db()
    assert (old.city, old.version) == ("安庆市", 2)
    assert "合肥供水" in boss.get("/search/suggest?q=gongshui").content.decode()
    event = Event.objects.get(kind="customer.imported")
    assert RowJournal.objects.filter(event=event).count() == 2
    assert boss.post(f"/undo/{event.pk}").status_code == 302
    old.refresh_from_db()
    assert old.city == "安庆"
    assert [c.name for c in Customer.objects.filter(deleted_at=None)] == ["安庆石化"]
    assert "合肥供水" not in boss.get("/search/suggest?q=gongshui").content.decode()


def test_rejected_rows_come_back_as_a_file(boss: Client) -> None:
    row = _check(boss, "customers", _csv(HEADERS, ["", "", "=cmd|x", "", "", "x"]), MAPPING)
    text = b"".join(boss.get(f"/customers/import/{row.pk}/errors").streaming_content).decode("utf-8-sig")
    assert text.startswith("2,")
    assert ",'=cmd|x," in text


def test_same_file_twice_changes_nothing(boss: Client) -> None:
    first = _take(boss, "customers", _check(boss, "customers", ROWS, MAPPING))
    again = _take(boss, "customers", _check(boss, "customers", ROWS, MAPPING))
    assert (
        first.result["added"],
        again.result["added"],
        again.result["changed"],
        again.result["unchanged"],
    ) == (2, 0, 0, 2)


def test_a_run_that_was_cut_off_goes_on_without_doubling(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    row = _check(boss, "customers", _csv(["n"], *([f"客户{n}"] for n in range(6))), {0: "name"})
    boss.post(f"/customers/import/{row.pk}/start")
    real = importing.Upsert.take

    def cut(self: importing.Upsert, rows: object, event: object) -> object:
        if Customer.objects.count() >= 4:
            raise KeyboardInterrupt
        return real(self, rows, event)  # type: ignore[arg-type]

    monkeypatch.setattr(importing.Upsert, "take", cut)
    with pytest.raises(KeyboardInterrupt):
        queue.run_waiting()
    monkeypatch.setattr(importing.Upsert, "take", real)
    assert Customer.objects.count() == 4
    queue.recover()
    queue.run_waiting()
    assert Customer.objects.count() == 6
    assert Event.objects.filter(kind="customer.imported").count() == 1
    assert RowJournal.objects.count() == 6


def test_contacts_and_instruments_find_their_customer(boss: Client) -> None:
    customer = make.customer()
    contacts = _csv(
        ["c", "n", "p"],
        [customer.number, "赵文斌", "1"],
        [customer.name, "钱永", "2"],
        ["C-999", "孙", "3"],
        ["", "李", "4"],
    )
    row = _take(boss, "contacts", _check(boss, "contacts", contacts, {0: "customer", 1: "name", 2: "phone"}))
    assert (row.result["added"], row.result["rejected"]) == (2, 2)
    assert set(Contact.objects.values_list("customer", "name")) == {
        (customer.pk, "赵文斌"),
        (customer.pk, "钱永"),
    }
    instruments = _csv(
        ["c", "n", "m", "s", "due"],
        [customer.number, "天平", "ME204", "1", "2027-01-31"],
        [customer.number, "天平", "ME204", "2", "31.2.2027"],
    )
    row = _take(
        boss,
        "instruments",
        _check(
            boss, "instruments", instruments, dict(enumerate(["customer", "name", "model", "serial", "due"]))
        ),
    )
    assert (row.result["added"], row.result["rejected"]) == (1, 1)
    assert str(Instrument.objects.get().due) == "2027-01-31"


@pytest.mark.parametrize(
    "field", ["id", "owner", "unit", "is_staff", "deleted_at", "tier", "this_year", "merged_into", "version"]
)
def test_only_what_may_be_entered_can_be_imported(boss: Client, field: str) -> None:
    where = _hand_in(boss, "customers", ROWS)
    assert boss.post(where, {"column-0": "name", "column-1": field}).status_code == 400
    assert Job.objects.count() == 0


def test_others_uploads_and_jobs_are_not_there(boss: Client) -> None:
    where = _hand_in(boss, "customers", ROWS)
    row = _check(boss, "customers", ROWS, MAPPING)
    other = Client()
    other.force_login(person("other"))
    assert other.get(where).status_code == 404
    for url in (f"/customers/import/{row.pk}", f"/customers/import/{row.pk}/errors"):
        assert other.get(url).status_code == 404
    assert other.post(f"/customers/import/{row.pk}/start").status_code == 404
    assert other.get("/customers/import/../../etc/passwd/columns").status_code == 404


def test_import_needs_the_right(boss: Client) -> None:
    where = _hand_in(boss, "customers", ROWS)
    seller = Client()
    seller.force_login(person("seller", Role.ACCOUNT_MANAGER))
    assert seller.get(where).status_code == seller.get("/customers/import").status_code == 403


def test_what_is_shown_of_a_file_is_text(boss: Client) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    page = boss.get(
        _hand_in(boss, "customers", _csv([evil, "city"], [evil, "合肥市"]), f"{evil}.csv")
    ).content.decode()
    assert "<img" not in page
    row = _check(boss, "customers", _csv(["n", "c"], ["a", evil]), {0: "name", 1: "category"})
    assert "<img" not in boss.get(f"/customers/import/{row.pk}").content.decode()


def test_hostile_sheet_is_refused_and_the_next_file_works(boss: Client) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "name", "x"
    out = io.BytesIO()
    book.save(out)
    where = _hand_in(boss, "customers", out.getvalue(), "bomb.xlsx")
    assert boss.get(where).status_code in (200, 400)
    assert boss.get(_hand_in(boss, "customers", b"PK\x03\x04 no zip", "x.xlsx")).status_code == 400
    assert _check(boss, "customers", ROWS, MAPPING).state == JobState.DONE


def test_numbers_and_days_beyond_their_column_are_rejected_beside_the_row(boss: Client) -> None:
    make.customer("合肥供水集团有限公司")
    rows = [
        ["合肥供水集团有限公司", f"卡尺{n}", months]
        for n, months in enumerate(("12", "32768", "9" * 30, "-1"))
    ]
    body = _csv(["customer", "name", "interval_months"], *rows)
    mapping = {0: "customer", 1: "name", 2: "interval_months"}
    checked = _check(boss, "instruments", body, mapping)
    assert (checked.result["added"], checked.result["rejected"]) == (1, 3)
    _take(boss, "instruments", checked)
    assert list(Instrument.objects.values_list("interval_months", flat=True)) == [12]


def test_a_step_that_the_lifecycle_does_not_know_is_refused_beside_its_row(boss: Client) -> None:
    customer = make.customer()
    make.instrument(customer, "千分尺", model="0-25", serial="A1", state="at_laboratory")
    make.instrument(customer, "卡尺", model="0-150", serial="A2", state="in_use")
    body = _csv(
        ["客户", "名称", "型号", "编号", "状态"],
        [customer.name, "千分尺", "0-25", "A1", "停用"],
        [customer.name, "卡尺", "0-150", "A2", "停用"],
    )
    mapping = {0: "customer", 1: "name", 2: "model", 3: "serial", 4: "state"}
    job = _check(boss, "instruments", body, mapping, "器具.csv")
    assert job.result["rejected"] == 1
    assert "之后只能变为" in str(job.result["errors"])
