"""Files as values of custom fields: every door, the rights on each, limits, and how long they stay."""

from __future__ import annotations

import json
import shlex
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.access.tokens import issue
from hengke.engines.files import store
from hengke.engines.records.custom import kept, services
from hengke.engines.records.custom.models import KeptFile
from hengke.engines.records.models import CustomField
from hengke.engines.records.privacy import places
from hengke.engines.records.privacy.places import Person
from hengke.engines.records.schema import registry
from hengke.engines.records.tasks import files as sweep_job
from hengke.engines.records.writing import bin
from hengke.kernel import clock
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.fields import ADMINISTRATOR, field
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
BYTES = "application/octet-stream"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "files"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(person("boss"))
    return client


@pytest.fixture
def customer() -> Customer:
    found = make.customer()
    make.summary(found)
    return found


@pytest.fixture
def scan() -> CustomField:
    return field(kind="file", name="扫描件")


def _shown(client: Client, url: str) -> dict[str, Any]:
    form = client.get(url).context["form"]
    return {bound.name: bound.value() for bound in form if bound.value() is not None}


def _save(client: Client, customer: Customer, row: CustomField, name: str, body: bytes) -> Any:
    """Send a file with the form, as a browser does."""
    url = f"/customers/{customer.pk}/edit"
    file = SimpleUploadedFile(name, body, content_type="text/html")
    return client.post(url, _shown(client, url) | {f"{row.key}-file": file})


def _keep(client: Client, row: CustomField, name: str = "a.txt", body: bytes = b"text") -> Any:
    return client.post(f"/api/v1/customers/files/{row.key}?name={name}", body, content_type=BYTES)


def _patch(client: Client, customer: Customer, values: dict[str, Any]) -> Any:
    customer.refresh_from_db()
    body = json.dumps({**values, "version": customer.version})
    return client.patch(f"/api/v1/customers/{customer.pk}", body, content_type="application/json")


def _body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def _value(customer: Customer, row: CustomField) -> Any:
    customer.refresh_from_db()
    return customer.extra.get(row.key)


def test_the_form_takes_it_and_list_page_and_export_name_it(
    client: Client, customer: Customer, scan: CustomField
) -> None:
    assert 'enctype="multipart/form-data"' in client.get(f"/customers/{customer.pk}/edit").content.decode()
    assert _save(client, customer, scan, "铭牌<1>.png", PNG).status_code == 302
    file = KeptFile.objects.get()
    assert (_value(customer, scan), file.kind, file.size) == (file.pk, "image/png", len(PNG))
    shown = (
        f'<a class="kept" href="/field-files/{file.pk}"><img class="thumb" src="/field-files/{file.pk}/show"'
    )
    for url in ("/customers", f"/customers/{customer.pk}"):
        page = client.get(url).content.decode()
        assert shown in page
        assert "铭牌&lt;1&gt;.png" in page
    exported = b"".join(client.post("/customers/export", {"form": "csv"}).streaming_content).decode()
    assert "铭牌<1>.png" in exported
    answer = client.get(f"/field-files/{file.pk}")
    assert (answer["Content-Type"], _body(answer)) == ("image/png", PNG)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(f"/field-files/{file.pk}/show")["Content-Security-Policy"].startswith(
        "default-src 'none'"
    )


def test_a_saved_form_keeps_the_file_and_a_tick_takes_it_away_with_a_way_back(
    client: Client, customer: Customer, scan: CustomField
) -> None:
    url = f"/customers/{customer.pk}/edit"
    _save(client, customer, scan, "a.txt", b"one")
    key = _value(customer, scan)
    client.post(url, _shown(client, url) | {"name": "合肥另一家"})
    assert _value(customer, scan) == key
    client.post(url, _shown(client, url) | {f"{scan.key}-clear": "on"})
    assert _value(customer, scan) is None
    assert (
        client.get("/customers?filter=" + json.dumps([scan.key, "empty", True]))
        .content.decode()
        .count("data-row-link")
        == 1
    )
    event = Event.objects.filter(kind="customer.changed").latest("pk")
    assert client.post(f"/undo/{event.pk}").status_code == 302
    assert _value(customer, scan) == key
    assert _body(client.get(f"/field-files/{key}")) == b"one"


