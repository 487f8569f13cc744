"""More than a form offers: fields nobody may enter, files that write where a person may not, markup in files."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hengke.engines.access import stamp
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.access.rows import RoleRule
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.modules.customers.models import Customer
from tests.attacks.support import logged_in, unchanged
from tests.factories import customers as make
from tests.factories.ledgers import HEADERS, ledger, row
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
MARKUP = '"><img src=x onerror=alert(1)>'
FORBIDDEN = {
    "is_staff": "1", "is_superuser": "1", "is_active": "0", "role": "administrator", "owner": "1", "owner_id": "1",
    "unit": "1", "department": "1", "created_by": "1", "id": "1", "pk": "1", "tenant": "1", "credit_limit": "1",
    "approved_by": "1", "deleted_at": "2020-01-01", "merged_into": "1", "number": "C-1", "origin": "ledger",
    "created_at": "2020-01-01", "extra": "{}",
}  # fmt: skip


@pytest.fixture
def mine() -> Customer:
    home = unit("Department A")
    return make.customer("自己的厂", owner=person("a_sales", Role.ACCOUNT_MANAGER, home), unit=home)


@pytest.fixture
def client(mine: Customer) -> Client:
    assert mine.owner is not None
    return logged_in(mine.owner)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_field_that_nobody_may_enter_is_entered_by_no_door(
    client: Client, mine: Customer, name: str
) -> None:
    value, url = FORBIDDEN[name], f"/customers/{mine.pk}"

    def attack() -> None:
        body = json.dumps({name: value, "version": mine.version})
        assert client.patch(f"/api/v1{url}", body, content_type="application/json").status_code == 400
        body = json.dumps({"name": "新厂", name: value})
        assert client.post("/api/v1/customers", body, content_type="application/json").status_code == 400
        rows = json.dumps({"update": [{"id": mine.pk, "version": 1, name: value}]})
        assert client.post("/api/v1/customers/bulk", rows, content_type="application/json").status_code == 400
        sent = {"name": mine.name, "city": mine.city, "province": mine.province, "version": "1", name: value}
        assert client.post(f"{url}/edit", {**sent, "stage": mine.stage}).status_code in (200, 302, 400)
        assert client.post(f"{url}/cell/{name}", {name: value, "version": "1"}).status_code in (400, 403, 404)
        many = {"ids": mine.pk, "step": "run", "expected": "1", f"how-{name}": "set", f"to-{name}": value}
        assert client.post("/customers/many", many).status_code in (200, 302, 400)

    unchanged(attack, told="access.denied")


def test_nobody_makes_more_of_the_own_account(client: Client, mine: Customer) -> None:
    def attack() -> None:
        for url in ("/account", "/account/password", "/account/confirm", "/absence"):
            assert client.post(url, FORBIDDEN | {"username": "root"}).status_code < 500
        body = json.dumps(FORBIDDEN)
        assert client.patch("/api/v1/me", body, content_type="application/json").status_code == 405
        pk = User.objects.get(username="a_sales").pk
        assert client.post(f"/backoffice/people/{pk}", FORBIDDEN).status_code == 403

    before = User.objects.filter(username="a_sales").values().get()
    attack()
    assert User.objects.filter(username="a_sales").values().get() == before
    assert Event.objects.filter(kind="access.denied").exists()


def _importer(home: Any) -> Client:
    """Somebody who may import, but only among the own customers."""
    grants = [{"actions": ["view", "add", "change", "import"], "scope": "own"}]
    RoleRule.objects.create(role="importer", subject="customers.customer", grants=grants)
    stamp.renew()
    return logged_in(person("importer", "importer", home))


def _csv(*rows: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _run(client: Client, body: bytes, fields: list[str]) -> Job:
    answer = client.post("/customers/import", {"files": SimpleUploadedFile("x.csv", body)})
    where = answer["Location"]
    client.post(where, {f"column-{n}": name for n, name in enumerate(fields)})
    queue.run_waiting()
    dry = Job.objects.latest("pk")
    client.post(f"/customers/import/{dry.pk}/start")
    queue.run_waiting()
    return Job.objects.latest("pk")


def test_a_file_writes_no_field_and_no_row_that_its_person_may_not(mine: Customer) -> None:
    client = _importer(unit("Department C"))
    before = Customer.objects.filter(pk=mine.pk).values().get()
    head = ["full name", "city", *FORBIDDEN]
    body = _csv(
        head,
        ["新厂", "合肥市", *FORBIDDEN.values()],
        [mine.name, "蚌埠市", *FORBIDDEN.values()],
        ["=1+1", "芜湖市"],
    )
    where = client.post("/customers/import", {"files": SimpleUploadedFile("x.csv", body)})["Location"]
    page = client.get(where).content.decode()
    # Which customer a row means may be said by number; a number is never written.
    for name in FORBIDDEN.keys() - {"number"}:
        assert f'<option value="{name}"' not in page, name
    for number, name in enumerate(FORBIDDEN, start=2):
        if name == "number":
            continue
        answer = client.post(where, {"column-0": "name", f"column-{number}": name})
        assert answer.status_code in (200, 400), name
    _run(client, body, ["name", "city"])
    assert Customer.objects.filter(pk=mine.pk).values().get() == before
    made = Customer.objects.exclude(pk=mine.pk)
    me = User.objects.get(username="importer")
    assert {row.name for row in made} <= {"新厂", mine.name, "=1+1"}
    assert all((row.origin, row.deleted_at, row.owner_id) == ("manual", None, me.pk) for row in made)
    assert Event.objects.filter(kind="customer.imported").exists()


def test_markup_in_a_file_is_text_on_every_page_of_an_import(mine: Customer) -> None:
    boss = logged_in(person("boss"))
    body = _csv([MARKUP, "city"], [MARKUP, MARKUP], ["厂", "x" * 400])
    where = boss.post("/customers/import", {"files": SimpleUploadedFile(f"{MARKUP}.csv", body)})["Location"]
    pages = [boss.get(where)]
    boss.post(where, {"column-0": "name", "column-1": "city"})
    queue.run_waiting()
    pages.append(boss.get(f"/customers/import/{Job.objects.latest('pk').pk}"))
    admin = logged_in(person("root", Role.ADMINISTRATOR))
    columns = dict(zip(HEADERS, HEADERS, strict=True))
    text = ledger([row("W1", 单位名称=MARKUP)]).decode("gb18030").replace(columns["检定室"], MARKUP)
    files = [SimpleUploadedFile(f"{MARKUP}.csv", text.encode("gb18030"))]
    answer = admin.post("/imports/new", {"source": MARKUP, "files": files})
    pages += [admin.get(answer["Location"])] if answer.status_code == 302 else [answer]
    pages += [admin.get("/imports"), admin.get("/jobs"), boss.get("/history")]
    for page in pages:
        shown = page.content.decode()
        assert "<img src=x" not in shown
    assert "&lt;img src=x" in pages[0].content.decode()
