"""Conditions on the objects that a record refers to: what they find, and that they tell nothing out of scope."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.records.reading import listing
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.reading.words import describe
from hengke.engines.records.schema import registry
from hengke.kernel.errors import InputError
from hengke.modules.activities.models import Activity
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db


def _found(catalogue: Catalogue, address: str) -> set[str]:
    """The names of what the list shows, by page, by count and by group alike."""
    query = Query.read(catalogue, QueryDict(address))
    title = catalogue.paths[catalogue.record.title_field.name]
    page = listing.page(query, [title])
    names = {row[1] for row in page.rows}
    assert page.count == len(names) == query.joined().count()
    return names


@pytest.fixture
def contacts() -> Catalogue:
    for name, city, amount in (("甲", "合肥市", 900), ("乙", "芜湖市", 20)):
        customer = make.customer(f"{name}公司", city=city)
        make.summary(customer, this_year=Decimal(amount))
        make.contact(customer, f"{name}一")
        make.contact(customer, f"{name}二", role="质量负责人")
    return Catalogue(registry.by_slug("contacts"), actor("boss"))


@pytest.mark.parametrize(("address", "names"), [
    ("customer.city=合肥市", {"甲一", "甲二"}),
    ("customer.city__ne=合肥市", {"乙一", "乙二"}),
    ("customer.city=合肥市&customer.city=芜湖市", {"甲一", "甲二", "乙一", "乙二"}),
    ("customer.this_year__gte=100", {"甲一", "甲二"}),
    ("customer.name__contains=乙", {"乙一", "乙二"}),
    ('filter={"or":[["customer.city","eq","芜湖市"],["role","eq","质量负责人"]]}', {"甲二", "乙一", "乙二"}),
    ('filter={"not":{"and":[["customer.city","eq","合肥市"],["role","eq","质量负责人"]]}}', {"甲一", "乙一", "乙二"}),
    ("customer.county__empty=1", {"甲一", "甲二", "乙一", "乙二"}),
])  # fmt: skip
def test_a_list_is_found_by_what_it_refers_to(contacts: Catalogue, address: str, names: set[str]) -> None:
    assert _found(contacts, address) == names


def test_a_chip_says_it_in_words(contacts: Catalogue) -> None:
    query = Query.read(contacts, QueryDict("customer.city=合肥市"))
    assert describe(contacts, query.own[0]) == ("客户 · 城市", "为", "合肥市")


@pytest.mark.parametrize(
    "name", ["customer.nothing", "nothing.city", "role.city", "customer.", ".city", "customer.owner.name"]
)
def test_what_leads_nowhere_is_unknown(contacts: Catalogue, name: str) -> None:
    with pytest.raises(InputError) as error:
        Query.read(contacts, QueryDict(f"{name}=1"))
    assert error.value.code == "unknown_field"


@pytest.mark.parametrize("address", ["sort=customer.city", "group=customer.city"])
def test_lists_are_neither_sorted_nor_grouped_through_a_reference(contacts: Catalogue, address: str) -> None:
    with pytest.raises(InputError):
        Query.read(contacts, QueryDict(address))


def _seller() -> tuple[Catalogue, Actor]:
    """Somebody with two visits: one at a customer of the own unit, one at a customer of another unit."""
    home, away = unit("Department A"), unit("Department B")
    seller = person("seller", Role.ACCOUNT_MANAGER, home)
    near = make.customer("近公司", city="合肥市", owner=seller, unit=home)
    far = make.customer("远公司", city="芜湖市", unit=away)
    for customer, subject in ((near, "近"), (far, "远"), (None, "无")):
        make.activity(customer, subject, owner=seller, unit=home)
    eyes = Actor.of(seller)
    return Catalogue(registry.by_slug("activities"), eyes), eyes


ORACLES = [
    '["customer.city","eq","{}"]',
    '["customer.city","ne","{}"]',
    '["customer.city","in",["{}"]]',
    '["customer.city","startswith","{}"]',
    '["customer.city","empty",true]',
    '["customer.city","empty",false]',
    '{{"not":["customer.city","eq","{}"]}}',
    '{{"not":["customer.city","ne","{}"]}}',
    '{{"not":{{"not":["customer.city","eq","{}"]}}}}',
    '{{"or":[["customer.city","eq","{}"],["customer.city","ne","{}"]]}}',
]


@pytest.mark.parametrize("asked", ORACLES)
def test_no_filter_tells_of_an_object_out_of_scope(asked: str) -> None:
    catalogue, _eyes = _seller()
    assert _found(catalogue, "") == {"近", "远", "无"}
    # Whatever stands in the far customer, every question about it has the same answer.
    answers = []
    for city in ("芜湖市", "蚌埠市", ""):
        Activity.objects.get(subject="远").customer.__class__.objects.filter(name="远公司").update(city=city)
        tree = asked.format("芜湖市", "芜湖市")
        answers.append("远" in _found(catalogue, f"filter={tree}"))
    assert len(set(answers)) == 1


def test_a_condition_needs_its_object_to_be_visible() -> None:
    catalogue, _eyes = _seller()
    assert _found(catalogue, "customer.city__ne=蚌埠市") == {"近"}
    assert _found(catalogue, "customer.city=芜湖市") == set()


def test_hidden_fields_of_the_other_object_do_not_exist() -> None:
    desk = Catalogue(registry.by_slug("contacts"), actor("desk", Role.BUSINESS_DESK))
    assert desk.filterable("customer.city")
    assert not desk.filterable("customer.this_year")
    for name in ("customer.this_year", "customer.tier"):
        with pytest.raises(InputError) as error:
            Query.read(desk, QueryDict(f"{name}__gte=1"))
        assert error.value.code == "unknown_field"


def test_my_unit_means_those_below_it_too() -> None:
    home = unit("Department A")
    below = unit("Team A1", parent=home)
    for name, at in (("甲", home), ("乙", below), ("丙", unit("Department B"))):
        make.customer(name, unit=at)
    catalogue = Catalogue(registry.by_slug("customers"), actor("boss", at=home))
    assert _found(catalogue, "unit=@unit") == {"甲", "乙"}
    assert _found(catalogue, "unit__ne=@unit") == {"丙"}
    assert _found(Catalogue(registry.by_slug("customers"), actor("free")), "unit=@unit") == set()
    with pytest.raises(InputError):
        Query.read(catalogue, QueryDict("owner=@unit"))
