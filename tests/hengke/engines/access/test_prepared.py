"""Prepared queries answer as the queries they were made from, whatever the values."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q
from django.db.models.functions import Lower

from hengke.engines.access.models import OrgUnit, User
from hengke.engines.access.prepared import Prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    unit = OrgUnit.objects.create(name="长度室", kind="laboratory")
    return [
        User.objects.create(username=f"p{n}", name=f"人{n}", role="desk", unit=unit if n else None)
        for n in range(3)
    ]


def test_later_values_are_bound_and_one_query_is_run(
    people: list[User], django_assert_num_queries: Any
) -> None:
    find = Prepared[User](lambda pk: User.objects.filter(pk=pk).select_related("unit"))
    for person in people:
        with django_assert_num_queries(1):
            found = find(person.pk)
            assert [one.name for one in found] == [person.name]
            assert (found[0].unit and found[0].unit.name) == (person.unit and person.unit.name)
    assert find(0) == []


def test_a_value_may_stand_in_several_places_beside_constants(people: list[User]) -> None:
    def named(name: str, pk: int) -> Any:
        return User.objects.filter(Q(username=name) | Q(name=name) | Q(pk=pk), role="desk").order_by("pk")

    find = Prepared[User](named)
    for name, pk in (("p0", people[1].pk), ("人2", people[0].pk), ("nobody", 0)):
        assert find(name, pk) == list(named(name, pk))


def test_a_list_has_sql_for_each_length_and_an_empty_one_finds_nothing(people: list[User]) -> None:
    find = Prepared[int](
        lambda keys: User.objects.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)
    )
    keys = [person.pk for person in people]
    for wanted in (keys[:1], keys, keys[1:], []):
        assert find(wanted) == wanted


def test_what_is_no_value_belongs_to_the_shape(people: list[User]) -> None:
    find = Prepared[Any](
        lambda model, role: model.objects.filter(role=role[0]).order_by("pk").values("username")
    )
    assert find(User, ("desk",)) == [{"username": person.username} for person in people]
    assert find(User, ("director",)) == []


def test_rows_are_new_objects_each_time(people: list[User]) -> None:
    find = Prepared[User](lambda pk: User.objects.filter(pk=pk))
    first = find(people[0].pk)[0]
    User.objects.filter(pk=people[0].pk).update(name="另名")
    assert (first.name, find(people[0].pk)[0].name) == ("人0", "另名")


def test_a_query_that_changes_its_value_is_refused(people: list[User]) -> None:
    find = Prepared[User](lambda name: User.objects.annotate(low=Lower("name")).filter(name__contains=name))
    with pytest.raises(ValueError, match="as it is"):
        find("人")
