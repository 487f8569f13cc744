"""The seven real-world ledgers through the command: every cent arrives, names become customers."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from math import comb
from pathlib import Path

import pytest

from hengke_analytics import engine
from hengke_analytics.warehouse import swap
from tests.support.commands import manage

YEARS = range(2019, 2026)


@pytest.fixture(scope="module")
def data(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which all seven ledgers have been imported."""
    folder = tmp_path_factory.mktemp("legacy")
    manage(folder, "migrate")
    files = [shared / "data" / "legacy" / f"ledger_{year}.csv.gz" for year in YEARS]
    manage(folder, "import", *files, "--source", "旧系统", "--yes")
    return folder


@pytest.fixture
def database(data: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(data / "hengke.sqlite3")
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def summary(shared: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((shared / "data" / "legacy" / "summary.json").read_text())
    return found


def test_every_line_and_every_cent_arrives(database: sqlite3.Connection, summary: dict[str, object]) -> None:
    lines = database.execute("SELECT count(*), sum(round(billed * 100)) FROM insight_ledgerline").fetchone()
    yearly: dict[str, float] = summary["billed_by_year"]  # type: ignore[assignment]
    assert lines == (summary["lines"], round(sum(yearly.values()) * 100))
    by_year = database.execute(
        "SELECT substr(submitted_on, 1, 4), sum(round(billed * 100)) FROM insight_ledgerline GROUP BY 1"
    )
    assert dict(by_year) == {year: round(amount * 100) for year, amount in yearly.items()}


def test_each_year_rejects_its_junk_row_and_proves_its_total(database: sqlite3.Connection) -> None:
    rejects = database.execute(
        "SELECT origin_id, count(*), min(reason) FROM insight_reject GROUP BY 1"
    ).fetchall()
    assert [(count, reason) for _, count, reason in rejects] == [(1, "bad_date")] * 7
    totals = [json.loads(row[0]) for row in database.execute("SELECT totals FROM insight_import ORDER BY id")]
    assert [[(t["field"], t["agrees"]) for t in found] for found in totals] == [[("billed", True)]] * 7


def test_the_warehouse_holds_the_same_sums(data: Path, database: sqlite3.Connection) -> None:
    facts = swap.open_current(data / "warehouse").table("facts_month")
    (sums,) = engine.rows(facts.aggregate(lines=facts.lines.sum(), amount=facts.amount.sum()))
    want = database.execute("SELECT count(*), sum(round(billed * 100)) FROM insight_ledgerline").fetchone()
    assert (sums["lines"], sums["amount"] * 100) == want
    of_customers = database.execute(
        "SELECT sum(lines), sum(round(billed * 100)) FROM customers_customersummary WHERE laboratory = ''"
    )
    assert of_customers.fetchone() == want


def test_names_become_the_customers_that_they_are(shared: Path, database: sqlite3.Connection) -> None:
    """Pairwise over distinct names, as the definitions say; names that stand for two are judged per line."""
    with (shared / "data" / "legacy" / "truth_names.csv").open(encoding="utf-8") as lines:
        truth = {row["name"]: row["entity"] for row in csv.DictReader(lines) if row["ambiguous"] == "0"}
    found = dict(database.execute("SELECT text, customer_id FROM customers_customername WHERE variant = 0"))
    known = {name: (entity, found[name]) for name, entity in truth.items() if name in found}
    assert len(known) > 5_000
    together = Counter(known.values())
    both = sum(comb(n, 2) for n in together.values())
    linked = sum(comb(n, 2) for n in Counter(customer for _, customer in known.values()).values())
    true = sum(comb(n, 2) for n in Counter(entity for entity, _ in known.values()).values())
    assert both / linked >= 0.995
    assert both / true >= 0.97


def test_every_line_hangs_on_an_alias_of_its_name(database: sqlite3.Connection) -> None:
    wrong = database.execute(
        "SELECT count(*) FROM insight_ledgerline l LEFT JOIN customers_customername n ON n.id = l.alias_id "
        "WHERE n.id IS NULL OR n.text <> l.customer_name"
    )
    assert wrong.fetchone() == (0,)


def test_customers_know_where_they_are(shared: Path, database: sqlite3.Connection) -> None:
    with (shared / "data" / "legacy" / "truth_customers.csv").open(encoding="utf-8") as lines:
        cities = {row["full"]: row["city"] for row in csv.DictReader(lines)}
    placed = dict(database.execute("SELECT name, city FROM customers_customer WHERE deleted_at IS NULL"))
    shared_names = cities.keys() & placed.keys()
    assert len(shared_names) > 1_500, "most customers bear their full legal name"
    right = sum(cities[name] == placed[name] for name in shared_names)
    assert right / len(shared_names) > 0.97


def test_contacts_and_instruments_follow(database: sqlite3.Connection) -> None:
    by_customer: dict[int, int] = defaultdict(int)
    for customer, submissions in database.execute(
        "SELECT customer_id, submissions FROM customers_instrument"
    ):
        by_customer[customer] += submissions
    lines = dict(
        database.execute(
            "SELECT n.customer_id, count(*) FROM insight_ledgerline l "
            "JOIN customers_customername n ON n.id = l.alias_id WHERE l.instrument_name <> '' GROUP BY 1"
        )
    )
    assert by_customer == lines, "every line is a submission of one instrument"


def test_the_same_files_again_add_nothing(shared: Path, data: Path, database: sqlite3.Connection) -> None:
    before = database.execute("SELECT count(*), max(id) FROM insight_ledgerline").fetchone()
    file = shared / "data" / "legacy" / "ledger_2021.csv.gz"
    told = manage(data, "import", file, "--source", "旧系统", "--yes").stdout
    assert "新增 0，更正 0，未变 17,194" in told
    assert database.execute("SELECT count(*), max(id) FROM insight_ledgerline").fetchone() == before
