"""Formulas: known answers on every door, mistakes told with their place, and nothing of what a person may not read."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hengke.engines.access import stamp
from hengke.engines.access.rows import RoleRule
from hengke.engines.records.custom import services
from hengke.engines.records.custom.formula import field as formulas
from hengke.engines.records.schema import registry
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from tests.factories import customers as make
from tests.factories.fields import field
from tests.factories.objects import entry, maker, vehicle
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 31, 4, tzinfo=UTC)


def _login(username: str = "boss", role: str = "director", **more: Any) -> Client:
    client = Client()
    client.force_login(person(username, role, **more))
    return client


@pytest.fixture
def car() -> Any:
    """A vehicle: price 180,000.50, day 2026-01-31, state 送修, of a customer in 合肥市."""
    row, fields = vehicle(rights={"director": "all", "account_manager": "all"})
    customer = make.customer("合肥仪表厂", city="合肥市")
    values = {
        "customer": customer.pk,
        "state": "o2",
        "day": datetime(2026, 1, 31).date(),
        "price": Decimal("180000.50"),
    }
    return entry(row.pk, "皖A12345", **{fields[name].key: value for name, value in values.items()})


def _formula(car: Any, text: str, **options: Any) -> Any:
    return field(
        f"o{car.kind_id}",
        "formula",
        f"公式{text[:20]}",
        options={"text": text, "digits": 2} | options,
        search=False,
    )


def _value(car: Any, text: str, **options: Any) -> Any:
    key = _formula(car, text, **options).key
    with clock.at(NOON):
        found = _login().get(f"/api/v1/o{car.kind_id}/{car.pk}").json()[key]
    return found


ANSWERS = [
    ("[购置价] * 1.13", "203400.57"), ("[购置价] / 0", None), ("1 + 2 * 3 - 4 / 2", "5.00"), ("-(2 - 5) * --2", "6.00"),
    ("round([购置价] / 7, 1)", "25714.40"), ("abs(1 - 3)", "2.00"), ("0.1 + 0.2 = 0.3", True),
    ("[状态] = \"送修\"", True), ("[状态] <> \"送修\"", False), ("not [状态] = \"在用\" and 2 > 1", True),
    ("if([购置价] >= 180000, \"贵\", \"便宜\")", "贵"), ("如果(为空([年检日]), \"无\", \"有\")", "有"),
    ("[年检日] + 1", "2026-02-01"),
    ("addmonths([年检日], 1)", "2026-02-28"), ("加月([年检日], -11)", "2025-02-28"),
    ("addmonths([年检日], 13)", "2027-02-28"), ("adddays([年检日], 28)", "2026-02-28"), ("[年检日] - 31", "2025-12-31"),
    ("days([年检日], today())", "59.00"), ("today() - [年检日]", "59.00"),
    ("year([年检日]) * 100 + month([年检日])", "202601.00"),
    ("[车牌号] & \"/\" & [所属客户.城市]", "皖A12345/合肥市"), ("[所属客户.全称] & text(1.50)", "合肥仪表厂1.5"),
    ("text(100) & [年检日]", "1002026-01-31"), ("length([车牌号])", "7.00"), ("包含([车牌号], \"A1\")", True),
    ("smaller(3, 2) + larger(3, 2)", "5.00"), ("default([所属客户.简称], \"无简称\")", "无简称"),
    ("empty([所属客户.简称])", True),
    ("\"say \"\"hi\"\"\"", 'say "hi"'), ("9999999999 * 9999999999 * 9999999999", None),
    ("adddays([年检日], 99999999)", None), ("addmonths([年检日], 99999)", None), ("1 / 3", "0.33"),
    ("2 / 3 * 3 = 2", True),
    ("\"%s\" & \"{}\" & \"'; --\"", "%s{}'; --"), ("[编号]", "V-00001"), ("1 > 2 or 真", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "answer"), ANSWERS)
def test_known_answers(car: Any, text: str, answer: Any) -> None:
    assert _value(car, text) == answer


@pytest.mark.parametrize(("text", "at", "words"), [
    ("", 1, "missing"), ("1 +", 4, "missing"), ("(1 + 2", 1, "not closed"), ("1 2", 3, "operator"),
    ("1 ? 2", 3, "sign"),
    ("[没有] + 1", 1, "没有"), ("foo(1)", 1, "foo"), ("round(1)", 1, "2 values"), ("价格 + 1", 1, "brackets"),
    ("[车牌号] + 1", 1, "a number"), ("1 + [年检日]", 5, "a number"), ("[购置价] = \"x\"", 7, "compared"),
    ("if(1, 2, 3)", 4, "yes or no"), ("if(true, 2, \"x\")", 10, "a text"), ("\"open", 1, "sign"), ("()", 2, "missing"),
    ("(" * 40 + "1" + ")" * 40, 31, "brackets"), ("[购置价", 1, "sign"), ("1;drop table x", 2, "sign"),
    ("__import__(\"os\")", 1, "__import__"), ("[所属客户.负责人]", 1, "reckoned"), ("[所属客户]", 1, "reckoned"),
])  # fmt: skip
def test_mistakes_are_told_with_their_place(car: Any, text: str, at: int, words: str) -> None:
    with translation.override("en"), pytest.raises(InputError) as caught:
        formulas.checked(registry.by_slug(f"o{car.kind_id}"), text)
    assert caught.value.params["at"] == at
    assert words in caught.value.message


def test_too_long_a_formula_is_refused(car: Any) -> None:
    with pytest.raises(InputError, match="at most"):
        formulas.checked(registry.by_slug(f"o{car.kind_id}"), "1+" * 600 + "1")


def test_lists_are_filtered_ordered_grouped_summed_and_exported_by_it(car: Any) -> None:
    price = next(f for f in registry.by_slug(f"o{car.kind_id}").fields if str(f.label) == "购置价").name
    for n, value in enumerate(("10", "30", "20")):
        entry(car.kind_id, f"皖B{n}", **{price: Decimal(value)})
    double = _formula(car, "[购置价] * 2").key
    dear = _formula(car, 'if([购置价] > 15, "贵", "便宜")').key
    client, slug = _login(), f"o{car.kind_id}"

    def names(**words: str) -> list[str]:
        return [item["name"] for item in client.get(f"/api/v1/{slug}", words).json()["items"]]

    assert names(sort=double) == ["皖B0", "皖B2", "皖B1", "皖A12345"]
    assert names(sort=f"-{double}", **{f"{double}__lte": "60"}) == ["皖B1", "皖B2", "皖B0"]
    assert names(**{dear: "便宜"}) == ["皖B0"]
    assert names(**{f"{dear}__contains": "贵"}, sort="name") == ["皖A12345", "皖B1", "皖B2"]
    page = client.get(f"/{slug}").content.decode()
    assert "360,001.00" in page
    assert client.get(f"/{slug}/{car.pk}").content.decode().count("360,001.00") == 1
    exported = b"".join(client.post(f"/{slug}/export", {"form": "csv"}).streaming_content).decode("utf-8-sig")
    assert "360001.00" in exported
    groups = client.get(f"/{slug}", {"group": dear}).context["groups"]
    assert sorted(group.count for group in groups.rows) == [1, 3]
    cursor, got = "", []
    while True:
        answer = client.get(f"/api/v1/{slug}", {"sort": double, "page_size": 1, "cursor": cursor}).json()
        got += [item["name"] for item in answer["items"]]
        cursor = answer["next"]
        if not cursor:
            break
    assert got == ["皖B0", "皖B2", "皖B1", "皖A12345"]


def test_nobody_enters_it(car: Any) -> None:
    key, client, slug = _formula(car, "[购置价] * 2").key, _login(), f"o{car.kind_id}"
    assert f'name="{key}"' not in client.get(f"/{slug}/new").content.decode()
    answer = client.patch(
        f"/api/v1/{slug}/{car.pk}", {key: "1.00", "version": 1}, content_type="application/json"
    )
    assert answer.status_code == 400
    schema = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    found = {name: s["properties"][key] for name, s in schema.items() if key in s.get("properties", {})}
    assert [said["readOnly"] for said in found.values()] == [True]  # and in nothing that is sent
    assert client.get(f"/{slug}/{car.pk}/cell/{key}").status_code in (400, 403, 404)


def test_it_follows_its_fields_and_renaming_breaks_nothing(car: Any) -> None:
    row = _formula(car, "[购置价] * 2")
    record = registry.by_slug(f"o{car.kind_id}")
    price = next(f for f in record.fields if str(f.label) == "购置价")
    stored = services.CustomField.objects.get(pk=int(price.name[1:]))
    services.change(record, stored, services.Draft("采购价", "money"), actor=maker())
    assert (
        formulas.in_words(record, services.CustomField.objects.get(pk=row.pk).options["text"])
        == "[采购价] * 2"
    )
    client = _login()
    client.patch(
        f"/api/v1/{record.slug}/{car.pk}", {price.name: "5.00", "version": 1}, content_type="application/json"
    )
    assert client.get(f"/api/v1/{record.slug}/{car.pk}").json()[row.key] == "10.00"
    services.remove(record, stored, actor=maker())
    assert row.key not in client.get(f"/api/v1/{record.slug}/{car.pk}").json()
    services.restore(record, stored, actor=maker())
    assert client.get(f"/api/v1/{record.slug}/{car.pk}").json()[row.key] == "10.00"


def test_what_a_person_may_not_read_is_not_reckoned_with(car: Any) -> None:
    slug = f"o{car.kind_id}"
    double = _formula(car, "[购置价] * 2").key
    city = _formula(car, "[所属客户.城市]").key
    record = registry.by_slug(slug)
    price = next(f for f in record.fields if str(f.label) == "购置价").name
    everything = [{"actions": ["view"], "scope": "all"}]
    RoleRule.objects.create(
        role="own_eye", subject=record.subject, grants=everything, fields={price: "hidden"}
    )
    stamp.renew()
    eye = _login("eye", "own_eye")
    item = eye.get(f"/api/v1/{slug}/{car.pk}").json()
    assert double not in item
    assert city not in item  # sees no customers at all
    assert eye.get(f"/api/v1/{slug}", {f"{double}__gt": "1"}).status_code == 400
    assert eye.get(f"/api/v1/{slug}", {"sort": double}).status_code == 400
    # Somebody who sees customers, but not this one, sees an empty value.
    other = _login("sales", "account_manager", at=unit("Department B"))
    item = other.get(f"/api/v1/{slug}/{car.pk}").json()
    assert (item[double], item[city]) == ("360001.00", None)
    assert other.get(f"/api/v1/{slug}", {city: "合肥市"}).json()["count"] == 0


def test_lists_take_the_same_queries_with_formulas(car: Any) -> None:
    for text in ("[购置价] * 2", "[所属客户.城市]", "today() - [年检日]"):
        _formula(car, text)
    client, counts = _login(), []
    for n in range(2):
        for m in range(2):
            entry(car.kind_id, f"皖C{n}{m}")
        client.get(f"/o{car.kind_id}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/o{car.kind_id}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_administrators_form_says_what_is_wrong_and_shows_labels(car: Any) -> None:
    admin, slug = _login("admin", "administrator"), f"o{car.kind_id}"
    url = f"/fields/{slug}/new?kind=formula"
    assert "[购置价]" in admin.get(url).content.decode()
    answer = admin.post(url, {"name": "含税价", "text": "[购置价] *", "digits": "2", "filter": "on"})
    assert answer.context["form"].errors
    assert (
        admin.post(
            url, {"name": "含税价", "text": "[购置价] * 1.13", "digits": "2", "list": "on"}
        ).status_code
        == 302
    )
    row = services.CustomField.objects.get(name="含税价")
    assert "[购置价] * 1.13" in admin.get(f"/fields/{slug}/{row.pk}").content.decode()
