"""Who belongs on each list now, with the stake and the facts that speak for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from hengke.engines.access.actor import Actor
from hengke.kernel.period import ONE_DAY, Period
from hengke.modules.customers.models import CustomerSummary
from hengke.modules.insight.enums import Band, ScoreKind, VersionState, WorkAction
from hengke.modules.insight.models import CustomerScore, ModelVersion
from hengke.modules.insight.services import costs, warehouse
from hengke.modules.insight.services.rows import in_lots
from hengke.modules.insight.services.work import rules

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST = 500
"""The largest stakes of each list: nobody works through more."""
SUGGESTED = {
    "undersold": WorkAction.RAISE, "unpaid": WorkAction.PREPAY, "serving": WorkAction.CHEAPER,
    "travelling": WorkAction.CHEAPER, "winning": WorkAction.WATCH, "keeping": WorkAction.CHEAPER,
}  # fmt: skip
Reason = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Candidate:
    """One customer on a list; reasons are codes with values, which pages put into words."""

    customer: int
    amount: Decimal
    reasons: list[Reason]
    suggestion: str = ""
    probability: float | None = None
    last_on: date | None = None
    made_by: str = ""
    as_of: date | None = field(default=None, compare=False)


def leaving() -> list[Candidate]:
    """Customers whom the model in force sees leaving, the largest expected loss first."""
    scores = _risky(ScoreKind.CHURN)
    known = _summaries(score.customer_id for score in scores)
    return [
        _scored(score, known.get(score.customer_id, {}), _why_leaving) for score in scores if score.expected_loss
    ]  # fmt: skip


def paying_late() -> list[Candidate]:
    """Customers whom the model in force sees paying late."""
    scores = _risky(ScoreKind.LATE)
    known = _summaries(score.customer_id for score in scores)
    return [
        _scored(score, known.get(score.customer_id, {}), _why_late) for score in scores if score.expected_loss
    ]  # fmt: skip


def lost(as_of: date) -> list[Candidate]:
    """Customers that contributed in the same days of last year and not in this one (not returned)."""
    gone = CustomerSummary.objects.filter(
        laboratory="", last_year__gt=0, this_year=0, customer__deleted_at=None
    ).order_by("-last_year", "customer_id")
    rows: Any = gone.values("customer_id", "last_year", "last_on", "tier", "due_soon")[:MOST]
    return [
        Candidate(
            row["customer_id"], row["last_year"], _silence(row, as_of) + _due(row), WorkAction.CALL,
            last_on=row["last_on"], as_of=as_of,
        )
        for row in rows
    ]  # fmt: skip


def unprofitable(as_of: date) -> list[Candidate]:
    """Customers that cost more than they bring over twelve months."""
    from hengke_analytics.engine import beside, rows
    from hengke_analytics.measures import profit

    facts = _facts()
    if facts is None or "received" not in facts.columns:
        return []
    year = Period(Period(as_of, as_of + ONE_DAY).last_year().end, as_of + ONE_DAY)
    declared = costs.rates(costs.current())
    with beside(facts.get_backend(), costs.contacts(Actor.system(), year)) as contacts:
        found = profit(facts, year, declared, contacts=contacts, costed=costs.costed())
        below = rows(found.filter(found.profit < 0).order_by("profit", "customer").limit(MOST))
    return [
        Candidate(
            row["customer"], -row["profit"], [("cost", {name: _plain(value) for name, value in row.items()})],
            SUGGESTED[row["cause"]], as_of=as_of,
        )
        for row in below
    ]  # fmt: skip


def misusing(as_of: date) -> list[Candidate]:
    """Customers with signs of misuse; whether it is so a person says."""
    from hengke_analytics.engine import rows
    from hengke_analytics.measures import misuse

    facts = _facts()
    if facts is None or "received" not in facts.columns:
        return []
    current = costs.current()
    limit = current.order_limit if current and current.order_limit else None
    listed = rows(misuse(facts, as_of, limit=limit).limit(MOST))
    return [
        Candidate(row["customer"], row["unpaid_amount"] + row["refunded"] + row["split_amount"],
                  [(sign, {name: _plain(value) for name, value in row.items()})
                   for sign in ("unpaid", "refunding", "splitting") if row[sign]], as_of=as_of)
        for row in listed
    ]  # fmt: skip


def _facts() -> ir.Table | None:
    table = warehouse.open_current().table("facts")
    return table.filter(table.customer.notnull())


def _risky(kind: str) -> list[CustomerScore]:
    """Who has not left yet and is worth an action: from the value on from which acting is cheapest, or a poor band."""
    champion = ModelVersion.objects.filter(kind=kind, state=VersionState.CHAMPION)
    cut = (champion.values_list("threshold", flat=True).first() or {}).get("probability")
    worth = Q(band=Band.POOR) if cut is None else Q(band=Band.POOR) | Q(value__gte=cut)
    found = CustomerScore.objects.filter(worth, kind=kind, customer__deleted_at=None).exclude(band=Band.GONE)
    return list(
        found.select_related("version").defer("version__model").order_by("-expected_loss", "pk")[:MOST]
    )


def _summaries(customers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What the ledger says of customers; few queries, whatever their number."""
    found: dict[int, dict[str, Any]] = {}
    for lot in in_lots(list(customers)):
        rows: Any = CustomerSummary.objects.filter(customer_id__in=lot, laboratory="").values()
        found |= {row["customer_id"]: row for row in rows}
    return found


def _scored(score: CustomerScore, summary: dict[str, Any], why: Any) -> Candidate:
    reasons, suggestion = why(score, summary)
    return Candidate(
        score.customer_id, score.expected_loss or Decimal(0), reasons, suggestion, score.value,
        summary.get("last_on"), f"{score.version.kind} {score.version.number}", score.as_of,
    )  # fmt: skip


def _why_leaving(score: CustomerScore, summary: dict[str, Any]) -> tuple[list[Reason], str]:
    reasons = _silence(summary, score.as_of)
    if summary.get("last_year") and summary["this_year"] < summary["last_year"]:
        reasons.append(("less", {"this": str(summary["this_year"]), "last": str(summary["last_year"])}))
    if (summary.get("growth") or 0) < 0:
        reasons.append(("growth", {"rate": summary["growth"]}))
    return reasons + _due(summary), rules.against_leaving(summary.get("tier", ""))


def _why_late(score: CustomerScore, summary: dict[str, Any]) -> tuple[list[Reason], str]:
    reasons: list[Reason] = []
    if summary.get("arrival") is not None:
        reasons.append(("arrival", {"rate": summary["arrival"]}))
    still = (summary.get("billed") or Decimal(0)) - (summary.get("received") or Decimal(0))
    if still > 0:
        reasons.append(("open", {"amount": str(still)}))
    return reasons, rules.against_late_payment(score.value)


def _silence(summary: dict[str, Any], as_of: date) -> list[Reason]:
    last = summary.get("last_on")
    return [("silent", {"last": last.isoformat(), "days": (as_of - last).days})] if last else []


def _due(summary: dict[str, Any]) -> list[Reason]:
    return [("due", {"count": summary["due_soon"]})] if summary.get("due_soon") else []


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
