"""Fields that an institution added to customers, and its own objects, as dimensions of the pivot."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke.modules.customers.models import Customer
from hengke.modules.insight.pivot import own, rights
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.services import warehouse
from tests.factories.fields import field
from tests.factories.ledgers import bring, row
from tests.factories.objects import entry, eyes, vehicle
from tests.factories.people import person

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = Period.year(2025)


@pytest.fixture
def made() -> dict[str, Any]:
    """Three customers with 100, 20 and 3 billed; a choice, a yes or no, a text, a person, an amount; two vehicles."""
    bring(
        [
            row(f"W{n}", 送检日期="2025-05-10", 单位名称=name, 应收费=amount)
            for n, (name, amount) in enumerate(
                (("合肥甲仪表厂", "100"), ("芜湖乙供水公司", "20"), ("安庆丙检测中心", "3"))
            )
        ],
        refresh=True,
    )
    fields = {
        "level": field(kind="choice", name="级别"), "vip": field(kind="yesno", name="是否重点"),
        "note": field(kind="text", name="线路"), "who": field(kind="person", name="联系专员"),
        "price": field(kind="money", name="合同额"), "secret": field(kind="text", name="密级", sensitivity="money"),
    }  # fmt: skip
    key = {name: field.key for name, field in fields.items()}
    first, second = (Customer.objects.get(name=name) for name in ("合肥甲仪表厂", "芜湖乙供水公司"))
    boss = person("boss")
    values = {
        first: {
            key["level"]: "o1",
            key["vip"]: True,
            key["note"]: "东线",
            key["who"]: boss.pk,
            key["secret"]: "甲",
        },
        second: {key["level"]: "o2", key["vip"]: False, key["note"]: "东线", key["price"]: 1},
    }
    for customer, extra in values.items():
        Customer.objects.filter(pk=customer.pk).update(extra=extra)
    kind, columns = vehicle()
    day, price = columns["day"].key, columns["price"].key
    entry(
        kind.pk, "皖A1", **{columns["customer"].key: first.pk, day: date(2026, 1, 31), price: Decimal("1.25")}
    )
    entry(kind.pk, "皖A2", **{columns["customer"].key: first.pk})
    warehouse.build()
    return {"key": key, "kind": kind, "columns": columns, "boss": boss}


def _billed(actor: Actor, name: str, **more: Any) -> dict[str, Any]:
    from hengke_analytics.cube import Question, Value, answer

    catalogue = rights.catalogue(actor)
    question = Question((name,), (), (Value("billed"),), YEAR, **more)
    found = answer(question, rights.sources(actor), catalogue).grid
    names = Names.of(found, ())
    return {
        names(catalogue.dimension(name), node.key): found.value(node.path, (), Value("billed"))
        for node in found.rows.children
    }


def test_own_fields_of_customers_group_and_filter(made: dict[str, Any]) -> None:
    from hengke_analytics.cube import Filter

    actor, key = eyes(made["boss"]), made["key"]
    assert _billed(actor, key["level"]) == {"红": 100, "绿": 20, "（无）": 3}
    assert _billed(actor, key["vip"]) == {"是": 100, "否": 20, "（无）": 3}
    assert _billed(actor, key["note"]) == {"东线": 120, "（无）": 3}
    assert _billed(actor, key["who"]) == {"boss": 100, "（无）": 23}
    assert _billed(actor, "laboratory", filters=(Filter(key["level"], ("o2",), False),)) == {"压力室": 20}
    assert _billed(actor, key["level"], filters=(Filter(key["note"], ("",), False),)) == {"（无）": 3}
    with pytest.raises(InputError, match="Unknown field"):
        _billed(actor, key["price"])  # an amount is no member


def test_own_objects_count_by_customer(made: dict[str, Any]) -> None:
    name = f"{made['kind'].slug}_{made['columns']['customer'].key}"
    assert _billed(eyes(made["boss"]), name) == {"0": 23, "2–4": 100}
    manager = Actor(user_id=12, role=Role.ACCOUNT_MANAGER, unit_path="/1/12/")
    assert name not in rights.catalogue(manager).dimensions


def test_hidden_fields_are_no_words(made: dict[str, Any]) -> None:
    secret = made["key"]["secret"]
    assert secret in rights.catalogue(eyes(made["boss"])).dimensions
    desk = Actor(user_id=1, role=Role.BUSINESS_DESK)
    assert secret not in rights.catalogue(desk).dimensions
    assert made["key"]["level"] in rights.catalogue(desk).dimensions


def test_objects_are_typed_tables(made: dict[str, Any]) -> None:
    from hengke_analytics.engine import rows

    table = warehouse.open_current().table(f"object_{made['kind'].slug}")
    columns = {name: f"{field.key}" for name, field in made["columns"].items()}
    first, second = rows(table.order_by("row_id"))
    assert (first["name"], first["number"]) == ("皖A1", "V-00001")
    assert first[columns["price"]] == Decimal("1.25")
    assert first[columns["day"]].isoformat() == "2026-01-31"
    assert first[f"{columns['customer']}_customer_id"] == second[f"{columns['customer']}_customer_id"]
    assert second[columns["price"]] is None


def test_what_changed_follows_with_the_next_increment(made: dict[str, Any]) -> None:
    actor, key = eyes(made["boss"]), made["key"]["level"]
    Customer.objects.filter(name="合肥甲仪表厂").update(extra={key: "o3"})
    before = warehouse.WarehouseBuild.objects.latest("number").number
    assert warehouse.update().number == before + 1
    assert _billed(actor, key) == {"蓝": 100, "绿": 20, "（无）": 3}


def test_the_page_offers_and_answers_them(client: Any, made: dict[str, Any]) -> None:
    client.force_login(made["boss"])
    text = client.get(f"/pivot?rows={made['key']['level']}").content.decode()
    assert "级别" in text
    assert "数量：公务车（所属客户）" in text
    assert ">红<" in text
    answer = client.get(f"/pivot/filter?field={made['key']['level']}")
    assert "绿" in answer.content.decode()


def test_a_warehouse_of_before_has_none(made: dict[str, Any]) -> None:
    class Without:
        def list_tables(self) -> list[str]:
            return ["facts"]

    backend: Any = Without()
    assert own.dimensions(eyes(made["boss"]), backend) == []
