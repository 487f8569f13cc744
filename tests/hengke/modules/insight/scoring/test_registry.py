"""Which version is in force: the first, a better one, an equal one that knows more; never a worse one by itself."""

from __future__ import annotations

from datetime import date

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.kernel.errors import Conflict, InputError, NotAllowed
from hengke.modules.insight.enums import VersionState
from hengke.modules.insight.models import ModelVersion
from hengke.modules.insight.services.scoring import registry
from tests.factories.people import actor
from tests.factories.scores import studied, version

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def _register(**how: object) -> ModelVersion:
    return registry.register("churn", studied(**how), actor=SYSTEM, job=None)  # type: ignore[arg-type]


def _states() -> list[str]:
    return list(ModelVersion.objects.order_by("number").values_list("state", flat=True))


def test_the_first_version_is_in_force_at_once() -> None:
    row = _register()
    assert (row.number, row.state, row.why) == (1, VersionState.CHAMPION, {"code": "first"})
    assert registry.champion("churn") == row
    assert registry.champion("late") is None
    assert row.card["figures"]["nn"]["auc"]["low"] < row.card["figures"]["nn"]["auc"]["value"]
    assert len(row.card["curves"]["reliability"]) == 10
    assert row.card["curves"]["lift"][-1] == [1.0, 1.0]
    assert Event.objects.get(kind="model.trained").payload["number"] == 1


def test_a_better_version_takes_over_and_a_worse_one_waits_and_says_why() -> None:
    _register(noise=2.0)
    better = _register(noise=1.0)
    assert better.why["code"] == "better"
    worse = _register(noise=3.0)
    assert (worse.state, worse.why["code"], worse.why["old"]) == ("challenger", "not_better", 2)
    assert worse.why["auc"] < worse.why["old_auc"]
    assert _states() == ["retired", "champion", "challenger"]


def test_an_equal_version_takes_over_once_it_knows_ninety_days_more() -> None:
    _register(as_of=date(2025, 9, 30))
    assert _register(as_of=date(2025, 11, 30)).why["code"] == "not_better"
    assert _register(as_of=date(2025, 12, 31)).why["code"] == "newer"


def test_a_champion_is_asked_about_a_day_that_it_did_not_learn_from() -> None:
    first = _register(tested_on=date(2024, 6, 30))
    later = _register(tested_on=date(2024, 12, 31), noise=3.0)
    asked = registry.artifact(first)
    told = asked.model.probability(asked.of(studied().asked))
    assert later.why["old_auc"] != first.card["figures"][first.algorithm]["auc"]["value"]
    assert later.why["old_brier"] == pytest.approx(((told - studied().judged.held.target) ** 2).mean())


def test_people_may_decide_otherwise_and_it_is_written_down() -> None:
    version(number=1)
    other = version(number=2, state=VersionState.CHALLENGER)
    boss = actor("boss", Role.DIRECTOR)
    chosen = registry.promote(other, actor=boss)
    assert _states() == ["retired", "champion"]
    assert (chosen.decided_by_id, chosen.why) == (boss.user_id, {"code": "decided"})
    registry.retire(chosen, actor=boss)
    assert registry.champion("churn") is None
    assert [e.kind for e in Event.objects.order_by("pk")] == ["model.promoted", "model.retired"]
    with pytest.raises(Conflict):
        registry.retire(chosen, actor=boss)
    with pytest.raises(NotAllowed):
        registry.promote(other, actor=actor("am", Role.ACCOUNT_MANAGER))


def test_a_damaged_model_is_refused_in_a_sentence() -> None:
    row = version()
    ModelVersion.objects.update(model=b"rubbish")
    row.refresh_from_db()
    with pytest.raises(InputError, match="train it again"):
        registry.artifact(row)
