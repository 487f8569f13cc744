"""Looking back on the first day: what was known at the ends of quarters, and only then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hengke.engines.access.actor import Actor
from hengke.modules.insight.models import CustomerScore
from hengke.modules.insight.services.scoring import history, running
from tests.factories.scores import version


def test_quarters_end_before_the_day_and_not_before_there_is_something_to_know() -> None:
    assert history.quarters(date(2026, 11, 30), date(2020, 1, 1)) == [
        date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30),
    ]  # fmt: skip
    assert history.quarters(date(2026, 1, 1), date(2025, 8, 1)) == [date(2025, 9, 30), date(2025, 12, 31)]
    assert history.quarters(date(2026, 3, 31), date(2026, 1, 1)) == []


@pytest.mark.django_db
def test_the_first_scores_have_a_trend_and_later_ones_are_not_looked_back_for(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version("churn")
    monkeypatch.setattr(running, "_due", lambda now, wanted: [])
    running.run(actor=Actor.system(), report=lambda *_: None)
    row = CustomerScore.objects.get(customer=1, kind="churn")
    assert [day for day, _value in row.trend] == ["2024-12-31", "2025-03-31", "2025-06-30", "2025-09-30"]
    loyal = CustomerScore.objects.get(customer=1, kind="loyalty")
    assert [1 - value for _day, value in loyal.trend] == pytest.approx([value for _day, value in row.trend])
    monkeypatch.setattr(history, "quarters", lambda *_: pytest.fail("looked back again"))
    running.run(actor=Actor.system(), report=lambda *_: None)
    assert CustomerScore.objects.get(pk=row.pk).trend == row.trend
