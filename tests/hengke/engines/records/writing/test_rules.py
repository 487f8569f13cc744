"""Rules set without code hold on every door, and mean what the list's filter means."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hengke.engines.access.enums import Role
from hengke.engines.records.models import RecordRule
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import many
from hengke.kernel.filters import And, Condition, Filter, Not, Or, holds
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import actor, person

WORDS = "合肥的客户必须有电话。"
MUST = {"or": [["city", "ne", "合肥市"], ["phone", "empty", False]]}
FORM = {"name": "合肥供水集团有限公司", "province": "安徽省", "stage": "prospect"}


@pytest.fixture
def boss(db: None, client: Client) -> Client:
    user = person("boss")
    client.force_login(user)
    RecordRule.objects.create(record="customers", words=WORDS, must=MUST, made_by=user)
    return client


def _json(client: Client, method: str, url: str, body: dict[str, Any]) -> Any:
    return getattr(client, method)(url, json.dumps(body), content_type="application/json")


def test_form_api_cell_and_many_ask_the_rule(boss: Client) -> None:
    page = boss.post("/customers/new", FORM | {"city": "合肥市"}).content.decode()
    assert WORDS in page
    assert 'id="id_city_error"' in page
    assert _json(boss, "post", "/api/v1/customers", FORM | {"city": "合肥市"}).status_code == 400
    assert Customer.objects.count() == 0
    assert _json(boss, "post", "/api/v1/customers", FORM | {"city": "芜湖市"}).status_code == 201
    customer = Customer.objects.get()
    url = f"/customers/{customer.pk}"
    assert WORDS in boss.post(f"{url}/cell/city", {"value": "合肥市", "version": 1}).content.decode()
    assert _json(boss, "patch", f"/api/v1{url}", {"city": "合肥市", "version": 1}).status_code == 400
    assert WORDS in boss.post(f"{url}/edit", FORM | {"city": "合肥市", "version": 1}).content.decode()
    selection = many.Selection(Catalogue(registry.by_slug("customers"), actor("other")), None)
    changes = many.read_changes(selection.catalogue, [{"field": "city", "how": "set", "value": "合肥市"}])
    assert many.edit(selection, changes)["refused"] == 1
    assert Customer.objects.get().city == "芜湖市"
    assert boss.post(f"{url}/edit", FORM | {"city": "合肥市", "phone": "1", "version": 1}).status_code == 302


def test_what_broke_a_new_rule_long_ago_can_still_be_worked_on(boss: Client) -> None:
    customer = make.customer(phone="")
    answer = boss.post(f"/customers/{customer.pk}/cell/address", {"value": "长江路 1 号", "version": 1})
    assert answer.status_code == 200
    assert boss.post(f"/customers/{customer.pk}/cell/phone", {"value": "", "version": 2}).status_code == 200


def test_a_rule_over_a_field_that_is_gone_stops_nobody(boss: Client) -> None:
    RecordRule.objects.all().update(must=["no_such_field", "eq", 1])
    assert boss.post("/customers/new", FORM | {"city": "合肥市"}).status_code == 302


DAYS = st.dates(date(2024, 1, 1), date(2024, 1, 4))
CITY = st.sampled_from(["", "合肥市", "芜湖市"])
VALUES = st.fixed_dictionaries({"city": CITY, "first_on": st.none() | DAYS, "lines": st.integers(-2, 2)})
ON_WORDS = st.sampled_from(["eq", "ne", "contains", "startswith"])
ON_DAYS = st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"])
CONDITIONS = st.one_of(
    st.builds(Condition, st.just("city"), ON_WORDS, st.sampled_from(["合", "合肥市"])),
    st.builds(Condition, st.just("first_on"), ON_DAYS, DAYS),
    st.builds(Condition, st.just("first_on"), st.just("empty"), st.booleans()),
    st.builds(Condition, st.just("lines"), st.just("in"), st.tuples(st.integers(-2, 2), st.integers(-2, 2))),
)


def _parts(part: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    pairs = st.tuples(part, part)
    return st.builds(Not, part) | st.builds(Or, pairs) | st.builds(And, pairs)


TREES: st.SearchStrategy[Filter] = st.recursive(CONDITIONS, _parts, max_leaves=6)


@given(tree=TREES, values=VALUES)
def test_holds_answers_as_the_database_does(tree: Filter, values: dict[str, Any]) -> None:
    import ibis
    import pandas as pd

    from hengke.kernel.filters import to_ibis

    table = ibis.memtable(
        pd.DataFrame([values]), schema={"city": "string", "first_on": "date", "lines": "int64"}
    )
    assert holds(tree, values) == bool(table.filter(to_ibis(tree, table, ibis.literal)).count().execute())


def test_only_administrators_set_rules(client: Client, db: None) -> None:
    for role, status in ((Role.DIRECTOR, 403), (Role.ADMINISTRATOR, 302)):
        client.force_login(person(role, role))
        given_ = {"record": "customers", "filter": json.dumps(MUST), "words": WORDS}
        assert client.post("/rules", given_).status_code == status
        assert client.get("/rules").status_code == (200 if status == 302 else 403)
    rule = RecordRule.objects.get()
    assert (rule.record, rule.words, rule.must) == ("customers", WORDS, MUST)
    assert (
        client.post(
            "/rules", {"record": "customers", "filter": '["this_year","gt","1"]', "words": "x"}
        ).status_code
        == 400
    )
    assert client.post("/rules", {"record": "customers", "words": "x"}).status_code == 400
    client.post(f"/rules/{rule.pk}/delete")
    assert client.post("/customers/new", FORM | {"city": "合肥市"}).status_code == 302
