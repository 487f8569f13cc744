"""Cells, subtotals and totals are what SQL by hand says of the same lines, from whichever table they are read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.cube import Filter, answer, asking
from hengke_analytics.cube.axes import REST, REST_NUMBER

from .conftest import Cube, line

KEYS = {
    "laboratory": "laboratory", "city": "city", "project_group": "project_group", "year": "year(date)",
    "quarter": "year(date) * 10 + quarter(date)", "month": "year(date) * 100 + month(date)",
    "weekday": "isodow(date)", "week": "isoyear(date) * 100 + week(date)", "customer": "customer",
}  # fmt: skip
PERIOD = "date >= date '2025-01-01' AND date < date '2026-01-01'"
VALUES = "billed received lines customers submitters orders discount_rate arrival_rate"


def _by_hand(
    cube: Cube, names: tuple[str, ...], where: str = PERIOD
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every measure of VALUES per group, grouped by SQL."""
    made = "".join(f"{KEYS[name]} AS k{place}, " for place, name in enumerate(names))
    keys = "".join(f"k{place}, " for place in range(len(names)))
    found = cube.by_hand(f"""
        WITH each AS (
            SELECT {made} customer, sum(amount) AS amount, sum(received) AS received, count(*) AS lines,
                sum(list_price) AS priced, sum(listed) AS listed
            FROM facts WHERE {where} GROUP BY ALL
        ), ordered AS (
            SELECT {made} count(DISTINCT (source_id, order_no)) FILTER (WHERE order_no <> '') AS orders
            FROM facts WHERE {where} GROUP BY ALL
        ), summed AS (
            SELECT {keys} sum(amount) AS billed, sum(received) AS paid, sum(lines) AS lines,
                count(*) FILTER (WHERE amount > 0) AS active, count(*) AS submitters,
                sum(priced) AS priced, sum(listed) AS listed
            FROM each GROUP BY ALL
        )
        SELECT {keys} billed, paid, lines, active, submitters, orders, priced, listed
        FROM summed {"JOIN ordered USING (" + keys.rstrip(", ") + ")" if names else ", ordered"}
    """)  # names of this file only
    return {row[: len(names)]: row[len(names) :] for row in found}


def _same(cell: list[Any], hand: tuple[Any, ...]) -> None:
    *plain, priced, listed = hand
    assert cell[:6] == plain
    assert cell[6] == (round(Decimal(priced - listed) / priced, 6) if priced else None)
    assert cell[7] == (round(Decimal(hand[1]) / hand[0], 6) if hand[0] else None)


@pytest.mark.parametrize(("rows", "columns"), [
    ("", ""), ("laboratory", ""), ("", "month"), ("city", "year"), ("laboratory project_group", "quarter"),
    ("laboratory city", "weekday"), ("week", "laboratory"), ("customer", ""),
])  # fmt: skip
def test_every_cell_and_total_is_what_sql_says(random_cube: Cube, rows: str, columns: str) -> None:
    grid = random_cube.ask(rows, columns, VALUES).grid
    row_names, column_names = tuple(rows.split()), tuple(columns.split())
    for up, left in product(range(len(row_names) + 1), range(len(column_names) + 1)):
        hand = _by_hand(random_cube, row_names[:up] + column_names[:left])
        for keys, expected in hand.items():
            cell = [grid.value(keys[:up], keys[up:], value) for value in grid.question.values]
            _same(cell, expected)
        shown = {(*r.path, *c.path) for r in grid.rows.walk() for c in grid.columns.walk()
                 if (len(r.path), len(c.path)) == (up, left)}  # fmt: skip
        assert set(hand) <= shown
        empty = shown - set(hand)
        assert all(grid.parts(place[:up], place[up:])["billed"] == 0 for place in empty)


@pytest.mark.parametrize("source", ["facts_laboratory", "facts_month", "facts_day", "facts"])
def test_every_table_gives_the_same(random_cube: Cube, source: str) -> None:
    asked = {
        "rows": "laboratory",
        "columns": "quarter",
        "values": "billed received lines discount_rate",
        "compare": "yoy",
    }
    whole, own = random_cube.ask(**asked), random_cube.ask(**asked, only=source)
    assert (whole.source, own.source) == ("facts_laboratory", source)
    assert own.grid.cells == whole.grid.cells


