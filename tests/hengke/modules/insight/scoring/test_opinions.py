"""People's word against a score: in its place, or no score at all; taken back exactly; only by those who may."""

from __future__ import annotations

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import Conflict, InputError, NotFound
from hengke.modules.customers.models import CustomerSummary
from hengke.modules.customers.services import merging
from hengke.modules.insight.models import CustomerScore, ProfilingRefusal, ScoreOverride
from hengke.modules.insight.services.scoring import opinions, rights, writing
from tests.factories import customers as make
from tests.factories.people import actor, unit
from tests.factories.scores import score

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def _shown(customer: object) -> tuple[float | None, float | None]:
    row = CustomerSummary.objects.get(customer=customer, laboratory="")
    return row.credit, row.late


def test_a_grade_stands_in_the_place_of_the_score_until_it_is_taken_back() -> None:
    one, boss = make.customer(), actor("boss")
    score(one, "credit", 0.3)
    score(one, "late", 0.7)
    event = opinions.override(one, "credit", "good", "付款有担保", actor=boss)
    later = opinions.override(one, "late", "poor", "诉讼中", actor=boss)
    assert _shown(one) == (opinions.middle("credit", "good", opinions.rules()["credit"]), 0.7)
    assert _shown(one) == (0.925, 0.7), "halfway between the cut and 1; of a risk the same distance from 0"
    row = ScoreOverride.objects.get(kind="credit")
    assert (row.reason, row.actor_id) == ("付款有担保", boss.user_id)
    assert (event.party_id, event.payload["grade"]) == (one.pk, "good")
    opinions.take_back(event.pk, actor=boss)
    assert _shown(one) == (0.3, 0.7)
    opinions.leave_to_model(one, "late", actor=boss)
    assert not ScoreOverride.objects.exists()
    with pytest.raises(Conflict):
        opinions.take_back(later.pk, actor=boss)
    with pytest.raises(NotFound):
        opinions.leave_to_model(one, "late", actor=boss)


@pytest.mark.parametrize(
    ("kind", "grade", "reason"),
    [
        ("credit", "gone", "x"),
        ("nonsense", "good", "x"),
        ("credit", "good", " "),
        ("credit", "good", "长" * 301),
    ],
)
def test_what_cannot_be_is_refused(kind: str, grade: str, reason: str) -> None:
    with pytest.raises(InputError):
        opinions.override(make.customer(), kind, grade, reason, actor=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_a_customer_that_refuses_has_no_score_and_gets_none() -> None:
    one, two = make.customer("甲"), make.customer("乙")
    for customer in (one, two):
        score(customer, "credit", 0.8)
    opinions.override(one, "credit", "poor", "x", actor=SYSTEM)
    event = opinions.refuse(one, "来函要求", actor=SYSTEM)
    assert set(CustomerScore.objects.values_list("customer", flat=True)) == {two.pk}
    assert _shown(one) == (None, None)
    assert one.pk not in writing.may_be_scored()
    with pytest.raises(Conflict):
        opinions.override(one, "credit", "good", "x", actor=SYSTEM)
    with pytest.raises(Conflict):
        opinions.refuse(one, "again", actor=SYSTEM)
    opinions.take_back(event.pk, actor=SYSTEM)
    assert one.pk in writing.may_be_scored()
    assert _shown(one)[0] == opinions.middle("credit", "poor", opinions.rules()["credit"]), (
        "the grade is back too"
    )
    assert Job.objects.filter(kind="insight.score", state="queued").count() == 1, (
        "scores come with the next round"
    )


def test_scores_are_allowed_again() -> None:
    one = make.customer()
    opinions.refuse(one, "x", actor=SYSTEM)
    opinions.allow(one, actor=SYSTEM)
    assert not ProfilingRefusal.objects.exists()
    with pytest.raises(NotFound):
        opinions.allow(one, actor=SYSTEM)
    assert [e.kind for e in Event.objects.order_by("pk")] == ["score.refused", "score.allowed"]


def test_nobody_undoes_with_rights_that_reach_another_customer_only() -> None:
    north, south = unit("北部"), unit("南部")
    one = make.customer(unit=north)
    event = opinions.refuse(one, "x", actor=SYSTEM)
    for role in (Role.ACCOUNT_MANAGER, Role.LABORATORY_HEAD, Role.BUSINESS_DESK):
        with pytest.raises(NotFound):
            opinions.take_back(event.pk, actor=actor(f"a {role}", role, south))


def test_grades_and_refusals_follow_a_merge_and_come_back() -> None:
    left, right = make.customer("甲"), make.customer("乙")
    score(right, "credit", 0.5)
    opinions.override(right, "credit", "poor", "x", actor=SYSTEM)
    opinions.refuse(make.customer("丙"), "x", actor=SYSTEM)
    merged = merging.merge(left, right, actor=SYSTEM)
    assert ScoreOverride.objects.get().customer_id == left.pk
    merging.unmerge(merged, actor=SYSTEM)
    assert ScoreOverride.objects.get().customer_id == right.pk


def test_scores_are_open_by_unit_and_never_through_a_laboratory() -> None:
    north, south = unit("北部"), unit("南部")
    mine, other = make.customer("甲", unit=north), make.customer("乙", unit=south)
    for customer in (mine, other):
        score(customer)
        make.summary(customer, "长度室")
    manager = actor("am", Role.ACCOUNT_MANAGER, north)
    assert set(rights.customers(manager)) == {mine}
    assert set(CustomerScore.objects.visible_to(manager).values_list("customer", flat=True)) == {mine.pk}
    assert not rights.customers(manager, "change").exists(), "only own customers"
    assert rights.customers(actor("boss")).count() == 2
    for role in (Role.LABORATORY_HEAD, Role.BUSINESS_DESK, Role.AUDIT_ADMINISTRATOR):
        assert not rights.customers(actor(f"x {role}", role, unit("长度室", "laboratory"))).exists()
