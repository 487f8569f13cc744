"""The measures against SQL written by hand, on the ledgers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import isnan
from typing import Any

import ibis.expr.types as ir
import pytest

from hengke.kernel.period import Period
from hengke_analytics.engine import rows
from hengke_analytics.measures import (
    churn,
    contributions,
    distribution,
    growth,
    intervals,
    lost,
    migration,
    pyramid,
    regularity,
    rfm,
)

Y1, Y2 = Period.year(2024), Period.year(2025)


def by_hand(table: ir.Table, sql: str) -> list[tuple[Any, ...]]:
    connection: Any = table.get_backend()
    return connection.con.execute(sql).fetchall()


def test_pyramid(ledgers: ir.Table) -> None:
    found = [
        (row.tier, row.customers, row.contribution, row.min) for row in pyramid(contributions(ledgers, Y2))
    ]
    assert found == by_hand(
        ledgers,
        """WITH c AS (SELECT customer, sum(amount) x FROM facts WHERE year(date) = 2025 GROUP BY 1),
        r AS (SELECT x, row_number() OVER (ORDER BY x DESC, customer) k, count(*) OVER () n
            FROM c WHERE x > 0)
        SELECT CASE WHEN k <= greatest(1, floor(n * 0.01 + 0.5)) THEN 'vip'
            WHEN k <= floor(n * 0.05 + 0.5) THEN 'major'
            WHEN k <= floor(n * 0.2 + 0.5) THEN 'regular' ELSE 'small' END AS tier, count(*), sum(x), min(x)
        FROM r GROUP BY 1 ORDER BY min(k)""",
    )


def test_rfm(ledgers: ir.Table) -> None:
    found = [tuple(row.values())[:-1] for row in rows(rfm(ledgers, date(2025, 12, 31)))]
    assert found == by_hand(
        ledgers,
        """WITH c AS (SELECT customer, date '2025-12-31' - max(date) r, count(DISTINCT date) f, sum(amount) m
            FROM facts GROUP BY 1),
        s AS (SELECT *, (SELECT count(*) FROM c) n FROM c)
        SELECT customer, r, f, m,
            least(5, 1 + 5 * (SELECT count(*) FROM c WHERE c.r > s.r) // n),
            least(5, 1 + 5 * (SELECT count(*) FROM c WHERE c.f < s.f) // n),
            least(5, 1 + 5 * (SELECT count(*) FROM c WHERE c.m < s.m) // n)
        FROM s ORDER BY m DESC, customer""",
    )


def test_lost_customers_and_migration(ledgers: ir.Table) -> None:
    found = lost(ledgers, Y1, Y2)
    count, amount, share = by_hand(
        ledgers,
        """WITH a AS (
            SELECT customer, sum(amount) x FROM facts WHERE year(date) = 2024 GROUP BY 1 HAVING x > 0),
        b AS (SELECT customer FROM facts WHERE year(date) = 2025 GROUP BY 1 HAVING sum(amount) > 0)
        SELECT count(*), sum(x), sum(x) / (SELECT sum(x) FROM a) FROM a ANTI JOIN b USING (customer)""",
    )[0]
    assert (found.count, found.amount, found.share) == (count, amount, pytest.approx(share))
    gone = [move for move in migration(ledgers, Y1, Y2).from_to if move.target == "gone"]
    assert sum(move.customers for move in gone) == count
    assert sum((move.amount_from for move in gone), Decimal(0)) == amount


def test_distribution(ledgers: ir.Table) -> None:
    found = [tuple(row.values())[:3] for row in rows(distribution(ledgers, ["laboratory"], Y2))]
    assert found == by_hand(
        ledgers,
        """SELECT laboratory, count(DISTINCT customer), sum(amount) FROM facts WHERE year(date) = 2025
        GROUP BY 1 ORDER BY 3 DESC""",
    )


def test_growth(ledgers: ir.Table) -> None:
    found = {row["customer"]: row["growth"] for row in rows(growth(ledgers, 2025))}
    expected = by_hand(
        ledgers,
        """WITH y AS (SELECT customer, year(date) AS y, sum(amount) x FROM facts GROUP BY ALL),
        f AS (SELECT customer, greatest(min(y), 2021) AS first FROM y GROUP BY 1),
        grid AS (SELECT customer, unnest(range(first, 2026)) AS y FROM f)
        SELECT customer, regr_slope(ln(1 + coalesce(x, 0)), y)
        FROM grid LEFT JOIN y USING (customer, y) GROUP BY 1""",
    )
    assert len(expected) == len(found)
    for customer, slope in expected:
        assert found[customer] == (None if isnan(slope) else pytest.approx(slope, abs=1e-9))


def test_regularity_and_churn(ledgers: ir.Table) -> None:
    as_of = date(2025, 6, 30)
    found = {row["customer"]: row["regularity"] for row in rows(regularity(ledgers, as_of))}
    states = {row["customer"]: (row["expected"], row["silent"]) for row in rows(churn(ledgers, as_of))}
    expected = by_hand(
        ledgers,
        """WITH d AS (SELECT DISTINCT customer, date FROM facts WHERE date <= '2025-06-30'),
        i AS (SELECT *, date - lag(date) OVER (PARTITION BY customer ORDER BY date) AS gap FROM d)
        SELECT customer, count(DISTINCT year(date)) / (2026 - min(year(date))),
            CASE WHEN count(gap) >= 3 THEN median(gap) ELSE 365 END, date '2025-06-30' - max(date)
        FROM i GROUP BY 1""",
    )
    assert len(expected) == len(found) == len(states)
    for customer, share, interval, silent in expected:
        assert found[customer] == pytest.approx(share)
        assert states[customer] == (interval, silent)


def test_quantiles_of_the_intervals(ledgers: ir.Table) -> None:
    large, medium, small = intervals(contributions(ledgers))
    assert medium.max is not None
    assert large.min is not None
    assert small.max is not None
    assert medium.min is not None
    assert large.min > medium.max > medium.min > small.max
    [(p5, median, p95)] = by_hand(
        ledgers,
        f"""WITH c AS (SELECT customer, sum(amount)::DOUBLE x FROM facts GROUP BY 1)
        SELECT quantile_cont(x, 0.05), median(x), quantile_cont(x, 0.95)
        FROM c WHERE x BETWEEN {medium.min} AND {medium.max}""",
    )
    assert (float(medium.p5 or 0), float(medium.median or 0), float(medium.p95 or 0)) == (
        pytest.approx(p5, abs=0.0051), pytest.approx(median, abs=0.0051), pytest.approx(p95, abs=0.0051),
    )  # fmt: skip
