"""Any two-sided question about customers, asked of the warehouse: who is like those that have the label."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.customers.models import Customer
from hengke.modules.insight.services import warehouse
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.scoring import registry
from hengke.modules.insight.services.scoring.writing import may_be_scored

if TYPE_CHECKING:
    import pyarrow as pa

JOB = "insight.classify"
LABELS = {
    "category": "category", "industry": "industry", "ownership": "ownership", "size": "size", "stage": "stage",
    "province": "province", "city": "city", "tier": "summaries__tier",
}  # fmt: skip
"""What may be asked about, and where it stands."""
GROUPS = {
    "rhythm": ("days_", "visits", "years_", "interval_", "won_back", "expected_", "silence", "churn_", "regularity"),
    "amounts": ("billed", "lines", "line_", "price_", "trend_", "yearly_"),
    "breadth": ("laborator", "groups", "items", "services", "orders", "names"),
    "payment": ("arrival", "days_to_pay", "late_", "open_", "days_since_payment", "orders_", "log_wait"),
    "instruments": ("instruments", "due_", "overdue", "long_overdue", "next_due", "shortest_"),
    "place": ("province", "city", "category", "industry", "ownership", "size"),
}  # fmt: skip
"""Features by the beginnings of their names; the first group that fits holds, payment before the rest."""
MODELS = ("logistic", "boosted", "nn")
FOLDS, LISTED, FEWEST = 5, 20, 30


def ask(*, actor: Actor, label: str, positive: str, groups: list[str], model: str) -> Job:
    """Queue the question. InputError for words that are none of the offered ones."""
    grants.require(actor, "view", registry.SUBJECT)
    if label not in LABELS or model not in MODELS or not groups or not set(groups) <= set(GROUPS):
        raise InputError(
            "question_incomplete", "Choose what to tell, one of its values, and what to tell it by."
        )
    if positive not in values(label):
        raise InputError("value_gone", "No customer has this value.")
    return queue.enqueue(
        JOB, title=f"{label}={positive}"[:200], actor=actor, label=label, positive=positive, groups=sorted(groups),
        model=model,
    )  # fmt: skip


def values(label: str) -> dict[str, int]:
    """The values of a label among live customers with how many have each, the most frequent first."""
    path = LABELS[label]
    rows = Customer.objects.filter(deleted_at=None)
    rows = rows.filter(summaries__laboratory="") if "__" in path else rows
    counts = Counter(word for word in rows.values_list(path, flat=True) if word)
    return dict(counts.most_common(200))


def filled() -> str:
    """The first label of which at least two values occur, "" for none."""
    return next((label for label in LABELS if len(values(label)) > 1), "")


def group_of(feature: str) -> str:
    """The group in which a feature is offered."""
    for group in ("payment", *GROUPS):
        if feature.startswith(GROUPS[group]):
            return group
    return "rhythm"


def run(*, report: Report, label: str, positive: str, groups: list[str], model: str) -> dict[str, Any]:
    """Figures out of sample, what weighs, the tree, and who has no label but is alike."""
    from hengke_analytics.mining.scores.classify import Question, classify

    report("Gathering features", 0, 0)
    table = _table(label, groups)
    report("Comparing models", 0, 0)
    names = [name for name in table.column_names if name not in ("customer", "_label")]
    found = classify(table, Question("_label", positive, features=names), model=model, folds=FOLDS, repeats=1)
    report("Training", 0, 0)
    evaluation, cases = found.evaluation, found.cases
    return {
        "rows": len(cases.target), "positives": int(cases.target.sum()), "model": found.model.settings.kind,
        "figures": {name: [one.mean, one.sd] for name, one in evaluation.model.items()},
        "baseline": {name: [one.mean, one.sd] for name, one in evaluation.baseline.items()},
        "weights": [list(pair) for pair in found.weights[:10]], "suspicious": list(cases.suspicious),
        "threshold": asdict(found.threshold), "tree": _tree(cases.inputs, cases.target), "alike": _alike(table, found),
    }  # fmt: skip


def _table(label: str, groups: list[str]) -> pa.Table:
    """Features of the groups, and the label as `_label`, of every customer that may be scored."""
    import pyarrow as pa

    from hengke_analytics.engine import fetch
    from hengke_analytics.measures.facts import span
    from hengke_analytics.mining.features.store import features

    lines = warehouse.open_current().table("facts")
    facts = lines.filter(lines.customer.notnull())
    table = fetch(features(facts, span(facts)[1]).order_by("customer"))
    kept = [n for n in table.column_names if n == "customer" or (n != label and group_of(n) in groups)]
    told, may = _labels(label), may_be_scored()
    customers = table["customer"].to_pylist()
    table = table.select(kept).append_column(
        "_label", pa.array([told.get(pk) or None for pk in customers], pa.string())
    )
    table = table.filter(pa.array([pk in may for pk in customers]))
    if table.num_rows < FEWEST:
        raise NotFound("too_few_customers", "There are too few customers to learn from.")
    return table


def _labels(label: str) -> dict[int, str]:
    path = LABELS[label]
    rows = Customer.objects.filter(deleted_at=None)
    rows = rows.filter(summaries__laboratory="") if "__" in path else rows
    return dict(rows.values_list("pk", path))


def _tree(inputs: Any, target: Any) -> dict[str, Any]:
    from hengke_analytics.mining.scoring.tree import readable

    return readable(inputs, target)


def _alike(table: pa.Table, found: Any) -> list[dict[str, Any]]:
    """Customers without a label that are most like those with the value, with their reasons."""
    import numpy as np

    from hengke_analytics.mining.scores.reading import inputs_of

    rows = np.flatnonzero([word is None for word in table["_label"].to_pylist()])
    if not len(rows):
        return []
    inputs = inputs_of(table, found.model.names).take(rows)
    chance = found.model.probability(inputs)
    first = np.argsort(-chance, kind="stable")[:LISTED]
    reasons = found.explainer.reasons(inputs.take(first), most=3)
    customers = table["customer"].to_pylist()
    return [
        {
            "customer": customers[int(rows[place])], "value": float(chance[place]),
            "reasons": [{"feature": r.feature, "value": r.value, "adds": round(r.contribution, 3)} for r in told],
        }
        for place, told in zip(first, reasons, strict=True)
    ]  # fmt: skip
