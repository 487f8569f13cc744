"""Databases and web services named in the browser, and read again from the list of imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.modules.insight.models import Import, LedgerLine, Source
from hengke.modules.insight.pages.connections import ServiceForm
from tests.factories.ledgers import work
from tests.support.web import Service

pytestmark = pytest.mark.django_db(transaction=True)
LINES = [{"委托单号": "W1", "送检日期": "2025-03-01", "单位名称": "合肥恒达有限公司", "应收费": 12.5}]

COLUMNS = {
    "column-0": "order_no",
    "column-1": "submitted_on",
    "column-2": "customer_name",
    "column-3": "billed",
}


@pytest.fixture
def said(service: Service, settings: Any) -> dict[str, str]:
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
    service.paths["/lines"] = lambda _query, _headers: (200, {}, LINES)
    return {
        "source": "业务系统", "url": service.url("/lines"), "header": "Authorization", "token": "geheim-4711",
        "style": "auto",
    }  # fmt: skip


def test_a_service_goes_through_the_wizard_and_is_read_again(
    admin: Client, said: dict[str, str], service: Service
) -> None:
    answer = admin.post("/imports/new/service", said)
    assert answer.status_code == 302
    page = admin.get(answer["Location"])
    assert "合肥恒达有限公司" in page.content.decode()
    assert "geheim" not in page.content.decode()
    admin.post(answer["Location"], {**COLUMNS, "action": "start", "key": ["order_no"]})
    work(refresh=False)
    assert LedgerLine.objects.get().customer_name == "合肥恒达有限公司"
    listing = admin.get("/imports").content.decode()
    assert "业务系统" in listing
    assert "geheim" not in listing
    again = admin.post(f"/imports/sources/{Source.objects.get().pk}/read")
    assert again.status_code == 302
    work(refresh=False)
    assert [row.unchanged for row in Import.objects.order_by("pk")] == [0, 1]
    assert {headers["Authorization"] for _, headers in service.asked} == {"geheim-4711"}


def test_a_private_address_is_refused_with_words_and_not_called(
    admin: Client, said: dict[str, str], service: Service, settings: Any
) -> None:
    settings.PRIVATE_NETWORKS = []
    answer = admin.post("/imports/new/service", said)
    assert answer.status_code == 400
    assert "HENGKE_PRIVATE_NETWORKS" in answer.content.decode()
    assert "geheim" not in answer.content.decode()
    assert (service.asked, Source.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "role", [Role.DIRECTOR, Role.LABORATORY_HEAD, Role.BUSINESS_DESK, Role.ACCOUNT_MANAGER]
)
def test_nobody_else_makes_the_machine_call(
    at: Callable[[str], Client], role: str, said: dict[str, str], service: Service
) -> None:
    source = Source.objects.create(name="LIMS", kind="rest", connection={"sealed": "x"})
    for url, data in (("/imports/new/service", said), (f"/imports/sources/{source.pk}/read", {})):
        assert at(role).post(url, data).status_code == 403
    assert service.asked == []


def test_signs_that_would_end_a_header_are_refused(said: dict[str, str]) -> None:
    for name, value in (("header", "X\r\nHost"), ("token", "a\r\nX-Evil: 1"), ("parameter", "a&b=c")):
        form = ServiceForm({**said, name: value})
        assert list(form.errors) == [name]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_many_sources(
    admin: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        Source.objects.create(
            name=f"LIMS {number}", kind="rest", connection={"address": "https://a", "sealed": "x"}
        )
    admin.get("/imports")
    with django_assert_max_num_queries(12):
        assert "LIMS 0" in admin.get("/imports").content.decode()
