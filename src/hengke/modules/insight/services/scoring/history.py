"""How customers would have scored at the ends of the last quarters, so that the first score has a trend already.

The present model is asked about what was known on each of these days; from then on every round adds a point.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hengke.modules.insight.models import CustomerScore
from hengke.modules.insight.services.scoring import lines
from hengke.modules.insight.services.scoring.kinds import Rules

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hengke_analytics.mining.scoring.applying import Present
    from hengke_analytics.mining.scoring.artifact import Artifact

QUARTERS = 4
MOST_CUSTOMERS = 20_000
"""With more of them looking back costs more than a trend is worth on the first day."""
YOUNGEST = timedelta(days=365)
"""Days before which the ledger tells too little to look back to."""

Trends = dict[str, dict[int, list[list[Any]]]]


class Past:
    """The customers of earlier days, looked up once for all kinds."""

    def __init__(self, facts: ir.Table, now: Present) -> None:
        self._facts, self._now = facts, now
        self._seen: dict[date, Present] = {}

    def trends(self, kind: str, artifact: Artifact, known: dict[str, Rules]) -> Trends:
        """Former values by kind and customer; nothing once a kind has scores, or of very many customers."""
        from hengke_analytics.measures.facts import span
        from hengke_analytics.mining.scoring.applying import score

        if len(self._now.customers) > MOST_CUSTOMERS or CustomerScore.objects.filter(kind=kind).exists():
            return {}
        found: Trends = defaultdict(lambda: defaultdict(list))
        for day in quarters(self._now.as_of, span(self._facts)[0] + YOUNGEST):
            then = self._at(day)
            for told, written in lines.of(kind, then, score(artifact, then), known):
                for line in written:
                    found[told][line.customer].append([day.isoformat(), line.value])
        return found

    def _at(self, day: date) -> Present:
        from hengke_analytics.mining.scoring.applying import present

        if day not in self._seen:
            self._seen[day] = present(self._facts, day)
        return self._seen[day]


def quarters(last: date, first: date) -> list[date]:
    """The ends of at most so many quarters before `last` and from `first` on, oldest first."""
    found: list[date] = []
    day = date(last.year, 3 * ((last.month - 1) // 3) + 1, 1) - timedelta(days=1)
    while len(found) < QUARTERS and day >= first:
        found.append(day)
        day = date(day.year, day.month - 2, 1) - timedelta(days=1)
    return found[::-1]
