"""The filter builder: a tree to a form and back, its buttons without script, and what it refuses."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.records.reading import builder
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema import registry
from hengke.kernel.errors import InputError
from hengke.kernel.filters import And, from_json, to_json
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db
TREES: list[Any] = [
    [["city", "eq", "合肥市"]],
    [["city", "eq", "合肥市"], ["last_on", "gte", "@month-1"]],
    [
        {
            "or": [
                ["city", "in", ["合肥市", "芜湖市"]],
                {"and": [["tier", "eq", "vip"], ["owner", "eq", "@me"]]},
            ]
        }
    ],
    [{"not": {"or": [["city", "empty", True], ["owner", "empty", False]]}}],
    [["unit", "eq", "@unit"], {"not": ["owner", "in", ["@me", "7"]]}],
    [],
]


@pytest.fixture
def customers() -> Catalogue:
    return Catalogue(registry.by_slug("customers"), actor("boss"))


def _fields(page: str) -> dict[str, list[str]]:
    """What a browser without script would send of the builder's form."""
    form = page[page.index('class="conditions"') :]
    sent: dict[str, list[str]] = {}
    for control in re.findall(r"<input [^>]*>|<select .*?</select>|<textarea .*?</textarea>", form, re.S):
        name = re.search(r'name="([^"]+)"', control)
        assert name is not None
        if control.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)" selected', control) or re.search(
                r'<option value="([^"]*)"', control
            )
            value = chosen[1] if chosen else ""
        elif control.startswith("<textarea"):
            value = control[control.index(">") + 1 : -len("</textarea>")]
        else:
            found = re.search(r'value="([^"]*)"', control)
            value = found[1] if found else ""
            if 'type="checkbox"' in control and " checked" not in control:
                continue
        sent.setdefault(name[1], []).append(unescape(value))
    return sent


def _own(address: str) -> Any:
    """The conditions in an address."""
    text = parse_qs(urlsplit(address).query).get("filter", ['{"and":[]}'])[0]
    return to_json(from_json(json.loads(text)))


@pytest.mark.parametrize("own", TREES)
def test_a_filter_comes_back_from_its_form(client: Client, own: Any) -> None:
    client.force_login(person("boss"))
    catalogue = Catalogue(registry.by_slug("customers"), actor("other"))
    query = Query(catalogue, None, tuple(from_json(part) for part in own), catalogue.record.sort)
    page = client.get("/customers/conditions" + query.address()).content.decode()
    answer = client.post("/customers/conditions", _fields(page) | {"do": ["apply"]})
    assert answer.status_code == 302
    assert _own(answer["Location"]) == _readable(own)


def _readable(own: Any) -> Any:
    """One alternative needs no "all" around it; a single part of a group none at all. Keys are numbers."""
    return to_json(from_json({"and": own}))


def test_the_buttons_work_without_script(client: Client) -> None:
    client.force_login(person("boss"))
    for n in range(3):
        make.summary(make.customer(f"客户{n}", city=make.CITIES[n]))
    sent = _fields(client.get("/customers/conditions?view=&q=客户&shape=board").content.decode())
    for step, number, words in (
        ("draw", 1, {"f1": "city"}), ("draw", 1, {"o1": "eq", "v1": "合肥市"}),
        ("group.0", 0, {}), ("draw", 3, {"f3": "city"}), ("draw", 3, {"o3": "startswith", "v3": "芜"}),
        ("add.2", 2, {}), ("remove.1", 1, {}), ("remove.3", 3, {}),
    ):  # fmt: skip
        page = client.post("/customers/conditions", sent | words | {"do": step}).content.decode()
        sent = _fields(page)
        assert f'name="k{number}"' in page or f'name="f{number}"' in page or step.startswith("remove")
    # Left is the group with one condition on the city, numbered anew.
    assert (sent["k1"], sent["f2"], sent["v2"]) == (["any"], ["city"], ["芜"])
    answer = client.post("/customers/conditions", sent | {"do": "apply"})
    assert urlsplit(answer["Location"]).path == "/customers/board"
    assert parse_qs(urlsplit(answer["Location"]).query)["q"] == ["客户"]
    assert _own(answer["Location"]) == {"and": [["city", "startswith", "芜"]]}


