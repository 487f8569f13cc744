"""Measures of the customer base against hand-written SQL on the same DuckDB: ms and ratio, RFM on roll-ups.

python bench/measures.py [LINES]        1,000,000 lines by default; the stated scale is 20,000,000

`asked` is a question whose shape is known (nothing of an answer is kept, so it costs the same for every period and
unit), `new shape` one whose expression Ibis has to build and compile first. Ratios compare the best of the runs of
each, alternating; both answers are compared before anything is timed. `asked` is to be at most 1.3 times the SQL
and RFM on roll-ups of 20,000,000 lines at most a second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import _measures_sql as sql
import ibis.expr.types as ir

from hengke.kernel.period import Period
from hengke_analytics import engine, measures, statements
from hengke_analytics.measures.facts import Grain

RUNS = 5
RATIO, RFM_SECONDS = 1.3, 1.0
AS_OF = date(2025, 12, 31)
LAST, THIS = Period.year(2024), Period.year(2025)

# An order is six lines of one customer on one day; few customers bring most of it, as in life.
LINES = """
CREATE TABLE facts AS
WITH o AS (SELECT range AS line, hash(range // 6) AS h FROM range({lines}))
SELECT CAST(1 + floor({customers} * pow((h % 1000003) / 1000003, 3)) AS INTEGER) AS customer,
    date '2021-01-01' + CAST((h // 1000003) % 1826 AS INTEGER) AS date,
    CAST(exp(3 + 4 * (hash(line) % 10007) / 10007) AS DECIMAL(18, 2)) AS amount,
    'lab ' || (hash(line) // 10007) % 8 AS laboratory
FROM o
"""


@dataclass(frozen=True)
class Case:
    """One measure, the SQL a specialist would write, and what of the answers must be equal."""

    name: str
    measure: Callable[[ir.Table], Any]
    sql: str
    same: Callable[[Any, Any], bool]


def main(lines: int) -> int:
    backend = engine.open_for_loading()
    backend.raw_sql(LINES.format(lines=lines, customers=max(lines // 100, 10)))
    facts = backend.table("facts")
    print(f"{lines:,} lines, {max(lines // 100, 10):,} customers")
    print(f"{'':22}{'new shape':>11}{'asked':>9}{'SQL':>9}{'new shape/SQL':>15}{'asked/SQL':>11}")
    ratios = [_report(case, facts) for case in CASES]
    seconds = [_roll_up(backend, facts, grain) for grain in ("day", "month")]
    short = sum(ratio > RATIO for ratio in ratios) + sum(second > RFM_SECONDS for second in seconds)
    print("all within the figures" if not short else f"{short} beyond the figures")
    return 0


def _report(case: Case, facts: ir.Table) -> float:
    backend: Any = facts.get_backend()

    def cold() -> Any:
        statements._kept.clear()
        return case.measure(facts)

    def by_hand() -> Any:
        return backend.con.execute(case.sql).to_arrow_table().to_pydict()

    if not case.same(case.measure(facts), by_hand()):
        raise SystemExit(f"{case.name}: the measure and the SQL differ")
    rounds = [[_timed(call) for call in (cold, lambda: case.measure(facts), by_hand)] for _ in range(RUNS)]
    new, again, hand = (min(times) for times in zip(*rounds, strict=True))
    print(
        f"{case.name:22}{new * 1000:11.1f}{again * 1000:9.1f}{hand * 1000:9.1f}{new / hand:15.2f}{again / hand:11.2f}",
        flush=True,
    )
    return again / hand


def _roll_up(backend: Any, facts: ir.Table, grain: Grain) -> float:
    name = f"facts_{grain}"
    backend.raw_sql(f"CREATE TABLE {name} AS {backend.compile(measures.roll_up(facts, grain))}")
    rolled = backend.table(name)
    count = engine.rows(rolled.aggregate(n=rolled.count()))[0]["n"]
    seconds = min(_timed(lambda: engine.fetch(measures.rfm(rolled, AS_OF))) for _ in range(RUNS))
    print(f"{f'RFM on customer x {grain}':22}{seconds * 1000:9.0f} ms from {count:,} rows", flush=True)
    return seconds


def _timed(call: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _table(expression: Callable[[ir.Table], ir.Table]) -> Callable[[ir.Table], dict[str, list[Any]]]:
    return lambda facts: engine.fetch(expression(facts)).to_pydict()


def _columns(*names: str) -> Callable[[Any, Any], bool]:
    return lambda found, hand: all(found[name] == hand[name] for name in names)


CASES = (
    Case(
        "pareto",
        lambda facts: measures.pareto(measures.contributions(facts, THIS)),
        sql.PARETO,
        lambda found, hand: (
            (found.customers, found.total, found.head.customers)
            == (hand["n"][0], hand["total"][0], hand["head"][0])
        ),
    ),
    Case(
        "pareto list",
        _table(lambda facts: measures.ranked_list(measures.contributions(facts, THIS))),
        sql.PARETO_LIST,
        _columns("customer", "rank"),
    ),
    Case(
        "pyramid",
        lambda facts: measures.pyramid(measures.contributions(facts, THIS)),
        sql.PYRAMID,
        lambda found, hand: [row.customers for row in found] == hand["n"],
    ),
    Case(
        "intervals",
        lambda facts: measures.intervals(measures.contributions(facts, THIS)),
        sql.INTERVALS,
        # The sketches differ by a bucket or two, so the classes agree only nearly.
        lambda found, hand: all(
            abs(row.customers - n) <= 20 + 0.02 * n for row, n in zip(found, hand["n"], strict=True)
        ),
    ),
    Case(
        "migration",
        lambda facts: measures.migration(facts, LAST, THIS),
        sql.MIGRATION,
        lambda found, hand: (
            {(move.origin, move.target): move.customers for move in found.from_to}
            == dict(zip(zip(hand["a"], hand["z"], strict=True), hand["n"], strict=True))
        ),
    ),
    Case(
        "lost customers",
        _table(lambda facts: measures.lost_customers(facts, LAST, THIS)),
        sql.LOST,
        _columns("customer", "amount_before"),
    ),
    Case(
        "year-on-year by lab",
        _table(lambda facts: measures.yoy(facts, THIS, by=["laboratory"])),
        sql.YOY,
        _columns("laboratory", "this", "last"),
    ),
    Case(
        "year-on-year by month",
        _table(lambda facts: measures.yoy_months(facts, THIS)),
        sql.YOY_MONTHS,
        _columns("this", "last"),
    ),
    Case(
        "distribution by lab",
        _table(lambda facts: measures.distribution(facts, ["laboratory"], THIS)),
        sql.DISTRIBUTION,
        _columns("laboratory", "customers", "amount"),
    ),
    Case(
        "growth",
        _table(lambda facts: measures.growth(facts, 2025).order_by("customer")),
        sql.GROWTH,
        _columns("customer", "years"),
    ),
    Case(
        "regularity",
        _table(lambda facts: measures.regularity(facts, AS_OF).order_by("customer")),
        sql.REGULARITY,
        _columns("customer", "first_year", "years"),
    ),
    Case(
        "churn",
        _table(lambda facts: measures.churn(facts, AS_OF).order_by("customer")),
        sql.CHURN,
        _columns("customer", "last", "submissions", "threshold", "state", "won_back"),
    ),
    Case(
        "RFM on lines",
        _table(lambda facts: measures.rfm(facts, AS_OF)),
        sql.RFM,
        _columns("customer", "recency", "frequency", "monetary", "r", "f", "m", "segment"),
    ),
)

if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 1_000_000))
