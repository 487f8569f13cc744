"""The address carries how a list looks: columns, their widths, density."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.factories import customers as make
from tests.factories.fields import field
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(person("boss"))
    make.summary(make.customer())
    return client


def _heads(page: Any) -> list[str]:
    return re.findall(r'data-col="([^"]+)"', page.content.decode())


def _widths(page: Any) -> list[str]:
    return re.findall(r'<col width="(\d+)">', page.content.decode())


def test_the_address_says_columns_widths_and_density(client: Client) -> None:
    page = client.get("/customers?cols=city:180,stage,number:90&density=compact")
    assert _heads(page) == ["name", "city", "stage", "number"]
    assert _widths(page) == ["36", "140", "180", "140", "90"]
    assert 'data-density="compact"' in page.content.decode()
    assert 'data-density="normal"' in client.get("/customers").content.decode()


def test_links_of_the_list_keep_it(client: Client) -> None:
    page = client.get("/customers?cols=city:180,stage&density=roomy&city=合肥市").content.decode()
    sorting = next(link for link in re.findall(r'href="([^"]*sort=[^"]*)"', page))
    state = parse_qs(urlsplit(sorting.replace("&amp;", "&")).query)
    assert (state["cols"], state["density"], state["filter"]) == (
        ["city:180,stage"], ["roomy"], ['{"and":[["city","eq","合肥市"]]}'],
    )  # fmt: skip


def test_the_whole_look_can_be_put_into_the_address_and_read_by_others(client: Client) -> None:
    own = field(name="片区").key
    client.post("/customers/columns", {"column": ["stage", own]})
    client.post("/customers/widths", {"widths": f'{{"stage": 210, "{own}": 75}}'})
    client.cookies["hk_density"] = "compact"
    exact = client.get("/customers?sort=number").context["exact_url"]
    other = Client()
    other.force_login(person("other"))
    page = other.get(exact)
    assert _heads(page) == ["name", "stage", own]
    assert _widths(page) == ["36", "140", "210", "75"]
    assert 'data-density="compact"' in page.content.decode()
    assert page.context["query"].sort == "number"


def test_choosing_columns_ends_what_the_address_said(client: Client) -> None:
    answer = client.post("/customers/columns", {"column": ["number"], "cols": "city", "q": "合肥"})
    assert answer["Location"] == "/customers?q=%E5%90%88%E8%82%A5"


def test_an_export_has_the_columns_of_the_address(client: Client) -> None:
    answer = client.post("/customers/export", {"form": "csv", "cols": "stage,city:90"})
    first = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert first == "全称,阶段,城市"


def test_a_saved_view_keeps_them(client: Client) -> None:
    client.post("/customers/views", {"name": "片区", "state": "?cols=city:180,stage", "shape": "list"})
    view = next(tab["url"] for tab in client.get("/customers").context["tabs"] if tab["label"] == "片区")
    assert _heads(client.get(view)) == ["name", "city", "stage"]


@pytest.mark.parametrize("look", [
    "cols=password", "cols=city:5", "cols=city:100000", "cols=city:x", "cols=city:", "density=huge",
    "cols=" + "city," * 1000, "cols=__class__", "cols=city%00",
])  # fmt: skip
def test_what_is_no_look_is_refused(client: Client, look: str) -> None:
    assert client.get(f"/customers?{look}").status_code == 400


def test_a_hidden_field_is_no_column() -> None:
    desk = Client()
    desk.force_login(person("desk", "business_desk"))
    assert desk.get("/customers?cols=this_year").status_code == 400