def test_a_refused_form_does_not_lose_the_upload(
    client: Client, customer: Customer, scan: CustomField
) -> None:
    url = f"/customers/{customer.pk}/edit"
    file = SimpleUploadedFile("a.txt", b"one")
    answer = client.post(url, _shown(client, url) | {"name": "", f"{scan.key}-file": file})
    assert answer.status_code == 200
    assert f'name="{scan.key}" value="{KeptFile.objects.get().pk}"' in answer.content.decode()
    again = {bound.name: bound.value() for bound in answer.context["form"] if bound.value() is not None}
    client.post(url, again | {"name": "合肥好名字"})
    assert _value(customer, scan) == KeptFile.objects.get().pk


def test_the_api_sends_writes_and_fetches(client: Client, customer: Customer, scan: CustomField) -> None:
    answer = _keep(client, scan, "a.pdf", b"%PDF-1.4")
    assert answer.status_code == 201
    assert answer.json() == {
        "id": KeptFile.objects.get().pk, "name": "a.pdf", "type": "application/pdf", "size": 8,
    }  # fmt: skip
    assert _patch(client, customer, {scan.key: answer.json()["id"]}).json()[scan.key] == answer.json()["id"]
    named = client.get(f"/api/v1/customers/{customer.pk}?expand={scan.key}").json()["names"]
    assert named == {scan.key: "a.pdf"}
    fetched = client.get(f"/api/v1/customers/{customer.pk}/files/{scan.key}")
    assert (fetched["Content-Type"], _body(fetched)) == ("application/pdf", b"%PDF-1.4")
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert "post" in paths[f"/customers/files/{scan.key}"]
    assert "get" in paths[f"/customers/{{id}}/files/{scan.key}"]
    assert _patch(client, customer, {scan.key: None}).status_code == 200
    assert client.get(f"/api/v1/customers/{customer.pk}/files/{scan.key}").status_code == 404


@pytest.mark.parametrize(("url", "kind", "status"), [
    ("files/{key}", BYTES, 400), ("files/{key}?name=a.txt", "text/plain", 415),
    ("files/name?name=a.txt", BYTES, 400), ("files/c999?name=a.txt", BYTES, 400),
    ("files/{key}?name=a.txt&user=1", BYTES, 400),
])  # fmt: skip
def test_what_the_api_refuses(client: Client, scan: CustomField, url: str, kind: str, status: int) -> None:
    address = f"/api/v1/customers/{url.format(key=scan.key)}"
    assert client.post(address, b"x", content_type=kind).status_code == status
    assert not KeptFile.objects.exists()


def test_only_own_uploads_and_what_one_may_read_can_be_written(
    client: Client, customer: Customer, scan: CustomField
) -> None:
    other, foreign = Client(), field(kind="file", name="别的文件")
    other.force_login(person("colleague", role=Role.DIRECTOR))
    key = _keep(other, scan).json()["id"]
    assert _patch(client, customer, {scan.key: key}).status_code == 400
    assert client.get(f"/field-files/{key}").status_code == 404
    assert other.get(f"/field-files/{key}").status_code == 200
    of_other_field = _keep(client, foreign).json()["id"]
    for wrong in (of_other_field, 10**9, -1, True):
        assert _patch(client, customer, {scan.key: wrong}).status_code == 400
    assert _value(customer, scan) is None


def test_who_does_not_see_the_row_or_the_field_gets_nothing(
    client: Client, customer: Customer, scan: CustomField
) -> None:
    home = unit("Department A")
    mine = make.customer("合肥甲厂", unit=home)
    secret = field(kind="file", name="密件", sensitivity="money")
    for row in (scan, secret):
        _save(client, mine, row, "a.txt", b"text")
        _save(client, customer, row, "b.txt", b"text")
    manager = person("manager", Role.ACCOUNT_MANAGER, home)
    Customer.objects.filter(pk=mine.pk).update(owner=manager)
    account_manager = Client()
    account_manager.force_login(manager)
    keys = {file.name: file.pk for file in KeptFile.objects.filter(field=scan)}
    hidden = {file.name: file.pk for file in KeptFile.objects.filter(field=secret)}
    for name, status in (("a.txt", 200), ("b.txt", 404)):
        assert account_manager.get(f"/field-files/{keys[name]}").status_code == status
    desk = Client()  # sees every customer, and no amounts
    desk.force_login(person("desk", Role.BUSINESS_DESK))
    assert desk.get(f"/field-files/{keys['b.txt']}").status_code == 200
    assert desk.get(f"/field-files/{hidden['a.txt']}").status_code == 404
    assert desk.get(f"/api/v1/customers/{mine.pk}/files/{secret.key}").status_code == 400
    assert Client().get(f"/field-files/{keys['a.txt']}").status_code == 302