@pytest.mark.parametrize(("compare", "period", "before"), [
    ("yoy", "2025", "date >= date '2024-01-01' AND date < date '2025-01-01'"),
    ("yoy", "2025-02-10/2025-03-05", "date >= date '2024-02-10' AND date < date '2024-03-06'"),
    ("previous", "2025-Q2", "date >= date '2025-01-01' AND date < date '2025-04-01'"),
    ("yoy", "2024/2025", "date >= date '2023-01-01' AND date < date '2025-01-01'"),
])  # fmt: skip
def test_the_compared_period_is_what_sql_says(
    random_cube: Cube, compare: str, period: str, before: str
) -> None:
    values = "billed:before customers:before orders:before billed:change"
    grid = random_cube.ask("laboratory", "", values, period, compare).grid
    for names in ((), ("laboratory",)):
        for keys, (billed, _paid, _lines, active, _all, orders, *_rest) in _by_hand(
            random_cube, names, before
        ).items():
            cell = [grid.value(keys, (), value) for value in grid.question.values]
            assert cell[:3] == [billed, active, orders]
            now = grid.parts(keys, ())["billed"]
            assert cell[3] == (pytest.approx(float(now - billed) / abs(float(billed))) if billed else None)


def test_months_are_compared_with_the_same_month_a_year_before(random_cube: Cube) -> None:
    grid = random_cube.ask("month", "", "billed:before", "2024/2025", "yoy").grid
    hand = _by_hand(random_cube, ("month",), "date < date '2025-01-01'")
    assert {key: row[0] for (key,), row in hand.items()} == {
        node.key - 100: grid.value(node.path, (), grid.question.values[0]) for node in grid.rows.children
    }


def test_months_are_compared_with_the_month_before(random_cube: Cube) -> None:
    grid = random_cube.ask("month", "", "billed:before", "2025", "previous").grid
    hand = {key: row[0] for (key,), row in _by_hand(random_cube, ("month",), "true").items()}
    found = {node.key: grid.value(node.path, (), grid.question.values[0]) for node in grid.rows.children}
    assert found == {202501: hand[202412]} | {202500 + month: hand[202499 + month] for month in range(2, 13)}


def test_new_and_lost_customers_at_every_level(random_cube: Cube) -> None:
    grid = random_cube.ask(
        "laboratory", "", "new_customers lost_customers either_customers customers", "2025", "yoy"
    ).grid
    for name in ("", "laboratory"):
        group = f"{name}, " if name else ""
        hand = random_cube.by_hand(f"""
            SELECT {group} count(*) FILTER (WHERE a > 0 AND b <= 0), count(*) FILTER (WHERE a <= 0 AND b > 0),
                count(*) FILTER (WHERE a > 0 OR b > 0), count(*) FILTER (WHERE a > 0)
            FROM (SELECT {group} customer, coalesce(sum(amount) FILTER (WHERE year(date) = 2025), 0) AS a,
                coalesce(sum(amount) FILTER (WHERE year(date) = 2024), 0) AS b FROM facts GROUP BY ALL) GROUP BY ALL
        """)
        for row in hand:
            path = row[: bool(name)]
            assert tuple(grid.value(path, (), value) for value in grid.question.values) == row[bool(name) :]


def test_the_rest_of_the_largest_is_exact_even_for_distinct_customers(random_cube: Cube) -> None:
    grid = random_cube.ask("city", "laboratory", "billed customers", top="city:2 laboratory:1").grid
    cities = [
        key for (key,), row in sorted(_by_hand(random_cube, ("city",)).items(), key=lambda p: -p[1][0])
    ][:2]
    assert [node.key for node in grid.rows.children] == [*cities, REST]
    others = PERIOD + f" AND city NOT IN ('{cities[0]}', '{cities[1]}')"
    billed, _paid, _lines, active, *_more = _by_hand(random_cube, (), others)[()]
    assert [grid.value((REST,), (), value) for value in grid.question.values] == [billed, active]


def test_the_smallest_by_difference(random_cube: Cube) -> None:
    grid = random_cube.ask("customer", "", "billed:difference", "2025", "yoy", top="customer:-3").grid
    hand = random_cube.by_hand("""
        SELECT customer FROM (SELECT customer, coalesce(sum(amount) FILTER (WHERE year(date) = 2025), 0)
            - coalesce(sum(amount) FILTER (WHERE year(date) = 2024), 0) AS d FROM facts GROUP BY 1)
        ORDER BY d, customer LIMIT 3
    """)
    assert {node.key for node in grid.rows.children} == {*(row[0] for row in hand), REST_NUMBER}


