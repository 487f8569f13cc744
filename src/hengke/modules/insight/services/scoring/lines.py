"""What is written down of a model's answers: value, band, reasons, what is at stake; for each kind it speaks for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengke.modules.insight.enums import Band, ScoreKind
from hengke.modules.insight.services.scoring.kinds import Rules
from hengke.modules.insight.services.scoring.writing import Line

if TYPE_CHECKING:
    from hengke_analytics.mining.scoring.applying import Present, Scored

GONE = 1.0
"""The probability of what has happened already."""


def of(
    trained: str, now: Present, scored: Scored, known: dict[str, Rules]
) -> Iterator[tuple[str, list[Line]]]:
    """The lines of each kind that a model speaks for."""
    if trained != ScoreKind.CHURN:
        yield trained, list(_plain(trained, now, scored, known[trained]))
        return
    churn = list(_churn(now, scored, known[ScoreKind.CHURN]))
    yield ScoreKind.CHURN, churn
    yield (
        ScoreKind.LOYALTY,
        [
            Line(line.customer, 1 - line.value, line.band, [_turned(reason) for reason in line.reasons])
            for line in churn
        ],
    )


def _plain(kind: str, now: Present, scored: Scored, cuts: Rules) -> Iterator[Line]:
    risky = kind == ScoreKind.LATE
    for place, customer in enumerate(now.customers):
        value = float(scored.probability[place])
        loss = _money(value * now.year[place]) if risky else None
        yield Line(int(customer), value, cuts.band(kind, value), _told(scored, place), loss)


def _churn(now: Present, scored: Scored, cuts: Rules) -> Iterator[Line]:
    """Whoever has churned by the definition is no question of probability any more, and nothing more can be lost."""
    for place, customer in enumerate(now.customers):
        if now.gone[place]:
            yield Line(int(customer), GONE, Band.GONE, _told(scored, place))
            continue
        value = float(scored.probability[place])
        loss = _money(value * now.year[place])
        yield Line(int(customer), value, cuts.band(ScoreKind.CHURN, value), _told(scored, place), loss)


def _told(scored: Scored, place: int) -> list[dict[str, Any]]:
    return [
        {
            "feature": one.feature, "value": one.value, "place": None if one.place is None else round(one.place, 3),
            "adds": round(one.contribution, 3),
        }
        for one in scored.reasons[place]
    ]  # fmt: skip


def _turned(reason: dict[str, Any]) -> dict[str, Any]:
    """The same reason about the opposite outcome."""
    return reason | {"adds": -reason["adds"]}


def _money(amount: float) -> Decimal:
    return Decimal(f"{amount:.2f}")
