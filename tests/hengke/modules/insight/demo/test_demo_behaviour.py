"""What the analyses shall find in the demo: concentration, cycles, growth, loss, payment, agents."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from statistics import mean, median

import numpy as np
import pytest

from hengke.modules.insight.demo import generate
from hengke.modules.insight.demo.catalog import cities, trades, variants
from hengke.modules.insight.demo.demo import Demo
from hengke.modules.insight.demo.population import NEVER, draw, lines_per_customer
from hengke.modules.insight.demo.seasons import Calendar


def billed_by_year(demo: Demo) -> dict[int, np.ndarray]:
    """Year -> cents per customer."""
    result = {}
    for year in demo.calendar.years:
        lines = demo.lines(year)
        result[year] = np.bincount(lines.customer, demo.bill(lines).billed, minlength=demo.customers)
    return result


@pytest.fixture(scope="module")
def billed(demo: Demo) -> dict[int, np.ndarray]:
    return billed_by_year(demo)


def test_a_fifth_of_the_customers_brings_three_quarters(billed: dict[int, np.ndarray]) -> None:
    for year in range(2021, 2026):
        amounts = np.sort(billed[year][billed[year] > 0])[::-1]
        head = amounts[: round(len(amounts) * 0.2)].sum() / amounts.sum()
        assert 0.73 < head < 0.82, year


def test_every_year_some_are_lost_some_are_new_and_some_come_back(
    demo: Demo, billed: dict[int, np.ndarray]
) -> None:
    for year in range(2022, 2026):
        before, now = billed[year - 1] > 0, billed[year] > 0
        assert 0.04 < (before & ~now).sum() / before.sum() < 0.16, year
        assert 0.04 < (~before & now).sum() / now.sum() < 0.16, year
    won_back = [
        row for row in demo.truth.customers() if row.back and row.back < demo.as_of.replace(year=2025)
    ]
    returned = [row for row in won_back if sum(billed[y][row.number] for y in (2025, 2026))]
    assert len(returned) >= 5
    assert len(returned) > 0.5 * len(won_back)


def test_growth_latents_show_in_the_amounts(demo: Demo, billed: dict[int, np.ndarray]) -> None:
    steady = (demo.people.start < 0) & (demo.people.lost == NEVER) & (demo.people.fleet >= 10)
    ratio = np.log(billed[2025][steady] / billed[2021][steady]) / 4
    assert np.corrcoef(ratio, demo.people.growth[steady])[0, 1] > 0.6


def test_nobody_comes_while_lost(demo: Demo) -> None:
    people = demo.people
    for year in demo.calendar.years:
        lines = demo.lines(year)
        away = (lines.day >= people.lost[lines.customer]) & (lines.day < people.back[lines.customer])
        assert not away.any()
        assert (lines.day >= people.start[lines.customer]).all()


def test_instruments_come_back_in_their_cycle_with_the_same_serial(
    demo: Demo, rows: list[dict[str, str]]
) -> None:
    visits: defaultdict[tuple[int, str, str, str], list[date]] = defaultdict(list)
    for row in rows:
        if row["出厂编号"] != "/" and row["送检日期"][4] == "-":
            key = (demo.truth.customer_of(row["委托单号"]), row["器具名称"], row["规格型号"], row["出厂编号"])
            visits[key].append(date.fromisoformat(row["送检日期"]))
    months = {variant.instrument: variant.months for variant in variants()}
    gaps: defaultdict[int, list[int]] = defaultdict(list)
    for (_, instrument, _, _), days in visits.items():
        ordered = sorted(days)
        gaps[months[instrument]] += [(later - former).days for former, later in pairwise(ordered)]
    assert {interval: round(median(days) / 30.4) for interval, days in gaps.items()} == {6: 6, 12: 12, 24: 24}
    assert sum(abs(gap - 365) <= 45 for gap in gaps[12]) / len(gaps[12]) > 0.8
    assert sum(row["出厂编号"] == "/" for row in rows) / len(rows) == pytest.approx(0.035, abs=0.015)


def test_credit_decides_how_orders_are_paid(demo: Demo) -> None:
    lines = demo.lines(2023)
    bill = demo.bill(lines)
    credit = demo.people.credit[lines.customer]
    good, poor = credit > 0.8, credit < 0.5
    assert bill.received[good].sum() / bill.billed[good].sum() > 0.97
    assert 0.4 < bill.received[poor].sum() / bill.billed[poor].sum() < 0.85
    paid = bill.paid >= 0
    wait = bill.paid - lines.day
    assert wait[good & paid].mean() < 20 < 40 < wait[poor & paid].mean()
    partly = paid & (bill.received < bill.billed)
    assert 0.005 < partly.mean() < 0.1


def test_large_customers_get_better_prices(demo: Demo) -> None:
    rows = list(demo.truth.customers())
    large = [row.discount for row in rows if row.fleet >= 60 and row.category != "regulator"]
    small = [row.discount for row in rows if row.fleet <= 3]
    assert mean(large) < 93 < 98 < mean(small)
    assert all(row.discount == 100 for row in rows if row.category == "regulator")


def test_an_agent_hands_in_for_many_with_one_phone(demo: Demo, rows: list[dict[str, str]]) -> None:
    served: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row["联系电话"]:
            served[row["联系电话"]].add(demo.truth.customer_of(row["委托单号"]))
    assert sum(len(customers) >= 4 for customers in served.values()) >= 4
    assert Counter(len(customers) for customers in served.values())[1] > 0.95 * len(served)


def test_bundles_follow_the_trade(demo: Demo) -> None:
    hospital = next(n for n, trade in enumerate(trades()) if trade.code == "hospital")
    taken = demo.fleet.variant[demo.people.trade[demo.fleet.customer] == hospital]
    instruments = Counter(variants()[number].instrument for number in taken.tolist())
    assert set(instruments) <= set(trades()[hospital].bundle)
    assert {"血压计", "电子天平", "离心机", "心电图机"} <= set(instruments)
    assert instruments.most_common(1)[0][0] == "血压计"


def test_most_customers_are_at_home(demo: Demo) -> None:
    home = np.array([city.home for city in cities()])[demo.people.city]
    assert 0.8 < home.mean() < 0.95
    assert {row.category for row in demo.truth.customers()} == {
        "regulator",
        "manufacturer",
        "intermediary",
        "public",
    }


def test_larger_scales_have_a_longer_tail() -> None:
    assert lines_per_customer(1000) == 56
    assert lines_per_customer(200_000) == pytest.approx(25, abs=0.2)
    people = draw(20_000, 1, Calendar(2021, 2026))
    assert people.fleet.mean() == pytest.approx(lines_per_customer(20_000) / 5.2, rel=0.03)


def test_another_seed_is_another_market_of_the_same_shape() -> None:
    other = generate(as_of=date(2025, 3, 31), customers=500, seed=7)
    billed = billed_by_year(other)
    assert list(billed) == [2020, 2021, 2022, 2023, 2024, 2025]
    amounts = np.sort(billed[2024][billed[2024] > 0])[::-1]
    assert 0.68 < amounts[: round(len(amounts) * 0.2)].sum() / amounts.sum() < 0.86