@pytest.mark.parametrize(("wanted", "sql"), [
    (Filter("city", ("合肥市", "")), "city IN ('合肥市', '')"),
    (Filter("city", ("合肥市", None), out=True), "city NOT IN ('合肥市', '')"),
    (Filter("customer", (1, 5)), "customer IN (1, 5)"),
    (Filter("month", (202503, 202504)), "month(date) IN (3, 4)"),
    (Filter("source", (2,), out=True), "source_id <> 2"),
])  # fmt: skip
def test_filters(random_cube: Cube, wanted: Filter, sql: str) -> None:
    grid = random_cube.ask("laboratory", "", "billed customers", filters=(wanted,)).grid
    for keys, row in _by_hand(random_cube, ("laboratory",), f"{PERIOD} AND {sql}").items():
        assert [grid.value(keys, (), value) for value in grid.question.values] == [row[0], row[3]]


def test_tiers_are_those_of_all_that_is_seen_whatever_the_filter(cube: Cube) -> None:
    grid = cube.ask("tier_before", "tier", "either_customers", "2025", "yoy").grid
    found = {(row.key, column.key): grid.value(row.path, column.path, grid.question.values[0])
             for row in grid.rows.children for column in grid.columns.children}  # fmt: skip
    assert {place: count for place, count in found.items() if count} == {
        ("vip", "vip"): 1, ("small", "small"): 1, ("small", "none"): 1, ("none", "small"): 1,
    }  # fmt: skip
    narrowed = cube.ask("tier", "", "customers", filters=(Filter("city", ("芜湖市",)),)).grid
    assert [node.key for node in narrowed.rows.children] == ["small"]


def test_nothing_asked_is_still_an_answer(cube: Cube) -> None:
    grid = cube.ask("laboratory", "", "billed customers", "2019").grid
    assert grid.is_empty
    assert grid.value((), (), grid.question.values[0]) == 0


def test_what_nobody_could_read_is_refused(random_cube: Cube, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_CELLS", 50)
    for values in ("billed", "customers"):
        with pytest.raises(InputError) as refused:
            random_cube.ask("customer", "month", values)
        assert refused.value.code == "too_many_cells"


def test_statements_do_not_grow_with_the_facts(
    random_cube: Cube, cube: Cube, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hengke_analytics import statements

    own, ran = statements.Statement._executed, []

    def counted(statement: statements.Statement, question: Any, sql: str) -> Any:
        ran.append(sql)
        return own(statement, question, sql)

    monkeypatch.setattr(statements.Statement, "_executed", counted)
    for one in (random_cube, cube):
        one.ask("laboratory city", "year", "billed customers orders", "2025", "yoy", top="city:2")
    assert len(ran) == 28


def test_where_counting_all_would_take_too_long_customers_are_estimated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = Cube([line(n, f"2025-{1 + n % 12:02}-01", "长度室", 100) for n in range(4_000)])
    monkeypatch.setattr(asking, "MOST_COUNTED", 1_000)
    exact = many.ask("city", "", "customers billed").grid
    about = answer(replace(exact.question, exact=False), many.sources, many.catalogue).grid
    assert (exact.sampled, about.sampled) == (1, 4)
    found, billed = about.parts((), ())["customers"], about.parts((), ())["billed"]
    assert exact.parts((), ())["customers"] == 4_000
    assert found % 4 == 0
    assert abs(found - 4_000) < 4_000 * 2 * (3 / 4_000) ** 0.5
    assert billed == 400_000
    assert found == sum(about.parts(node.path, ())["customers"] for node in about.rows.children)


def test_members_of_whom_no_customer_is_looked_at_keep_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Cube([line(n, "2025-05-01", f"室{n}", 100) for n in range(9)])
    monkeypatch.setattr(asking, "MOST_COUNTED", 1)
    asked = replace(few.ask("laboratory", "", "customers").question, exact=False)
    assert len(answer(asked, few.sources, few.catalogue).grid.rows.children) == 9


def test_few_customers_are_counted_exactly_in_any_case(cube: Cube) -> None:
    asked = replace(cube.ask("laboratory", "", "customers").question, exact=False)
    assert answer(asked, cube.sources, cube.catalogue).grid.sampled == 1
