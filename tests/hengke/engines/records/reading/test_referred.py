"""An activity of one's own with a customer of somebody else: every door shows the row, none the customer's name."""

from __future__ import annotations

import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.access.leaks.models import RolePolicy
from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.kernel import clock
from hengke.modules.activities.models import Activity
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
OWN, FOREIGN = "己方轴承厂", "他方阀门厂"


@pytest.fixture
def seller(client: Client) -> SimpleNamespace:
    """Two visits of one account manager, at an own customer and at a customer of another unit."""
    north, south = unit("北部"), unit("南部")
    me = person("seller", Role.ACCOUNT_MANAGER, north)
    RolePolicy.objects.create(
        role=Role.ACCOUNT_MANAGER, rows=1000, rows_per_day=9999, reason=False, watermark=False
    )
    own, foreign = (
        make.customer(OWN, owner=me, unit=north),
        make.customer(FOREIGN, owner=person("far", Role.ACCOUNT_MANAGER, south), unit=south),
    )
    visits = [
        make.activity(customer, f"拜访{n}", owner=me, unit=north, kind="visit", starts_at=clock.now())
        for n, customer in enumerate((own, foreign))
    ]
    index.index_records(registry.by_slug("activities"), [visit.pk for visit in visits])
    client.force_login(me)
    return SimpleNamespace(client=client, visits=visits, own=own, foreign=foreign)


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        book = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(book.read(name) for name in book.namelist())
    return str(content.decode("utf-8", "replace"))


DOORS = {
    "list": "/activities",
    "board": "/activities/board?by=priority",
    "calendar": "/activities/calendar?span=list",
    "groups": "/activities?group=customer",
    "palette": "/search/suggest?q=拜访",
    "search": "/search?q=拜访",
    "api": "/api/v1/activities?expand=customer",
    "api fields": "/api/v1/activities?fields=customer_name,subject",
}


@pytest.mark.parametrize("door", DOORS)
def test_a_reading_door_names_only_the_customer_in_scope(seller: SimpleNamespace, door: str) -> None:
    answer = seller.client.get(DOORS[door], headers={"Accept": "application/json"} if "api" in door else {})
    assert answer.status_code == 200
    text = _text(answer).encode().decode("unicode_escape") if "api" in door else _text(answer)
    text = json.dumps(answer.json(), ensure_ascii=False) if "api" in door else text
    assert OWN in text
    assert FOREIGN not in text
    if door != "groups":
        assert text.count("拜访") >= 2


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_a_file_names_only_the_customer_in_scope(seller: SimpleNamespace, form: str) -> None:
    given = {"form": form, "columns": "choose", "column": ["subject", "customer", "customer_name"]}
    text = _text(seller.client.post("/activities/export", given))
    assert OWN in text
    assert FOREIGN not in text
    assert {"拜访0", "拜访1"} <= {word for word in ("拜访0", "拜访1") if word in text}


def test_the_pages_name_only_the_customer_in_scope(seller: SimpleNamespace) -> None:
    own, foreign = seller.visits
    assert OWN in _text(seller.client.get(f"/activities/{own.pk}"))
    for address in (f"/activities/{foreign.pk}", f"/activities/{foreign.pk}/edit"):
        text = _text(seller.client.get(address))
        assert "拜访1" in text
        assert FOREIGN not in text
    for query in ("", "?fields=customer_name", "?expand=customer"):
        answer = seller.client.get(f"/api/v1/activities/{foreign.pk}{query}")
        assert FOREIGN not in json.dumps(answer.json(), ensure_ascii=False)
    changed = seller.client.patch(
        f"/api/v1/activities/{foreign.pk}",
        {"subject": "拜访2", "version": 1},
        content_type="application/json",
    )
    assert changed.status_code == 200, changed.json()
    assert (changed.json()["subject"], changed.json()["customer_name"]) == ("拜访2", None)
    cell = seller.client.post(
        f"/activities/{own.pk}/cell/customer", {"value": f"#{seller.own.pk}", "version": 1}
    )
    assert OWN in cell.json()["markup"]


@pytest.mark.parametrize("condition", [
    "customer_name__contains=他方", f"customer_name={FOREIGN}", f"customer_name__in={FOREIGN},x",
    'filter=["customer_name","startswith","他"]',
])  # fmt: skip
def test_a_filter_does_not_find_what_it_may_not_name(seller: SimpleNamespace, condition: str) -> None:
    assert seller.client.get(f"/api/v1/activities?{condition}").json()["count"] == 0
    other = condition.replace("他方阀门厂", OWN).replace("他", "己")
    assert seller.client.get(f"/api/v1/activities?{other}").json()["count"] == 1


def test_a_negated_filter_does_not_tell_either(seller: SimpleNamespace) -> None:
    for name in (FOREIGN, "没有的厂"):
        tree = json.dumps({"not": ["customer_name", "eq", name]})
        answer = seller.client.get("/api/v1/activities", {"filter": tree}).json()
        assert answer["count"] == 2
        assert seller.client.get("/api/v1/activities", {"customer_name__ne": name}).json()["count"] == 1


def test_who_sees_all_customers_reads_both_names_without_further_queries(client: Client, seller: Any) -> None:
    counts = []
    for who in ("boss",):
        client.force_login(person(who))
        with CaptureQueriesContext(connection) as seen:
            text = _text(client.get("/activities"))
        assert OWN in text
        assert FOREIGN in text
        counts.append(not any("name_of_customer" in query["sql"] for query in seen))
    assert counts == [True]


@pytest.mark.parametrize("door", ["list", "groups", "palette", "api", "calendar"])
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(seller: Any, door: str) -> None:
    def count() -> int:
        seller.client.get(DOORS[door])
        with CaptureQueriesContext(connection) as seen:
            seller.client.get(DOORS[door])
        return len(seen)

    few = count()
    for n in range(3):
        Activity.objects.create(
            subject=f"拜访{n + 5}", customer=seller.foreign, owner=seller.visits[0].owner, unit=seller.visits[0].unit,
            starts_at=clock.now(),
        )  # fmt: skip
    index.index_records(registry.by_slug("activities"), Activity.objects.values_list("pk", flat=True))
    assert count() == few