def test_a_token_that_only_reads_sends_no_file(scan: CustomField) -> None:
    token = issue(person("boss"), "reader")
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client().post(
        f"/api/v1/customers/files/{scan.key}?name=a", b"x", content_type=BYTES, headers=headers
    )
    assert answer.status_code == 403
    assert not KeptFile.objects.exists()


@pytest.mark.parametrize("limit", ["ATTACHMENT_BYTES", "ATTACHMENTS_BYTES"])
def test_limits_are_said_at_the_field(
    client: Client, customer: Customer, scan: CustomField, settings: Any, limit: str
) -> None:
    setattr(settings, limit, 3)
    answer = _save(client, customer, scan, "a.txt", b"four")
    assert answer.status_code == 200
    assert answer.context["form"].errors[scan.key]
    assert _keep(client, scan).status_code == 400
    assert not KeptFile.objects.exists()


def test_the_scanner_is_asked(client: Client, customer: Customer, scan: CustomField, settings: Any) -> None:
    check = "import sys; sys.exit(b'virus' in open(sys.argv[1], 'rb').read())"
    settings.SCAN_COMMAND = f"{shlex.quote(sys.executable)} -c {shlex.quote(check)}"
    assert _save(client, customer, scan, "a.txt", b"virus").status_code == 200
    assert _keep(client, scan, body=b"a virus").json()["code"] == "file_infected"
    assert _save(client, customer, scan, "a.txt", b"clean").status_code == 302


def test_a_required_file_must_be_there(client: Client, customer: Customer) -> None:
    row = field(kind="file", name="必填文件", required=True)
    url = f"/customers/{customer.pk}/edit"
    assert client.post(url, _shown(client, url)).context["form"].errors[row.key]
    assert _save(client, customer, row, "a.txt", b"x").status_code == 302


def test_a_copy_may_hold_the_same_file(client: Client, customer: Customer, scan: CustomField) -> None:
    _save(client, customer, scan, "a.txt", b"x")
    url = f"/customers/new?from={customer.pk}"
    answer = client.post(url, _shown(client, url) | {"name": "合肥副本厂"})
    assert answer.status_code == 302
    assert _value(Customer.objects.get(name="合肥副本厂"), scan) == _value(customer, scan)


def test_purging_the_last_row_that_holds_it_removes_the_file(
    client: Client, customer: Customer, scan: CustomField, folder: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    _save(client, customer, scan, "a.txt", b"x")
    file = KeptFile.objects.get()
    copy, deleting = make.customer("合肥副本厂"), actor("another")
    Customer.objects.filter(pk=copy.pk).update(extra={scan.key: file.pk})
    for target in (customer, copy):
        assert (folder / file.digest).exists()
        target.refresh_from_db()
        registry.by_slug("customers").delete(actor=deleting, target=target)
        with django_capture_on_commit_callbacks(execute=True):
            assert bin.purge(actor=ADMINISTRATOR, days=0)["purged"] == 1
    assert not KeptFile.objects.exists()
    assert not (folder / file.digest).exists()


def test_what_no_row_holds_goes_after_a_while(client: Client, customer: Customer, scan: CustomField) -> None:
    _save(client, customer, scan, "a.txt", b"one")
    first = KeptFile.objects.get()
    _save(client, customer, scan, "a.txt", b"two")
    second = KeptFile.objects.latest("pk")
    assert kept.sweep() == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.left_at is None, second.left_at) == (False, None)
    services.remove(registry.by_slug("customers"), scan, actor=ADMINISTRATOR)
    KeptFile.objects.update(left_at=clock.now() - kept.KEPT - timedelta(days=1))
    assert kept.sweep() == 1
    assert list(KeptFile.objects.all()) == [second]
    assert store.sweep() == 0
    assert sweep_job.__doc__


def test_an_erasure_takes_the_content(client: Client, customer: Customer, scan: CustomField) -> None:
    _save(client, customer, scan, "a.txt", "王小明 13800138000".encode("gb18030"))
    step = next(step for step in places.steps() if step.name == "field_files")
    who = Person(key=1, title="", name="王小明", party=customer.pk, values=("13800138000",))
    assert [found.where for found in step.find(who)] == ["a.txt"]
    assert step.erase(who, "***1") == 1
    assert client.get(f"/field-files/{_value(customer, scan)}").status_code == 404
    assert client.get(f"/customers/{customer.pk}").status_code == 200
    assert step.find(who) == []
