"""Published numbers, and the ledgers' own total lines, to the cent."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis.expr.types as ir
import pytest

from hengke.kernel.period import Period
from hengke_analytics import files
from hengke_analytics.engine import rows
from hengke_analytics.measures import (
    arrival,
    contributions,
    distribution,
    lost,
    migration,
    pareto,
    pyramid,
    ranked_list,
    rfm,
    roll_up,
    yoy,
    yoy_months,
)

from .conftest import fact_table

#: The yearly total lines of the seven ledgers.
BILLED = {
    2019: "3898369.85", 2020: "3164744.35", 2021: "4033216.85", 2022: "3844349.90", 2023: "4120635.50",
    2024: "3892326.35", 2025: "3422265.25",
}  # fmt: skip


def test_online_retail_curve(retail: ir.Table) -> None:
    found = pareto(contributions(retail))
    assert (found.customers, found.total) == (4338, Decimal("8911407.90"))
    assert found.head.customers == 1133
    assert {top: round(held, 4) for top, held in found.top.items()} == {
        "0.01": 0.3178,
        "0.05": 0.5038,
        "0.2": 0.7462,
    }
    assert found.gini is not None
    assert round(found.gini, 4) == 0.7151


def test_online_retail_pyramid(retail: ir.Table) -> None:
    storeys = pyramid(contributions(retail))
    assert [row.customers for row in storeys] == [43, 217 - 43, 868 - 217, 4338 - 868]
    assert sum((row.contribution for row in storeys), Decimal(0)) == Decimal("8911407.90")


@pytest.mark.parametrize("grain", ["day", "month"])
def test_online_retail_roll_ups_give_the_same_answers(retail: ir.Table, grain: str) -> None:
    rolled = roll_up(retail, grain)
    end = date(2011, 12, 31)
    assert pareto(contributions(rolled)) == pareto(contributions(retail))
    assert rows(rfm(rolled, end)) == rows(rfm(retail, end))
    quarters = Period.parse("2011-Q2"), Period.parse("2011-Q3")
    assert lost(rolled, *quarters) == lost(retail, *quarters)
    assert migration(rolled, *quarters) == migration(retail, *quarters)
    assert rows(yoy_months(rolled, Period.year(2011))) == rows(yoy_months(retail, Period.year(2011)))


def test_online_retail_by_country_adds_up(retail: ir.Table) -> None:
    rolled = roll_up(retail, "month", by=["country"])
    found = rows(distribution(rolled, ["country"]))
    assert found == rows(distribution(retail, ["country"]))
    assert sum((row["amount"] for row in found), Decimal(0)) == Decimal("8911407.90")


@pytest.mark.parametrize("year", BILLED)
def test_a_ledger_sums_to_its_total_line(ledgers: ir.Table, year: int) -> None:
    found = contributions(ledgers, Period.year(year))
    assert rows(found.aggregate(total=found.contribution.sum()))[0]["total"] == Decimal(BILLED[year])


def test_drilling_a_ledger_down_keeps_the_sum(ledgers: ir.Table) -> None:
    total = sum(map(Decimal, BILLED.values()))
    listed = rows(ranked_list(contributions(ledgers)))
    assert sum((row["contribution"] for row in listed), Decimal(0)) == total
    assert listed[-1]["cumulative_share"] == 1.0
    by_laboratory = rows(yoy(ledgers, Period.year(2025), by=["laboratory"]))
    assert sum((row["this"] for row in by_laboratory), Decimal(0)) == Decimal(BILLED[2025])
    assert sum((row["last"] for row in by_laboratory), Decimal(0)) == Decimal(BILLED[2024])
    months = rows(yoy_months(ledgers, Period.year(2025)))
    assert (months[-1]["cumulative_this"], months[-1]["cumulative_last"]) == (
        Decimal(BILLED[2025]), Decimal(BILLED[2024]),
    )  # fmt: skip


def test_arrival_of_the_ledgers_is_what_the_file_says(ledgers: ir.Table, shared: Path) -> None:
    found = rows(arrival(ledgers, date(2099, 1, 1), Period.year(2019)))[0]
    with gzip.open(shared / "data/legacy/ledger_2019.csv.gz", "rt", encoding="gb18030", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["单位名称"] and line["应收费"] != "abc"]
    received = files.money(files.pa.chunked_array([[line["实收费"] for line in lines]]))
    assert found["received"] == files.pc.sum(received).as_py()
    assert 0.8 < found["rate"] < 1
    assert 20 < found["days_to_pay"] < 80


def test_cdnow_is_usable(shared: Path) -> None:
    with gzip.open(shared / "data/transactions/CDNOW_sample.txt.gz", "rt") as file:
        purchases = [line.split() for line in file]
    lines = [(number, date.fromisoformat(day), value) for _, number, day, _, value in purchases]
    table = fact_table(lines)
    assert pareto(contributions(table)).total == sum(Decimal(line[2]) for line in lines)
    scored = rows(rfm(table, date(1998, 6, 30)))
    assert len(scored) == 2357
    assert sum(row["frequency"] for row in scored) == len({(line[0], line[1]) for line in lines})
