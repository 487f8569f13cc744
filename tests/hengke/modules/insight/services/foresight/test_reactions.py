"""Groups by reaction: every kind by hand, what they are like, and what separates two."""

from __future__ import annotations

from typing import Any

import pytest
from ibis.expr import types as ir

from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.activities.enums import ActivityState
from hengke.modules.customers.models import Customer
from hengke.modules.insight.models import BehaviourGroup
from hengke.modules.insight.services import warehouse as store
from hengke.modules.insight.services.foresight import reactions
from hengke.modules.insight.services.foresight.profile import profile
from tests.factories.customers import activity
from tests.factories.people import actor

pytestmark = pytest.mark.usefixtures("warehouse")
SYSTEM = Actor.system()


def facts() -> ir.Table:
    return store.open_current().table("facts")


def who(kind: str, value: str = "", days: int = 365, actor: Actor = SYSTEM) -> set[int]:
    return set(reactions.members([{"kind": kind, "value": value, "days": days}], facts(), actor))


def test_every_kind_is_what_the_ledger_says() -> None:
    assert who("bought", "卡尺") == {1}
    assert who("bought", "千分尺") == set()  # customer 5 came the last time in June 2024
    assert who("bought", "千分尺", 900) == {5}
    assert who("laboratory", "热工室") == {3, 4}
    assert who("silent", days=365) == {5}
    assert who("returned", days=31) == {1, 3, 5}
    assert who("returned", days=62) == {1, 2, 3, 5}
    assert who("grew", "50") == set()


def test_reactions_hold_together() -> None:
    both = [
        {"kind": "laboratory", "value": "长度室", "days": 900},
        {"kind": "silent", "value": "", "days": 365},
    ]
    assert reactions.members(both, facts(), SYSTEM) == {5}


def test_who_answered_is_told_by_notes_that_one_may_see() -> None:
    boss = actor("boss")
    of = Customer.objects.get(pk=3)
    activity(of, state=ActivityState.DONE, starts_at=clock.now(), outcome="同意")
    activity(Customer.objects.get(pk=4), state=ActivityState.DONE, starts_at=clock.now())
    assert who("answered", actor=boss) == {3}
    assert who("answered", actor=actor("x", "system_administrator")) == set()


def test_a_group_is_declared_replaced_and_put_away() -> None:
    boss = actor("boss")
    said = [{"kind": "bought", "value": "卡尺", "days": ""}, {"kind": "", "value": "", "days": ""}]
    row = reactions.declare(" 卡尺客户 ", said, actor=boss)
    assert (row.name, row.conditions) == ("卡尺客户", [{"kind": "bought", "value": "卡尺", "days": 365}])
    again = reactions.declare("卡尺客户", [{"kind": "silent", "days": "90"}], actor=boss)
    assert again.pk == row.pk
    with pytest.raises(NotFound):
        reactions.remove(row.pk, actor=actor("other"))
    reactions.remove(row.pk, actor=boss)
    assert not BehaviourGroup.objects.filter(deleted_at=None).exists()


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("", [{"kind": "silent"}], "group_name"), ("x", [], "group_conditions"),
        ("x", [{"kind": "silent"}] * 5, "group_conditions"), ("x", [{"kind": "y"}], "unknown_field"),
        ("x", [{"kind": "silent", "days": "0"}], "days_range"), ("x", [{"kind": "silent", "days": "²"}], "days_range"),
        ("x", [{"kind": "bought"}], "reaction_value"), ("x", [{"kind": "grew", "value": "x"}], "reaction_percent"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(name: str, written: list[dict[str, str]], code: str) -> None:
    with pytest.raises(InputError) as error:
        reactions.declare(name, written, actor=SYSTEM)
    assert error.value.code == code


def test_what_separates_two_groups() -> None:
    found = reactions.separated(frozenset({1, 3, 5}), frozenset({1, 2}), facts())
    assert {name: told["customers"] for name, told in found.items()} == {"both": 1, "one": 2, "other": 1}
    price: dict[str, Any] = next(each for each in found["other"]["traits"] if each["column"] == "price")
    assert price["level"] in ("high", "very_high")
    assert price["median"] > 900


def test_a_profile_says_where_and_what_and_when() -> None:
    told = profile(frozenset({3, 4}), facts())
    assert told["items"] == [("温度计", 2)]
    assert told["places"] == [("合肥市", 1), ("蚌埠市", 1)]
    assert told["lines"] == 12 + 4 + 1
    assert [customers for _month, customers in told["months"]] == [2, 2, 2, 2, 1]
    assert profile(frozenset(), facts())["items"] == []
