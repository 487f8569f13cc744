"""What is near to a person comes first."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.records.schema import registry
from hengke.engines.records.search.index import index_records
from hengke.engines.records.search.query import known, search
from tests.factories import customers as make
from tests.factories.people import actor, person, unit


def _index() -> None:
    for slug in ("customers", "contacts"):
        record = registry.by_slug(slug)
        index_records(record, record.model._base_manager.values_list("pk", flat=True))


def _titles(text: str, who: Actor) -> list[str]:
    return [hit.title for hit in search(text, who)]


@pytest.mark.django_db
def test_what_is_near_to_the_person_comes_first() -> None:
    home = unit("Department A")
    me = person("me", Role.ACCOUNT_MANAGER, home)
    made = [
        make.customer("合肥甲仪表厂", unit=home), make.customer("合肥乙仪表厂", unit=home, owner=me),
        make.customer("合肥丙仪表厂", unit=home),
        make.customer("合肥丁仪表厂", unit=unit("Department A1", parent=home)),
    ]  # fmt: skip
    for weight, customer in enumerate(made):
        make.summary(customer, billed=Decimal(weight))
    _index()
    mine, recent = Actor.of(me), [("customers", made[0].pk), ("contacts", made[2].pk)]
    order = [hit.title[2] for hit in search("合肥", mine, recent=recent)]
    assert order == ["甲", "乙", "丁", "丙"]
    assert [hit.title[2] for hit in search("合肥", actor("boss"))] == ["丁", "丙", "乙", "甲"]
    exact = search("合肥乙仪表厂", mine, recent=recent)
    assert exact[0].title == "合肥乙仪表厂"  # the exact one before the near one


@pytest.mark.django_db
def test_known_places_are_shown_in_order_and_only_to_those_who_may() -> None:
    a, b = make.customer("合肥甲厂", unit=unit("Department A")), make.customer("合肥乙厂")
    _index()
    places = [("customers", b.pk), ("nothing", 1), ("customers", a.pk), ("customers", 10**6)]
    assert [hit.title for hit in known(places, actor("boss"))] == ["合肥乙厂", "合肥甲厂"]
    assert known(places, actor("b", Role.ACCOUNT_MANAGER, unit("Department B"))) == []
    assert known([], actor("c")) == []
