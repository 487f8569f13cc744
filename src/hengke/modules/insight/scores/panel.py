"""The panel of scores on a customer's page: how good, why, since when, by which version, and what people set."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.prepared import Prepared
from hengke.kernel.filters import EVERYTHING, Filter
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import Band, ScoreKind
from hengke.modules.insight.models import CustomerScore, ProfilingRefusal, ScoreOverride
from hengke.modules.insight.scores import words
from hengke.modules.insight.services.scoring import opinions, rights
from hengke.modules.insight.services.scoring.advice import Advice, advice
from hengke.modules.insight.services.scoring.kinds import RISKS, Rules, rules

SHOWN = (ScoreKind.CREDIT, ScoreKind.LOYALTY, ScoreKind.LATE)
"""The risk of leaving stands with loyalty: it is the same model seen from the other side."""
STRONGEST = 1.0
"""What a reason adds to the logit when its bar is full."""


def scores(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """Cards of the scores; None for whoever may not see them. At most six queries."""
    tree = grants.row_filter(actor, rights.SUBJECT)
    found = {row.kind: row for row in _of_customer(tree, customer.pk)}
    if not found and not _may(actor, customer, "view"):
        return None
    refused = next(iter(_refusals(customer.pk)), None)
    set_by_people = {row.kind: row for row in reversed(_overrides(customer.pk))}
    cuts = rules() if set_by_people else {}
    cards = [_card(found[kind], found, set_by_people.get(kind), cuts) for kind in SHOWN if kind in found]
    return {
        "cards": [] if refused else cards,
        "refused": refused,
        "may_change": _may(actor, customer, "change"),
        "may_see_models": grants.may(actor, "view", "insight.model"),
        "kinds": [(kind.value, kind.label) for kind in SHOWN],
        "grades": [(grade.value, grade.label) for grade in opinions.GRADES],
    }


def _card(
    row: CustomerScore,
    beside: dict[str, CustomerScore],
    override: ScoreOverride | None,
    cuts: dict[str, Rules],
) -> dict[str, Any]:
    kind = ScoreKind(row.kind)
    value = row.value if override is None else override.value
    code = Band(row.band) if override is None else cuts[kind].band(kind, override.value)
    told, said = words.reasons(kind, row.reasons), charts.percent(value)
    return {
        "kind": kind.value,
        "label": kind.label,
        "value": said,
        "band": words.band(kind, code),
        "tone": words.TONES[code],
        "ring": charts.ring(value, said, f"{kind.label} {said}", kind=words.TONES[code]),
        "trend": _trend(row),
        "reasons": [(reason, charts.signed_bar(reason.towards_good, STRONGEST)) for reason in told[:4]],
        "sub": _sub(row, beside),
        "row": row,
        "override": override,
        "model_value": charts.percent(row.value),
    }


def _trend(row: CustomerScore) -> charts.Svg | None:
    if not row.trend:
        return None
    values = [*(point[1] for point in row.trend), row.value]
    better = (values[-1] >= values[0]) != (row.kind in RISKS)
    return charts.sparkline(
        values, _("since %(day)s") % {"day": row.trend[0][0]}, kind="" if better else "bad"
    )


def _sub(row: CustomerScore, beside: dict[str, CustomerScore]) -> str:
    """What follows: the risk of leaving with what would be lost, or what to do about late payment."""
    if row.kind == ScoreKind.LATE:
        told = advice(row.value, row.version.threshold.get("probability", 1.0))
        return "" if told is Advice.NOTHING else str(told.label)
    churn = beside.get(ScoreKind.CHURN)
    if row.kind != ScoreKind.LOYALTY or churn is None or churn.expected_loss is None:
        return ""
    return _("Risk of leaving %(risk)s, at stake ¥%(loss)s a year") % {
        "risk": charts.percent(churn.value), "loss": charts.grouped(churn.expected_loss),
    }  # fmt: skip


def _may(actor: Actor, customer: Customer, action: str) -> bool:
    if not grants.may(actor, action, rights.SUBJECT):
        return False
    if grants.row_filter(actor, rights.SUBJECT, action) == EVERYTHING:
        return True
    return rights.customers(actor, action).filter(pk=customer.pk).exists()


def _rows(tree: Filter, customer: int) -> QuerySet[CustomerScore]:
    rows = CustomerScore.objects.within(tree).filter(customer=customer)
    return rows.select_related("version").defer("version__model", "version__card").order_by("kind")


_of_customer = Prepared[CustomerScore](_rows)
_refusals = Prepared[ProfilingRefusal](
    lambda customer: ProfilingRefusal.objects.select_related("actor").filter(customer=customer)[:1]
)
_overrides = Prepared[ScoreOverride](
    lambda customer: ScoreOverride.objects.select_related("actor").filter(customer=customer).order_by("-pk")
)
