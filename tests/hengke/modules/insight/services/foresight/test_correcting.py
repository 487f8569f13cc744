"""Corrections: spread, withdrawn, kept for the next run, judged by what came."""

from __future__ import annotations

from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import Event
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.modules.insight.models import ForecastCorrection, ForecastNode
from hengke.modules.insight.services.foresight import correcting, forecast
from hengke.modules.insight.services.foresight.axes import code_of
from tests.factories.people import actor, unit

from .conftest import LAST, quiet

pytestmark = pytest.mark.usefixtures("warehouse")
NEXT = LAST + 1


def node(axis: str = "place", *path: str, measure: str = "billed") -> ForecastNode:
    return ForecastNode.objects.get(measure=measure, code=code_of(axis, path))


@pytest.fixture
def boss() -> Actor:
    forecast.run(quiet)
    return actor("boss")


def put(who: Actor, at: ForecastNode, **words: Any) -> ForecastCorrection:
    said = {"first": NEXT, "months": 12, "units": 2_400_000, "reason": "新产线投产"} | words
    return correcting.correct(at, actor=who, **said)


def test_a_correction_moves_every_axis_and_the_model_stays(boss: Actor) -> None:
    model = node("place", "长度室").ahead["mean"]
    row = put(boss, node("place", "长度室"))
    assert (row.model_units, row.units) == (sum(model), 2_400_000)
    length, heat, whole = node("place", "长度室"), node("place", "热工室"), node()
    assert length.ahead["mean"] == model
    assert sum(length.ahead["corrected"]) == 2_400_000
    assert heat.ahead.get("corrected") is None
    expected = [a + b for a, b in zip(length.ahead["corrected"], heat.ahead["mean"], strict=True)]
    assert whole.ahead["corrected"] == expected
    cities = [node("region", "安徽省", city) for city in ("合肥市", "芜湖市", "蚌埠市")]
    shown = [each.ahead["corrected"] or each.ahead["mean"] for each in cities]
    assert [sum(values) for values in zip(*shown, strict=True)] == expected
    assert Event.objects.get(kind="forecast.corrected").payload["reason"] == "新产线投产"


def test_withdrawn_it_leaves_the_model_alone(boss: Actor) -> None:
    row = put(boss, node())
    correcting.withdraw(row.pk, actor=boss)
    assert not any(
        each.ahead["corrected"] for each in ForecastNode.objects.all() if "corrected" in each.ahead
    )
    with pytest.raises(NotFound):
        correcting.withdraw(row.pk, actor=boss)


def test_corrections_hold_for_the_next_run(boss: Actor) -> None:
    put(boss, node(), months=1, units=5_000_000)
    run = forecast.run(quiet)
    assert correcting.apply(run, "billed") > 1
    assert node().ahead["corrected"][0] == 5_000_000


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"first": LAST}, "months_not_ahead"), ({"months": 5}, "months_not_ahead"),
        ({"first": NEXT + 1}, "months_not_ahead"), ({"units": -1}, "amount_impossible"),
        ({"units": 10**15}, "amount_impossible"), ({"reason": " x "}, "reason_missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(boss: Actor, words: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as error:
        put(boss, node(), **words)
    assert error.value.code == code
    assert not ForecastCorrection.objects.exists()


def test_a_laboratory_head_corrects_the_own_laboratory_only(boss: Actor) -> None:
    head = actor("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY))
    put(head, node("place", "长度室"))
    for other in (node("place", "热工室"), node(), node("region", "安徽省", "合肥市")):
        with pytest.raises(NotFound):
            put(head, other)
    others = put(boss, node("place", "热工室"))
    with pytest.raises(NotFound):
        correcting.withdraw(others.pk, actor=head)


def test_the_desk_corrects_nothing(boss: Actor) -> None:
    with pytest.raises(NotAllowed):
        put(actor("desk", Role.BUSINESS_DESK), node())


def test_who_was_closer_is_judged_when_the_months_are_over(boss: Actor) -> None:
    whole = node()
    came = whole.history[-1]
    rows = [
        ForecastCorrection(first=LAST, months=1, model_units=came - 500, units=came + 100),
        ForecastCorrection(first=LAST, months=1, model_units=came, units=came + 100),
        ForecastCorrection(first=LAST, months=2, model_units=0, units=0),
    ]
    found = correcting.judged(whole, rows)
    assert [(each.actual, each.person_was_closer) for each in found] == [(came, True), (came, False)]


def test_of_a_year_that_has_begun_only_the_rest_is_still_expected(boss: Actor) -> None:
    whole = node()
    over = sum(whole.history[-3:])
    ForecastCorrection.objects.create(
        measure="billed", axis="place", code=whole.code, path=[], first=LAST - 2, months=12, model_units=1,
        units=over + 900_000, reason="全年目标",
    )  # fmt: skip
    correcting.apply(whole.run, "billed")
    assert sum(node().ahead["corrected"][:9]) == 900_000
    assert node().ahead["corrected"][9:] == whole.ahead["mean"][9:]
