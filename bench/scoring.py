"""Scores at scale: features of a day from many lines, training, and the scores of all customers with their reasons.

python bench/scoring.py [LINES] [CUSTOMERS]     2,000,000 lines and 10,000 customers; stated: 20,000,000 and 100,000

Stated at that scale: features at most 30 s, training at most 120 s, scoring at most 10 s. Each is given as wall time
and as processor time. Lines are made up: who pays late and who leaves depends on the customer and on chance.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import numpy as np

from hengke_analytics import engine
from hengke_analytics.mining.customer_scores import OUTCOMES, panel
from hengke_analytics.mining.scores.drift import Reference
from hengke_analytics.mining.scores.fitting import fit
from hengke_analytics.mining.scores.folds import Order
from hengke_analytics.mining.scores.reasons import Explainer
from hengke_analytics.mining.scoring.applying import Present, present, score
from hengke_analytics.mining.scoring.artifact import Artifact, Held
from hengke_analytics.mining.scoring.judging import ALGORITHMS

T = TypeVar("T")
TRAINED, NOW = date(2024, 9, 25), date(2025, 12, 30)
LIMITS = {"features": 30, "training": 120, "scoring": 10}
# An order is five lines of one customer on one day; every seventh customer pays late more often than not.
LINES = """
CREATE TABLE facts AS
WITH o AS (SELECT range AS line, hash(range // 5) AS h, hash(range) AS g FROM range({lines})),
l AS (SELECT line, h, g, CAST(1 + h % {customers} AS BIGINT) AS customer,
    date '2021-01-01' + CAST((h // {customers}) % 1826 AS INTEGER) AS date FROM o)
SELECT customer, date, 'WT' || (line // 5) AS order_no, 'item ' || g % 40 AS item,
    's' || customer || '-' || g % 60 AS serial,
    'lab ' || (g // 40) % 8 AS laboratory, 'group ' || (g // 320) % 20 AS project_group,
    'kind ' || (g // 40) % 3 AS service_kind, customer * 3 + g % 2 AS alias_id,
    'province ' || customer % 6 AS province, 'city ' || customer % 30 AS city, 'industry ' || customer % 12 AS industry,
    CAST(exp(3 + 4 * (g % 10007) / 10007) AS DECIMAL(18, 2)) AS amount,
    CAST(1.2 * exp(3 + 4 * (g % 10007) / 10007) AS DECIMAL(18, 2)) AS list_price,
    CAST(exp(3 + 4 * (g % 10007) / 10007) AS DECIMAL(18, 2)) AS received,
    date + CAST(CASE WHEN customer % 7 = 0 AND h % 10 < 7 THEN 100 + h % 200 ELSE h % 90 END AS INTEGER) AS received_on,
    date + 3 AS done_on, date + 368 AS valid_until
FROM l
"""


def main(lines: int, customers: int) -> int:
    """Print one line for each step; 1 when a stated limit is missed at the stated scale."""
    print(
        f"{lines:,} lines, {customers:,} customers; load", " ".join(f"{one:.1f}" for one in os.getloadavg())
    )
    backend: Any = engine.open_for_loading()
    backend.raw_sql(LINES.format(lines=lines, customers=customers))
    facts = backend.table("facts")
    now, features = timed("features of all customers", lambda: present(facts, NOW))
    print(f"    {len(now.customers):,} customers x {len(now.inputs.names)} features")
    known, _seconds = timed(
        "features and outcomes to learn from", lambda: panel(facts, OUTCOMES["late"], [TRAINED])
    )
    order = Order(group=known.customers)
    for kind in ALGORITHMS:
        timed(f"training: {kind}", lambda kind=kind: fit(kind, known.inputs, known.target, order))
    model, training = timed(
        "training: auto, choosing among all", lambda: fit("auto", known.inputs, known.target, order)
    )
    print(f"    chose {model.settings}")
    explainer = Explainer.of(model, known.inputs)
    kinds = tuple(column.kind for column in known.inputs.columns)
    held = Held(known.customers[:1], known.target[:1], {})
    artifact = Artifact(explainer, kinds, Reference.of(known.inputs, model.probability(known.inputs)), held)
    boosted = fit("boosted", known.inputs, known.target, order)
    again = Artifact(Explainer.of(boosted, known.inputs), kinds, artifact.reference, held)
    _, first = timed("scoring with reasons", lambda: score(artifact, now))
    _, second = timed("scoring with reasons: boosted", lambda: _stored(again, now))
    took = {"features": features, "training": training, "scoring": max(first, second)}
    missed = [name for name, limit in LIMITS.items() if took[name] > limit]
    print("missed:", ", ".join(missed) or "nothing")
    return int(bool(missed) and lines >= 20_000_000)


def timed(name: str, do: Callable[[], T]) -> tuple[T, float]:
    """The result and its wall seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = do()
    took = time.perf_counter() - wall
    print(f"  {name:<38} {took:7.1f} s wall {time.process_time() - cpu:7.1f} s CPU", flush=True)
    return result, took


def _stored(artifact: Artifact, now: Present) -> np.ndarray:
    """As the job does it: with the model read back from storage."""
    from hengke_analytics.mining.scores import storing

    return score(storing.load(storing.dump(artifact)), now).probability


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(numbers + [2_000_000, 10_000][len(numbers) :])))
