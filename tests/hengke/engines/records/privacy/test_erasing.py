"""A person who asks to be erased is in no byte of the data folder afterwards, and the chain still holds."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, RowJournal
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.privacy import erasing, files, places
from hengke.engines.records.schema import registry
from hengke.engines.records.search.words import words
from hengke.kernel.errors import InputError, NotAllowed
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Contact
from hengke.modules.insight.models import Import, LedgerLine
from tests.factories import customers as make
from tests.factories.ledgers import HEADERS, bring, ledger, row, work
from tests.factories.objects import entry, vehicle
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db(transaction=True)
NAME, PHONE, MAIL = "欧阳夜莺", "13755501987", "yeying.ouyang@example.cn"
OTHER = "司马青松"
FORMS = files.needles((NAME, PHONE, MAIL, "ouyangyeying"))


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder, without what earlier tests left in it."""
    folder = Path(settings.DATA_DIR)
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name in ("files", "uploads", "logs"):
            path.unlink()
    words().clear()  # no model, so Django does not empty it after a test
    (folder / "uploads").mkdir(exist_ok=True)
    (folder / "logs").mkdir(exist_ok=True)
    return folder


def _book(cells: list[dict[str, str]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(HEADERS))
    for line in cells:
        book.active.append([line.get(name, "") for name in HEADERS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(mine: dict[str, str]) -> list[str]:
    return ledger([row("Z1", **mine)]).decode("gb18030").splitlines()


@pytest.fixture
def contact(data: Path) -> Contact:
    """Somebody who came in by files, was edited, exported, searched for, and written about."""
    mine = {"联系人": NAME, "联系电话": PHONE}
    bring(ledger([row("W1", **mine), row("W2", 联系人=OTHER, 联系电话="13899990000"),
                  row("W3", 送检日期="", **mine)]), name="旧台账.csv")  # fmt: skip
    bring(_book([row("X1", **mine), row("X2", 单位名称="芜湖造船厂", 联系人="慕容雪")]),
          name="新台账.xlsx", source="新", refresh=True)  # fmt: skip
    found = Contact.objects.get(name=NAME, phone=PHONE)
    boss = actor("boss")
    record = registry.by_slug("contacts")
    values = {"email": MAIL, "remark": f"{NAME}的微信同号 {PHONE}"}
    record.update(actor=boss, target=found, values=values, version=found.version)
    Activity.objects.create(subject=f"回访{NAME}", text=f"打 {PHONE}", customer=found.customer, contact=found)
    client = Client()
    client.force_login(person("exporter"))
    b"".join(client.post("/contacts/export", {"form": "csv", "q": NAME}).streaming_content)  # type: ignore[attr-defined]
    packed = gzip.compress("\r\n".join(_lines(mine)).encode("utf-16"))
    bring(packed, name="压缩.csv.gz", source="压缩")
    (data / "uploads" / "records-1-abc").write_bytes(f"{NAME},{PHONE}".encode("utf-16"))
    (data / "logs" / "web.log").write_text(f"error while storing {NAME} {PHONE}\n")
    events.seal_pending()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # into the file, where free pages could keep it
    found.refresh_from_db()
    return found


def _places(data: Path) -> set[str]:
    """Files of the data folder in which a form of the person stands, packed ones included."""
    found = set()
    for path in data.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            if held[:2] == b"\x1f\x8b":
                held += gzip.decompress(held)
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    held += b"".join(archive.read(name) for name in archive.namelist())
            if any(form in held for form in FORMS):
                found.add(path.relative_to(data).parts[0].removesuffix("-wal"))
    return found


def _erase(contact: Contact, **more: str) -> None:
    admin = actor("admin", Role.ADMINISTRATOR)
    person_, _candidates = places.describe("customers.contact", contact.pk)
    erasing.ask(person_, more.get("reason", "本人来函要求"), actor=admin)
    work(refresh=False)


def test_not_a_byte_is_left_and_the_chain_holds(contact: Contact, data: Path) -> None:
    own_file = {Path(connection.settings_dict["NAME"]).name} if connection.vendor == "sqlite" else set()
    assert own_file | {"files", "uploads", "logs"} <= _places(data)
    _erase(contact)
    assert _places(data) == set()
    assert events.verify().broken is None
    events.seal_pending()
    assert events.verify().broken is None
    # What is not the person's stays: amounts, the other contact, the namesake at another customer.
    assert LedgerLine.objects.count() == 5
    assert LedgerLine.objects.get(order_no="W2").contact == OTHER
    assert LedgerLine.objects.filter(order_no__in=("W1", "X1", "Z1"), contact="", phone="").count() == 3


def test_a_trader_who_bears_the_name_is_gone_from_the_warehouse_too(data: Path) -> None:
    trader = f"{NAME}计量器具经营部"
    bring(ledger([row("W1", 单位名称=trader, 联系人=NAME, 联系电话=PHONE), row("W2")]), refresh=True)
    assert "warehouse" in _places(data)
    contact = Contact.objects.get(name=NAME)
    _erase(contact)
    assert _places(data) == set()
    line = LedgerLine.objects.get(order_no="W1")
    assert line.alias is not None
    assert (line.customer_name, line.customer_name) == (line.alias.text, line.alias.customer.name)
    assert events.verify().broken is None


def test_a_namesake_at_another_customer_keeps_the_name(contact: Contact, data: Path) -> None:
    other = row("X2", 单位名称="蚌埠船厂", 联系人=NAME, 联系电话="13611112222")
    bring(ledger([other, row("X3", 联系人=NAME)]), name="第三.csv", source="三")
    _erase(contact)
    stored = (data / "files" / Import.objects.get(file_name="第三.csv").digest).read_bytes().decode("gb18030")
    assert stored.count(NAME) == 1
    line = LedgerLine.objects.get(order_no="X2", customer_name="蚌埠船厂")
    assert (line.contact, line.phone) == (NAME, "13611112222")


def test_the_name_goes_from_rows_of_own_objects_that_refer_to_the_customer(contact: Contact) -> None:
    row, fields = vehicle()
    key, other = fields["customer"].key, make.customer("蚌埠船厂")
    named = [entry(row.pk, f"{NAME}专用", **{key: pk}) for pk in (contact.customer_id, other.pk)]
    _erase(contact)
    names = [type(one).objects.get(pk=one.pk).name for one in named]
    assert NAME not in names[0]
    assert names[0].endswith("专用")
    assert names[1] == f"{NAME}专用"
    titles = dict(SearchEntry.objects.filter(record=row.slug).values_list("object_id", "title"))
    assert titles == {one.pk: name for one, name in zip(named, names, strict=True)}
    journals = {r.row_id: str(r.after) for r in RowJournal.objects.filter(model=f"records.{row.slug}")}
    assert {pk: NAME in text for pk, text in journals.items()} == {named[0].pk: False, named[1].pk: True}
    events.seal_pending()
    assert events.verify().broken is None


def test_it_stays_erased_after_a_refresh_and_after_the_same_file_came_again(
    contact: Contact, data: Path
) -> None:
    original = ledger([row("W1", 联系人=NAME, 联系电话=PHONE)])
    _erase(contact)
    bring(original, name="again.csv", refresh=True)
    assert not Contact.objects.filter(name=NAME, phone=PHONE).exists()
    assert Contact._base_manager.filter(pk=contact.pk, deleted_at=None).count() == 0


def test_rewritten_files_can_be_read_again(contact: Contact, data: Path) -> None:
    _erase(contact)
    for done in Import.objects.all():
        stored = (data / "files" / done.digest).read_bytes()
        if done.file_name.endswith(".gz"):
            assert gzip.decompress(stored).decode("utf-16").splitlines()[1].startswith("Z1,")
        elif done.file_name.endswith(".csv"):
            text = stored.decode("gb18030")
            assert (OTHER in text, "W1" in text, text.count("\r\n")) == (True, True, 4)
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(stored)).active
            assert [line[0] for line in sheet.iter_rows(values_only=True)] == ["委托单号", "X1", "X2"]


def test_a_preview_counts_and_changes_nothing(contact: Contact, data: Path, client: Client) -> None:
    before = {path: path.read_bytes() for path in (data / "files").iterdir()}
    client.force_login(person("admin", Role.ADMINISTRATOR))
    page = client.get(f"/privacy?contact={contact.pk}").content.decode()
    assert all(word in page for word in (PHONE, MAIL, "旧台账.csv", "新台账.xlsx"))
    assert {path: path.read_bytes() for path in (data / "files").iterdir()} == before
    assert LedgerLine.objects.filter(phone=PHONE).count() == 3
    told = Event.objects.get(kind="privacy.previewed")
    assert PHONE not in json.dumps(told.payload)


def test_the_file_for_the_person_holds_rows_of_every_table(contact: Contact, client: Client) -> None:
    client.force_login(person("admin", Role.ADMINISTRATOR))
    found = client.post(
        "/privacy/export", {"contact": contact.pk, "chosen": 1, "value": [PHONE, MAIL]}
    ).json()
    assert found["person"] == {"name": NAME, "values": [PHONE, MAIL]}
    tables = {entry["table"] for entry in found["rows"]}
    assert len(tables) >= 5
    assert any(entry["values"].get("phone") == PHONE for entry in found["rows"])


def test_a_number_that_others_have_is_not_ticked(contact: Contact, client: Client) -> None:
    Contact.objects.create(customer=contact.customer, name="前台", phone=PHONE)
    _person, candidates = places.describe("customers.contact", contact.pk)
    assert {c.value: c.others for c in candidates} == {PHONE: 1, MAIL: 0}
    client.force_login(person("admin", Role.ADMINISTRATOR))
    page = client.get(f"/privacy?contact={contact.pk}").content.decode()
    assert f'value="{MAIL}" checked' in page
    assert f'value="{PHONE}" checked' not in page


def test_erasing_needs_the_right_and_a_reason(contact: Contact, client: Client) -> None:
    person_, _candidates = places.describe("customers.contact", contact.pk)
    with pytest.raises(NotAllowed):
        erasing.ask(person_, "weil", actor=actor("manager", Role.ACCOUNT_MANAGER))
    with pytest.raises(InputError):
        erasing.ask(person_, " ", actor=Actor.system())
    client.force_login(person("desk", Role.BUSINESS_DESK))
    for url in ("/privacy/erase", "/privacy/export"):
        assert client.post(url, {"contact": contact.pk, "reason": "weil ja"}).status_code == 403
    assert RowJournal.objects.exists()


def test_the_command_line_does_the_same(
    contact: Contact, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("privacy", "look", "--contact", str(contact.pk))
    assert "旧台账.csv" in capsys.readouterr().out
    call_command("privacy", "erase", "--contact", str(contact.pk), "--reason", f"来函，电话 {PHONE}")
    assert _places(data) == set()
    assert "***" in erasing.ErasureRequest.objects.get().reason
