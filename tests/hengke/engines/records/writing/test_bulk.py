"""Objects made in bulk are as their constructor makes them, and are stored as such."""

from __future__ import annotations

import pytest
from django.forms.models import model_to_dict

from hengke.engines.records.writing import bulk
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Customer

pytestmark = pytest.mark.django_db


def test_copies_are_as_the_constructor_makes_them() -> None:
    first, second = bulk.copies(Customer, {"city": "合肥市"}, 2)
    alone = Customer(city="合肥市")
    names = {field.attname for field in Customer._meta.concrete_fields}
    for made in (first, second):
        assert {name: getattr(made, name) for name in names} == {name: getattr(alone, name) for name in names}
        assert made._state.adding
    first.extra["colour"] = "red"
    first.name = "甲"
    assert (second.extra, second.name, Customer().extra) == ({}, "", {})


def test_copies_are_stored_with_keys_of_their_own() -> None:
    made = bulk.copies(Activity, {"subject": "回访"}, 3)
    made[1].subject = "上门"
    bulk.insert(Activity, made)
    stored = list(Activity.objects.order_by("pk"))
    assert [row.subject for row in stored] == ["回访", "上门", "回访"]
    assert [model_to_dict(row) for row in stored] == [model_to_dict(row) for row in made]
    assert {row.created_at for row in stored} == {made[0].created_at}
