"""Filters over custom fields agree with Python on any values, missing ones and negations included."""

from __future__ import annotations

import operator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengke.engines.access.actor import Actor
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.kernel import clock
from hengke.kernel.filters import And, Condition, Filter, Not, Or
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.fields import field

pytestmark = pytest.mark.django_db
CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
STRATEGIES: dict[str, Any] = {
    "text": st.text(CHARACTERS, min_size=1, max_size=8),
    "number": st.decimals("-9999", "9999", places=3, allow_nan=False),
    "money": st.decimals(Decimal(-(10**12)), Decimal(10**12), places=2, allow_nan=False),
    "date": st.dates(date(1970, 1, 1), date(2090, 1, 1)),
    "moment": st.datetimes(datetime(1971, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    "yesno": st.booleans(),
    "choice": st.sampled_from(["o1", "o2", "o3"]),
    "choices": st.sets(st.sampled_from(["o1", "o2", "o3"]), min_size=1).map(lambda s: tuple(sorted(s))),
}
COMPARE = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def _holds(tree: Filter, value: Any) -> bool:
    """What Python says of a value, None where there is none."""
    match tree:
        case Not(part):
            return not _holds(part, value)
        case And(parts):
            return all(_holds(part, value) for part in parts)
        case Or(parts):
            return any(_holds(part, value) for part in parts)
        case Condition(_name, "empty", wanted):
            return (value is None) == wanted
        case Condition(_name, op, operand):
            several = value if isinstance(value, tuple) else (value,)
            if op == "ne":
                return not _holds(Condition("", "eq", operand), value)
            if op == "in":
                return any(one in operand for one in several)
            if op in ("contains", "startswith"):
                return value is not None and (
                    operand in value if op == "contains" else value.startswith(operand)
                )
            return any(one is not None and COMPARE[op](one, operand) for one in several)
    raise AssertionError(tree)


@st.composite
def _case(draw: Any, kind: str, key: str, operators: tuple[str, ...]) -> tuple[list[Any], Filter]:
    one = STRATEGIES[kind]
    values = draw(st.lists(st.none() | one, min_size=1, max_size=5))
    operands = one if kind != "choices" else st.sampled_from(["o1", "o2", "o3"])
    present = [v for v in values if v is not None and kind != "choices"]
    operand = operands | st.sampled_from(present) if present else operands

    def condition(op: str) -> st.SearchStrategy[Filter]:
        if op == "empty":
            return st.booleans().map(lambda wanted: Condition(key, op, wanted))
        if op == "in":
            return st.lists(operand, min_size=1, max_size=3).map(
                lambda found: Condition(key, op, tuple(found))
            )
        return operand.map(lambda found: Condition(key, op, found))

    leaf = st.sampled_from(operators).flatmap(condition)
    tree = st.recursive(
        leaf,
        lambda inner: (
            inner.map(Not)
            | st.lists(inner, min_size=1, max_size=2).map(lambda p: And(tuple(p)))
            | st.lists(inner, min_size=1, max_size=2).map(lambda p: Or(tuple(p)))
        ),
        max_leaves=4,
    )
    return values, draw(tree)


@pytest.mark.parametrize("kind", list(STRATEGIES))
def test_filters_agree_with_python(kind: str) -> None:
    record: Any = registry.by_slug("customers")
    made = field(kind=kind)
    shown = record.field(made.key)

    @settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
    @given(case=_case(kind, made.key, shown.kind.operators))
    def agree(case: tuple[list[Any], Filter]) -> None:
        values, tree = case
        Customer.objects.update(deleted_at=clock.now())
        wanted, keys = set(), []
        for n, value in enumerate(values):
            target = Customer(name=f"客户{n}")
            shown.put(target, value)
            target.save()
            target.refresh_from_db()
            assert shown.key_of(target) == (value if value is not None else shown.key_of(Customer()))
            keys.append(target.pk)
            if _holds(tree, value):
                wanted.add(target.pk)
        catalogue = Catalogue(record, Actor.system())
        assert set(catalogue.rows().filter(catalogue.q(tree)).values_list("pk", flat=True)) == wanted
        read = dict(Customer.objects.filter(pk__in=keys).values_list("pk", shown.path))
        assert [None if read[key] == () else read[key] for key in keys] == values

    agree()


def test_days_counted_from_today_work() -> None:
    record: Any = registry.by_slug("customers")
    made, today = field(kind="date"), date.today()
    one = make.customer()
    record.field(made.key).put(one, today + timedelta(days=10))
    one.save()
    catalogue = Catalogue(record, Actor.system())
    for text, count in (("@today+30", 1), ("@today+5", 0)):
        tree = catalogue.read(Condition(made.key, "lte", text))
        assert catalogue.rows().filter(catalogue.q(tree)).count() == count
