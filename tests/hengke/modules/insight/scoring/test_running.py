"""From the warehouse to a score of every customer, by its job: trained once, repeated without harm, cancelled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.modules.customers.models import Customer, CustomerSummary
from hengke.modules.insight.enums import Band, ScoreKind, VersionState
from hengke.modules.insight.models import CustomerScore, ModelVersion, ProfilingRefusal
from hengke.modules.insight.services.scoring import running
from tests.factories.histories import LAST
from tests.factories.scores import version

SYSTEM = Actor.system()


def _run(train: tuple[str, ...] = ()) -> Job:
    row = running.ask(actor=SYSTEM, train=train)
    queue.run_waiting()
    row.refresh_from_db()
    assert row.state == "done", row.error
    return row


@pytest.mark.slow
@pytest.mark.django_db
def test_everything_is_trained_and_everybody_scored(warehouse: Path) -> None:
    done = _run()
    assert set(done.result["trained"]) == {"churn", "late", "credit"}
    assert ModelVersion.objects.filter(state=VersionState.CHAMPION).count() == 3
    assert done.result["scored"] == dict.fromkeys(("churn", "loyalty", "late", "credit"), 160)
    churn, loyalty = (dict(CustomerScore.objects.filter(kind=kind).values_list("customer_id", "value"))
                      for kind in (ScoreKind.CHURN, ScoreKind.LOYALTY))  # fmt: skip
    assert all(loyalty[customer] == pytest.approx(1 - value) for customer, value in churn.items())
    late = CustomerScore.objects.filter(kind=ScoreKind.LATE).order_by("-value")[:10]
    assert all(one.customer_id % 5 == 0 for one in late), "who has paid late"
    again = _run()
    assert again.result["trained"] == {}, "nothing is due"


@pytest.mark.django_db
def test_with_a_version_in_force_scores_follow_the_day(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(ScoreKind.CHURN)
    monkeypatch.setattr(running, "_due", lambda now, wanted: [])
    ProfilingRefusal.objects.create(customer_id=7, set_at=clock.now())
    Customer.objects.filter(pk=8).update(deleted_at=clock.now())
    done = _run()
    assert done.result["scored"] == {"churn": 158, "loyalty": 158}
    gone = CustomerScore.objects.filter(kind=ScoreKind.CHURN, band=Band.GONE)
    assert gone.exists()
    assert {(one.value, one.expected_loss) for one in gone} == {(1.0, None)}
    one = CustomerScore.objects.filter(kind=ScoreKind.CHURN).exclude(band=Band.GONE).first()
    assert one is not None
    assert one.as_of == LAST
    assert 0 < one.value < 1
    assert one.expected_loss is not None
    assert {reason["feature"] for reason in one.reasons} <= {"silence", "visits_365"}
    whole = CustomerSummary.objects.get(customer=one.customer, laboratory="")
    assert (whole.churn, whole.loyalty) == (one.value, pytest.approx(1 - one.value))
    assert not CustomerSummary.objects.exclude(laboratory="").exclude(churn=None).exists()
    assert not CustomerSummary.objects.filter(customer__in=(7, 8)).exclude(churn=None).exists()
    drift = ModelVersion.objects.get().drift
    assert drift["features"][0][1] > 0.25, "the version was made for another population"


@pytest.mark.django_db
def test_training_is_due_first_when_asked_for_and_when_a_month_is_new(warehouse: Path) -> None:
    from hengke_analytics.mining.scoring.applying import present

    facts = running._facts()
    assert facts is not None
    now = present(facts, LAST)
    assert running._due(now, ()) == ["churn", "late", "credit"]
    for kind in ("churn", "late", "credit"):
        version(kind)
    assert running._due(now, ()) == []
    assert running._due(now, ("late",)) == ["late"]
    ModelVersion.objects.filter(kind="churn").update(as_of=LAST - timedelta(days=30))
    assert running._due(now, ()) == ["churn"]


@pytest.mark.django_db
def test_what_cannot_be_trained_is_said_and_the_rest_goes_on(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hengke_analytics.mining.scoring.study import Workshop

    version(ScoreKind.CHURN)

    def refuse(*_: Any) -> None:
        raise InputError(
            "history_short", "There is too little history before {day} to learn from.", day="2025-12-31"
        )

    monkeypatch.setattr(Workshop, "study", refuse)
    done = _run()
    assert set(done.result["refused"]) == {"late", "credit"}
    assert done.result["refused"]["late"]["params"] == {"day": "2025-12-31"}
    assert done.result["scored"]["churn"] == 160


@pytest.mark.django_db
def test_a_cancelled_round_stops_at_the_next_step(warehouse: Path) -> None:
    row = running.ask(actor=SYSTEM)
    claimed = queue.claim()
    assert claimed == row
    queue.cancel(row)
    queue.run(claimed)
    assert claimed.state == "cancelled"
    assert not ModelVersion.objects.exists()


@pytest.mark.django_db
def test_rounds_are_asked_for_only_where_something_can_be_learned(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert running.ask_if_worthwhile(actor=SYSTEM) is None
    assert _run().result == {"trained": {}, "refused": {}, "scored": {}}, "no warehouse yet"
    customers = Customer.objects.bulk_create(Customer(number=f"C-{n}", name=f"客户{n}") for n in range(50))
    CustomerSummary.objects.bulk_create(CustomerSummary(customer=c, lines=1) for c in customers)
    first, second = (running.ask_if_worthwhile(actor=SYSTEM) for _ in range(2))
    assert first is not None
    assert first == second, "several asked for while one waits are one"
