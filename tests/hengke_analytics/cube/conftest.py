"""Ledgers for the cube: small ones by heart, and random ones that are asked the same by hand."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from hengke.kernel.period import Period
from hengke_analytics.cube import CATALOGUE, Answer, Catalogue, Filter, Question, Source, Top, Value, answer
from hengke_analytics.engine import open_for_loading

MONEY = pa.decimal128(18, 2)
SCHEMA = pa.schema([
    ("customer", pa.int64()), ("date", pa.date32()), ("amount", MONEY), ("received", MONEY), ("lines", pa.int64()),
    ("list_price", MONEY), ("listed", MONEY), ("source_id", pa.int64()), ("order_no", pa.string()),
    ("laboratory", pa.string()), ("project_group", pa.string()), ("city", pa.string()), ("province", pa.string()),
    ("days_done", pa.int64()),
])  # fmt: skip
_SUMS = (
    "sum(amount) AS amount, sum(received) AS received, sum(list_price) AS list_price, sum(listed) AS listed"
)
ROLLED = f"""
CREATE TABLE facts_day AS SELECT customer, date, source_id, laboratory, city, province,
    {_SUMS.replace(") AS", ")::DECIMAL(18,2) AS")}, count(*) AS lines FROM facts GROUP BY ALL;
CREATE TABLE facts_month AS SELECT customer, date_trunc('month', date)::DATE AS date, source_id, laboratory, city,
    province, {_SUMS.replace(") AS", ")::DECIMAL(18,2) AS")}, sum(lines)::BIGINT AS lines, min(date) AS first_date,
    max(date) AS last_date FROM facts_day GROUP BY customer, date_trunc('month', date), source_id, laboratory, city,
    province;
CREATE TABLE facts_laboratory AS SELECT laboratory, project_group, date_trunc('month', date)::DATE AS date, source_id,
    {_SUMS.replace(") AS", ")::DECIMAL(18,2) AS")}, count(*) AS lines, min(date) AS first_date, max(date) AS last_date
    FROM facts GROUP BY laboratory, project_group, date_trunc('month', date), source_id;
"""


class Cube:
    """Facts with their roll-ups, asked in short words; `by_hand` runs SQL on the same lines."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        self.backend: Any = open_for_loading()
        self.backend.con.register("given", pa.Table.from_pylist(lines, schema=SCHEMA))
        self.backend.con.execute("CREATE TABLE facts AS SELECT * FROM given")
        self.backend.con.execute(ROLLED)
        names = ("facts_laboratory", "facts_month", "facts_day", "facts")
        self.sources = [Source(name, self.backend.table(name)) for name in names]
        self.catalogue: Catalogue = CATALOGUE.on(self.sources[-1].table.columns)

    def ask(
        self, rows: str = "", columns: str = "", values: str = "billed", period: str = "2025", compare: str = "",
        top: str = "", sort: str = "", filters: tuple[Filter, ...] = (), only: str = "",
    ) -> Answer:  # fmt: skip
        tops = tuple(
            Top(word.partition(":")[0], abs(int(word.partition(":")[2])), ":-" in word)
            for word in top.split()
        )
        question = Question(
            tuple(rows.split()), tuple(columns.split()),
            tuple(Value(*word.split(":")) for word in values.split()),
            Period.parse(period), filters, compare, tops, sort,  # type: ignore[arg-type]
        )  # fmt: skip
        sources = [source for source in self.sources if not only or source.name == only]
        return answer(question, sources, self.catalogue)

    def by_hand(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.backend.con.execute(sql).fetchall()
        return found


def line(
    customer: int, day: str, laboratory: str, billed: int, received: int = 0, **more: Any
) -> dict[str, Any]:
    return {
        "customer": customer, "date": date.fromisoformat(day), "amount": Decimal(billed), "received": Decimal(received),
        "lines": 1, "source_id": 1, "order_no": f"{customer}-{day}", "laboratory": laboratory,
        "project_group": f"{laboratory}1", "city": "合肥市" if customer % 2 else "芜湖市", "province": "安徽省",
        "list_price": None, "listed": None, "days_done": None,
    } | more  # fmt: skip


LINES = [
    line(1, "2024-03-05", "长度室", 400, 400),
    line(1, "2025-03-06", "长度室", 500, 500),
    line(1, "2025-07-01", "热工室", 300),
    line(2, "2024-05-01", "热工室", 200, 200),
    line(2, "2025-05-02", "热工室", 150, 150),
    line(3, "2025-06-01", "长度室", 50, 50),
    line(4, "2024-02-11", "热工室", 100),
    line(4, "2024-11-11", "热工室", 30),
]


@pytest.fixture(scope="session")
def cube() -> Cube:
    """The small ledger."""
    return Cube(LINES)


@pytest.fixture(scope="session", params=(1, 2, 3))
def random_cube(request: pytest.FixtureRequest) -> Cube:
    """A ledger of 3,000 random lines over three years, with zeros, refunds and empty words."""
    dice = random.Random(request.param)
    return Cube([_random(dice) for _ in range(3_000)])


def _random(dice: random.Random) -> dict[str, Any]:
    day = date(2023, 1, 1) + timedelta(days=dice.randrange(1096))
    customer = int(dice.paretovariate(0.7)) % 120
    billed = dice.choice([0, 0, -50, *range(100, 2_000, 130)])
    priced = {"list_price": Decimal(billed + 40), "listed": Decimal(billed)} if dice.random() < 0.5 else {}
    return line(
        customer, day.isoformat(), dice.choice(["长度室", "热工室", "电学室", ""]), billed,
        max(billed - dice.choice([0, 20]), 0), order_no=dice.choice(["", f"WT{dice.randrange(400)}"]),
        project_group=dice.choice(["甲", "乙"]), city=("合肥市", "芜湖市", "蚌埠市", "")[customer % 7 % 4],
        source_id=dice.choice([1, 2]), **priced,
    )  # fmt: skip