def test_what_is_missing_is_said_beside_its_row(client: Client) -> None:
    client.force_login(person("boss"))
    sent = {"node": ["0", "1.0", "2.0"], "k0": "all", "f1": "this_year", "w1": "this_year", "o1": "gte",
            "v1": "viel", "f2": "city", "w2": "city", "o2": "eq", "v2": "", "do": "apply"}  # fmt: skip
    page = client.post("/customers/conditions", sent).content.decode()
    assert page.count('aria-invalid="true"') == 2
    assert 'id="e1"' in page
    assert 'id="e2"' in page
    assert "viel" in page


def test_hidden_fields_are_not_offered(client: Client) -> None:
    client.force_login(person("desk", Role.BUSINESS_DESK))
    page = client.get("/contacts/conditions").content.decode()
    assert 'value="customer.city"' in page
    assert 'value="customer.this_year"' not in page
    assert 'value="customer.tier"' not in page
    sent = {"node": ["0", "1.0"], "k0": "all", "f1": "customer.this_year", "w1": "customer.this_year",
            "o1": "gte", "v1": "5", "do": "apply"}  # fmt: skip
    assert client.post("/contacts/conditions", sent).status_code == 200  # refused beside its row


@pytest.mark.parametrize("nodes", [[], ["1.0"], ["0", "2.1"], ["0", "x.0"], ["0", "1.9"], ["0", "1.1"]])
def test_what_no_page_sends_is_refused(nodes: list[str]) -> None:
    params = QueryDict(mutable=True)
    params.setlist("node", nodes)
    params["k0"] = "all"
    with pytest.raises(InputError):
        builder.read(params)


def test_the_page_costs_the_same_with_many_rows(client: Client) -> None:
    client.force_login(person("boss"))
    counts = []
    for rows in (1, 3):
        for n in range(rows):
            make.summary(make.customer(f"客户{rows}{n}"))
            person(f"p{rows}{n}")
        client.get("/customers/conditions?owner=@me")
        with CaptureQueriesContext(connection) as queries:
            client.get("/customers/conditions?owner=@me")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_view_keeps_a_condition_on_another_object(client: Client) -> None:
    client.force_login(person("boss"))
    make.contact(make.customer("甲", city="合肥市"), "甲一")
    make.contact(make.customer("乙", city="芜湖市"), "乙一")
    state = '?filter={"and":[["customer.city","eq","合肥市"]]}'
    saved = client.post("/contacts/views", {"name": "近的", "state": state, "shape": "list"})
    page = client.get(saved["Location"]).content.decode()
    assert "甲一" in page
    assert "乙一" not in page
    answer = client.get("/api/v1/contacts", {"customer.city": "芜湖市"}).json()
    assert [item["name"] for item in answer["items"]] == ["乙一"]
    for shape in ("", "/board", "/calendar", "/map"):
        found = client.get(
            "/customers" + shape, {"filter": '{"or":[["owner","eq","@me"],["city","eq","x"]]}'}
        )
        assert found.status_code == 200
        assert "/customers/filter" in found.content.decode()


def test_nothing_chosen_is_everything(customers: Catalogue) -> None:
    root = builder.of(())
    assert builder.check(customers, root) == ()
    assert to_json(And(())) == {"and": []}


def test_people_and_units_are_chosen_by_name(client: Client) -> None:
    boss = person("boss", at=unit("Department A"))
    client.force_login(boss)
    for address, own, other in (
        ("owner", "@me", boss.pk), ("unit", "@unit", boss.unit_id), ("customer", None, None),
    ):  # fmt: skip
        slug = "contacts" if address == "customer" else "customers"
        page = client.get(f"/{slug}/filter/{address}").content.decode()
        assert (f'name="{address}" value="{own}"' in page) is (own is not None)
        assert (f'name="{address}" value="{other}"' in page) is (other is not None)
