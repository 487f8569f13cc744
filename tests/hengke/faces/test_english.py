"""Pages in English: no Chinese word of the interface is left on any of them, only data and names of places."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver

from hengke.engines import charts
from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.engines.records.schema import registry
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories import records
from tests.factories.people import person
from tests.hengke.faces.test_catalogue import Words, addresses

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u3400-\u9fff]+")
# An example of a filter by a place, and the form in which approvals of maps are written.
OFFICIAL = ("合肥市", "号")
OF_THE_PACK = ("车辆",)
SHAPES = (
    "",
    "/board",
    "/calendar",
    "/timeline",
    "/map",
    "/new",
    "/import",
    "/export",
    "/columns",
    "/filter",
    "/conditions",
)


def chinese(page: str) -> set[str]:
    """Chinese words on a page that a person reads or hears."""
    words = Words()
    words.feed(page)
    return {found for text in words.found for found in CHINESE.findall(text)}


@pytest.fixture
def boss() -> User:
    return person("jane", Role.ADMINISTRATOR)


@pytest.fixture
def customer() -> Customer:
    found = make.customer("Acme Instruments", province="", city="")
    make.summary(found)
    return found


def _data() -> str:
    """What Chinese may stand on a page: whatever rows hold, places of the map, and what the tests' own pack says."""
    texts = [
        str(value)
        for model in apps.get_models()
        for row in model._base_manager.values_list()
        for value in row
    ]
    return "\n".join([*texts, *(tile.label for tile in charts.tiles()), *OFFICIAL, *OF_THE_PACK])


def _pages(customer: Customer) -> Iterator[str]:
    yield from addresses(get_resolver().url_patterns)
    for record in registry.all_records():
        target = customer if record.model is Customer else records.of(record.slug, customer, 0)
        yield from (f"/{record.slug}{shape}" for shape in SHAPES)
        yield from (f"/{record.slug}/{target.pk}{page}" for page in ("", "/edit", "/share"))
        yield f"/layouts/{record.slug}"
        yield f"/fields/{record.slug}"


def test_pages_speak_english_only(boss: User, customer: Customer) -> None:
    client = Client(headers={"Accept-Language": "en"})
    seen: dict[str, set[str]] = {}
    for stranger in ("/login", "/nothing-here"):
        seen[stranger] = chinese(client.get(stranger).content.decode())
    client.force_login(boss, backend="hengke.engines.access.backend.UnitBackend")
    shown = set()
    for address in sorted(set(_pages(customer))):
        page = client.get(address)
        assert page.status_code < 500, address
        if not page.streaming and page.headers.get("Content-Type", "").startswith("text/html"):
            seen[address] = chinese(page.content.decode())
            shown |= {address} if page.status_code == 200 else set()
    assert {
        "/overview",
        "/customers",
        f"/customers/{customer.pk}",
        "/customers/board",
        "/imports/new",
    } <= shown
    data = _data()
    left = {address: {word for word in words if word not in data} for address, words in seen.items()}
    assert {address: words for address, words in left.items() if words} == {}


def test_a_chinese_word_on_a_page_is_noticed() -> None:
    assert chinese(
        '<p>Customers <b>客户</b></p><button aria-label="关闭">x</button><script>"丢"</script>'
    ) == {"客户", "关闭"}
