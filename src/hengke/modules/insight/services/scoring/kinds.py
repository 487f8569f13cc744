"""Which scores there are, what each is made from, and where it is good."""

from __future__ import annotations

from dataclasses import dataclass

from hengke.modules.insight.enums import Band, ScoreKind
from hengke.modules.insight.models import ScoreSetting

TRAINED = (ScoreKind.CHURN, ScoreKind.LATE, ScoreKind.CREDIT)
"""Kinds with a model of their own, in the order in which they are trained."""
MADE_FROM = {
    ScoreKind.CREDIT: ScoreKind.CREDIT, ScoreKind.LOYALTY: ScoreKind.CHURN, ScoreKind.CHURN: ScoreKind.CHURN,
    ScoreKind.LATE: ScoreKind.LATE,
}  # fmt: skip
"""Loyalty is 1 - churn of the same model."""
RISKS = frozenset({ScoreKind.CHURN, ScoreKind.LATE})
"""Kinds of which less is better."""


@dataclass(frozen=True)
class Rules:
    """From `good` and `fair` on (of a risk: of 1 - value) a score has that band; costs of a miss and a false alarm."""

    good: float
    fair: float
    miss: float
    alarm: float

    def band(self, kind: str, value: float) -> Band:
        """The band of a value."""
        goodness = 1 - value if kind in RISKS else value
        return Band.GOOD if goodness >= self.good else Band.FAIR if goodness >= self.fair else Band.POOR


USUAL = {
    ScoreKind.CREDIT: Rules(0.85, 0.6, 5, 1),
    ScoreKind.CHURN: Rules(0.75, 0.5, 10, 1),
    ScoreKind.LATE: Rules(0.85, 0.6, 5, 1),
}


def rules() -> dict[str, Rules]:
    """The rules in force of every kind. One query."""
    newest: dict[str, Rules] = {}
    for row in ScoreSetting.objects.order_by("pk"):
        newest[row.kind] = Rules(row.good, row.fair, row.miss, row.alarm)
    return {kind: newest.get(source, USUAL[source]) for kind, source in MADE_FROM.items()}
