"""Churn and late payment of customers: trained on days whose outcome was known, judged on a later day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics.engine import fetch
from hengke_analytics.measures.facts import span
from hengke_analytics.mining.features.payment import TERMS
from hengke_analytics.mining.features.store import features
from hengke_analytics.mining.features.targets import LONGEST, YEAR, churn_target, late_target
from hengke_analytics.mining.scores.evaluate import baseline
from hengke_analytics.mining.scores.fitting import Model, fit
from hengke_analytics.mining.scores.folds import Order
from hengke_analytics.mining.scores.inputs import Floats, Inputs, Integers
from hengke_analytics.mining.scores.metrics import Metrics, measure
from hengke_analytics.mining.scores.reading import inputs_of

#: Training days lie half a year apart, the first after half a year of history.
STEP = timedelta(days=182)


@dataclass(frozen=True)
class Outcome:
    """What is foretold: after how many days it is known, and the one feature of the rule that anybody would use."""

    find: Callable[[ir.Table, date], ir.Table]
    column: str
    known_after: timedelta
    rule: str


OUTCOMES = {
    "churn": Outcome(churn_target, "lost", timedelta(days=int(LONGEST)), "silence"),
    "late": Outcome(late_target, "late", timedelta(days=YEAR + TERMS), "late_share"),
}


@dataclass(frozen=True)
class Panel:
    """Customers at several days: features then, and what became of them; `days` numbers the day of each row."""

    days: Integers
    customers: Integers
    inputs: Inputs
    target: Floats


@dataclass(frozen=True)
class Judged:
    """Figures on a day that training did not reach: model, plain logistic regression, and the rule alone."""

    day: date
    trained_on: tuple[date, ...]
    cases: int
    positives: int
    model: Metrics
    plain: Metrics
    rule: Metrics
    fitted: Model


def judge(facts: ir.Table, outcome: str, day: date, *, kind: str = "auto") -> Judged:
    """Train on all days whose outcome was known by `day`, and compare with what came after it."""
    wanted = OUTCOMES[outcome]
    days = training_days(span(facts)[0], day, wanted)
    train, test = panel(facts, wanted, days), panel(facts, wanted, [day])
    model = fit(kind, train.inputs, train.target, Order(group=train.customers))
    place = train.inputs.names.index(wanted.rule)
    alone = [Inputs((some.inputs.columns[place],)) for some in (train, test)]
    rule = fit("logistic", alone[0], train.target, Order(group=train.customers))
    return Judged(
        day, tuple(days), len(test.target), int(test.target.sum()),
        measure(test.target, model.probability(test.inputs)),
        measure(test.target, baseline(train.inputs, train.target).probability(test.inputs)),
        measure(test.target, rule.probability(alone[1])), model,
    )  # fmt: skip


def training_days(first: date, day: date, outcome: Outcome) -> list[date]:
    """Days half a year apart, the last as late as its outcome was known by `day`. InputError `history_short`."""
    latest = day - outcome.known_after
    days = []
    while latest >= first + STEP:
        days.append(latest)
        latest -= STEP
    if not days:
        raise InputError(
            "history_short", "There is too little history before {day} to learn from.", day=day.isoformat()
        )
    return days[::-1]


def panel(facts: ir.Table, outcome: Outcome, days: Sequence[date]) -> Panel:
    """One row for each customer and day that has the outcome."""
    tables = [_at(facts, outcome, day) for day in days]
    table = pa.concat_tables(tables)
    names = [name for name in table.column_names if name not in ("customer", "_outcome")]
    codes = table["customer"].combine_chunks().dictionary_encode()
    return Panel(
        np.repeat(np.arange(len(days)), [len(one) for one in tables]),
        np.asarray((codes.chunk(0) if isinstance(codes, pa.ChunkedArray) else codes).indices, dtype=np.int64),
        inputs_of(table, names),
        np.asarray(table["_outcome"].to_numpy(zero_copy_only=False), dtype=np.float64),
    )


def _at(facts: ir.Table, outcome: Outcome, day: date) -> pa.Table:
    target = outcome.find(facts, day)
    target = target.select(owner=target.customer, _outcome=target[outcome.column])
    known = features(facts, day)
    return fetch(known.join(target, known.customer == target.owner).drop("owner").order_by("customer"))
