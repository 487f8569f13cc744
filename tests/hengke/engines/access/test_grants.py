"""Rights: scopes, hidden fields, and one meaning in SQL and in the warehouse."""

from __future__ import annotations

from typing import Any

import ibis
import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.grants import Scope
from hengke.kernel.errors import InputError, NotAllowed
from hengke.kernel.filters import (
    EVERYTHING,
    NOTHING,
    And,
    Condition,
    Filter,
    Not,
    Or,
    from_json,
    to_ibis,
    to_json,
)
from hengke.modules.customers.models import Customer, CustomerSummary
from tests.factories.people import actor, person, unit


def _customers() -> tuple[Customer, Customer]:
    north, south = unit("north"), unit("south")
    mine = Customer.objects.create(name="mine", owner=person("m", Role.ACCOUNT_MANAGER, north), unit=north)
    other = Customer.objects.create(name="other", owner=person("o", Role.ACCOUNT_MANAGER, south), unit=south)
    return mine, other


@pytest.mark.django_db
def test_a_manager_sees_the_unit_and_changes_only_the_own() -> None:
    mine, _other = _customers()
    colleague = Customer.objects.create(name="colleague", unit=unit("north"))
    me = Actor.of(mine.owner)
    assert set(Customer.objects.visible_to(me)) == {mine, colleague}
    assert list(Customer.objects.visible_to(me, "change")) == [mine]
    assert not Customer.objects.visible_to(me, "delete").exists()


@pytest.mark.django_db
def test_a_laboratory_head_sees_customers_of_the_own_laboratory_only() -> None:
    mine, other = _customers()
    CustomerSummary.objects.create(customer=mine, laboratory="长度室")
    CustomerSummary.objects.create(customer=other, laboratory="热工室")
    head = actor("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY))
    assert list(Customer.objects.visible_to(head)) == [mine]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.LABORATORY_HEAD])
def test_somebody_without_a_unit_sees_nothing(role: str) -> None:
    _customers()
    Customer.objects.create(name="nobody's")
    assert not Customer.objects.visible_to(actor("lost", role)).exists()


@pytest.mark.django_db
def test_deleted_customers_are_nobodys() -> None:
    mine, _other = _customers()
    Customer.objects.filter(pk=mine.pk).update(deleted_at="2026-01-01T00:00Z")
    assert mine not in Customer.objects.visible_to(actor("boss"))


def test_hidden_fields_follow_the_role() -> None:
    desk = Actor(user_id=1, role=Role.BUSINESS_DESK)
    assert grants.hidden(desk, "customers.customer") == {"money", "tier"}
    assert grants.hidden(Actor(user_id=1, role=Role.DIRECTOR), "customers.customer") == frozenset()


def test_require_names_what_to_do() -> None:
    with pytest.raises(NotAllowed, match="Ask an administrator"):
        grants.require(Actor(user_id=1, role=Role.BUSINESS_DESK), "view", "insight.dashboard")


def test_an_unknown_role_has_no_rights() -> None:
    assert not any(
        grants.may(Actor(user_id=1, role="intruder"), "view", g.subject) for g in grants.declared()
    )


_conditions = st.one_of(
    st.builds(Condition, st.just("owner"), st.sampled_from(["eq", "ne", "lt", "gte"]), st.integers(0, 4)),
    st.builds(Condition, st.just("owner"), st.just("in"), st.lists(st.integers(0, 4)).map(tuple)),
    st.builds(Condition, st.just("owner"), st.just("empty"), st.booleans()),
    st.builds(
        Condition,
        st.just("city"),
        st.sampled_from(["eq", "ne", "startswith", "contains"]),
        st.sampled_from("ab%_"),
    ),
)
_filters = st.recursive(
    _conditions,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
_ROWS = [(o, c) for o in (None, 1, 2, 3) for c in ("", "a", "ab", "ba", "%", "a_")]


@pytest.fixture(scope="module")
def people_and_rows(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """Twenty-four customers, in the database and as an Ibis table."""
    with django_db_blocker.unblock(), transaction.atomic():
        users = {n: person(f"p{n}") for n in (1, 2, 3)}
        rows = [Customer.objects.create(name="x", owner=users.get(o), city=c) for o, c in _ROWS]
        keys = {users[n].pk: n for n in users}
        # The warehouse sees small numbers for owners; the same numbers stand in the filters.
        table = ibis.memtable(
            {
                "pk": [r.pk for r in rows],
                "owner": [keys.get(r.owner_id) for r in rows],
                "city": [r.city for r in rows],
            },
            schema={"pk": "int64", "owner": "int64", "city": "string"},
        )
        yield table, {n: users[n].pk for n in users}
        transaction.set_rollback(True)


def _renumber(tree: Filter, keys: dict[int, int]) -> Filter:
    match tree:
        case Condition("owner", op, value) if op != "empty":
            order = {0: -1, 4: 10**9, **keys}
            values = tuple(order[v] for v in value) if isinstance(value, tuple) else order[value]
            return Condition("owner", op, values)
        case Not(part):
            return Not(_renumber(part, keys))
        case And(parts):
            return And(tuple(_renumber(p, keys) for p in parts))
        case Or(parts):
            return Or(tuple(_renumber(p, keys) for p in parts))
    return tree


@given(tree=_filters)
@example(tree=Not(EVERYTHING))
@example(tree=Not(NOTHING))
@example(tree=Or((EVERYTHING, Condition("city", "eq", "a"))))
def test_one_filter_means_the_same_in_sql_and_in_the_warehouse(
    people_and_rows: Any, django_db_blocker: Any, tree: Filter
) -> None:
    from hengke.engines.access.scoping import to_q

    table, keys = people_and_rows
    with django_db_blocker.unblock():
        query = Customer.objects.filter(pk__in=table.pk.to_pyarrow().to_pylist()).filter(
            to_q(_renumber(tree, keys), {"owner": "owner_id", "city": "city"})
        )
        by_sql = set(query.values_list("pk", flat=True))
    by_ibis = set(table.filter(to_ibis(tree, table, ibis.literal)).pk.to_pyarrow().to_pylist())
    assert by_sql == by_ibis


@given(tree=_filters)
def test_a_filter_survives_storage(tree: Filter) -> None:
    assert from_json(to_json(tree)) == tree


@pytest.mark.parametrize(
    "data", [None, [], ["a"], {"xor": []}, ["a", "regex", "x"], ["a", 1, 2], {"and": "x"}]
)
def test_a_malformed_filter_is_refused(data: Any) -> None:
    with pytest.raises(InputError):
        from_json(data)


def test_a_huge_filter_is_refused() -> None:
    with pytest.raises(InputError):
        from_json({"or": [["a", "eq", 1]] * 101})


def test_scopes_are_filters() -> None:
    assert Scope.ALL.as_filter() == EVERYTHING
