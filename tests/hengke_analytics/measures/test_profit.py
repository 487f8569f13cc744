"""Profit per customer: known answers, cents, causes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from hengke.kernel.period import Period
from hengke_analytics import engine
from hengke_analytics.engine import rows
from hengke_analytics.measures.profit import Direct, Rates, profit

from .conftest import MakeFacts

COLUMNS = "customer date amount received cost order_no laboratory source_id province city"
YEAR = Period.year(2025)
LINES = [
    # A: pays, two orders, known since 2024
    ("A", "2024-05-01", "100", "100", "40", "W0", "长度室", 1, "安徽省", "合肥市"),
    ("A", "2025-02-01", "1000", "1000", "400", "W1", "长度室", 1, "安徽省", "合肥市"),
    ("A", "2025-02-01", "500", "500", "200", "W1", "长度室", 1, "安徽省", "合肥市"),
    ("A", "2025-06-01", "500", "500", "200", "W2", "电学室", 1, "安徽省", "合肥市"),
    # B: has not paid
    ("B", "2025-03-01", "800", "0", "300", "W3", "长度室", 1, "安徽省", "芜湖市"),
    # C: new, sold below cost
    ("C", "2025-04-01", "100", "100", "450", "W4", "长度室", 1, "江苏省", "南京市"),
]  # fmt: skip
RATES = Rates(
    winning=5_000, keeping=12_000, order=1_500, call=500, visit=10_000,
    travel={("", ""): 80_000, ("安徽省", ""): 20_000, ("安徽省", "合肥市"): 1_000},
)  # fmt: skip


def _by(table: ir.Table) -> dict[Any, dict[str, Any]]:
    return {row.pop("customer"): row for row in rows(table)}


def test_profit_is_what_came_in_less_every_cost(facts: MakeFacts) -> None:
    found = _by(profit(facts(LINES, COLUMNS), YEAR, RATES))["A"]
    assert (found["billed"], found["received"], found["direct"]) == (2000, 2000, 800)
    assert (found["lines"], found["orders"], found["winning"], found["keeping"]) == (3, 2, 0, 120)
    assert (found["serving"], found["travelling"]) == (30, 0)
    assert (found["profit"], found["cause"]) == (Decimal("1050.00"), None)


def test_the_cause_is_what_took_most(facts: MakeFacts) -> None:
    found = _by(profit(facts(LINES, COLUMNS), YEAR, RATES))
    assert (found["B"]["profit"], found["B"]["cause"]) == (Decimal("-485.00"), "unpaid")
    assert (found["C"]["profit"], found["C"]["cause"]) == (Decimal("-535.00"), "undersold")


def test_visits_cost_their_way_too(facts: MakeFacts) -> None:
    table = facts(LINES, COLUMNS)
    visited = pa.table({"customer": ["A", "B", "C"], "calls": [2, 0, 0], "visits": [1, 1, 1]})
    with engine.beside(table.get_backend(), visited) as contacts:
        found = _by(profit(table, YEAR, RATES, contacts=contacts))
    assert [found[name]["travelling"] for name in "ABC"] == [110, 300, 900]
    assert found["A"]["serving"] == 40
    assert (found["C"]["cause"], found["C"]["visits"]) == ("travelling", 1)


def test_declared_costs_stand_in_where_the_source_states_none(facts: MakeFacts) -> None:
    table = facts(LINES, COLUMNS).drop("cost")
    rates = Rates(direct={"": Direct(5_000, 100), "电学室": Direct(1_000)})
    assert _by(profit(table, YEAR, rates))["A"]["direct"] == Decimal("802.00")  # (500 + 1) + (250 + 1) + 50


def test_only_sources_that_state_a_cost_are_believed(facts: MakeFacts) -> None:
    lines = [*LINES, ("D", "2025-01-01", "0.05", "0.05", "0", "W5", "", 2, "", "")]
    found = _by(profit(facts(lines, COLUMNS), YEAR, Rates(direct={"": Direct(5_000)}), costed=(1,)))
    assert found["D"]["direct"] == Decimal("0.03")  # two and a half cents
    assert found["C"]["direct"] == 450
    assert _by(profit(facts(lines, COLUMNS), YEAR, Rates(), costed=()))["C"]["direct"] == 0


def test_a_part_of_a_year_bears_its_part_of_keeping(facts: MakeFacts) -> None:
    found = _by(profit(facts(LINES, COLUMNS), Period.parse("2025-02"), RATES))
    assert set(found) == {"A"}
    assert found["A"]["keeping"] == Decimal("9.21")  # 120 x 28 / 365 = 9.205
