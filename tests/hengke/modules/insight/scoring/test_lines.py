"""What is written down of a model's answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from hengke.modules.insight.enums import Band
from hengke.modules.insight.services.scoring import lines
from hengke.modules.insight.services.scoring.kinds import USUAL
from hengke_analytics.mining.scores.inputs import Inputs
from hengke_analytics.mining.scores.reasons import Reason
from hengke_analytics.mining.scoring.applying import Present, Scored

NOW = Present(
    date(2025, 12, 31), np.array([7, 8]), Inputs(()), np.array([1_000.0, 200.0]), np.array([False, True])
)
WHY = (Reason("visits", "3", 0.12345, 0.71239),)
SCORED = Scored(np.array([0.3, 0.9]), [WHY, WHY], ([], 0.0))


def test_leaving_and_loyalty_are_two_sides_and_who_has_left_is_no_question() -> None:
    told = dict(lines.of("churn", NOW, SCORED, USUAL))
    assert list(told) == ["churn", "loyalty"]
    first, second = told["churn"]
    assert (first.value, first.band, first.loss) == (0.3, Band.FAIR, Decimal("300.00"))
    assert (second.value, second.band, second.loss) == (1.0, Band.GONE, None)
    assert first.reasons == [{"feature": "visits", "value": "3", "place": 0.123, "adds": 0.712}]
    loyal, lost = told["loyalty"]
    assert (loyal.value, loyal.band, lost.value, lost.band) == (0.7, Band.FAIR, 0.0, Band.GONE)
    assert loyal.reasons[0]["adds"] == -0.712


def test_late_payment_puts_a_year_at_stake_and_credit_nothing() -> None:
    ((_kind, late),) = lines.of("late", NOW, SCORED, USUAL)
    assert [(one.value, one.band, one.loss) for one in late] == [
        (0.3, Band.FAIR, Decimal("300.00")), (0.9, Band.POOR, Decimal("180.00")),
    ]  # fmt: skip
    ((_kind, credit),) = lines.of("credit", NOW, SCORED, USUAL)
    assert [(one.band, one.loss) for one in credit] == [(Band.POOR, None), (Band.GOOD, None)]
