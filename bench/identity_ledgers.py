"""Ledgers with a known truth as sightings, and pair precision and recall by the rule of definitions.md."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import pyarrow as pa

COLUMNS = ("单位名称", "联系电话", "单位地址", "联系人")


@dataclass(frozen=True)
class Ledger:
    """Sightings, the true customers of each unambiguous name, and the names that stand for several."""

    sightings: pa.Table
    truth: dict[str, set[str]]
    row_truth: dict[int, str] | None = None


def legacy(shared: Path) -> Ledger:
    """The seven legacy ledgers; total and junk lines left out."""
    counts: Counter[tuple[str, ...]] = Counter()
    for path in sorted((shared / "data/legacy").glob("ledger_*.csv.gz")):
        text = gzip.decompress(path.read_bytes()).decode("gb18030")
        for line in csv.DictReader(io.StringIO(text)):
            key = tuple(line[c] or "" for c in COLUMNS)
            if key[0]:
                counts[key] += 1
    truth: dict[str, set[str]] = defaultdict(set)
    with (shared / "data/legacy/truth_names.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            truth[line["name"]].add(line["entity"])
    return Ledger(sightings_of(counts), dict(truth))


def demo_ledger(customers: int, seed: int) -> Ledger:
    """The ledgers that the demo writes, with the truth behind them."""
    from hengke.modules.insight.demo import generate
    from hengke.modules.insight.demo.ledger import HEADER

    demo = generate(as_of=date(2026, 6, 30), customers=customers, seed=seed)
    places = [HEADER.index(column) for column in (*COLUMNS, "统一社会信用代码")]
    counts: Counter[tuple[str, ...]] = Counter()
    truth: dict[str, set[str]] = defaultdict(set)
    for row in (row for year in demo.calendar.years for row in demo.rows(year)):
        key = tuple(row[place] for place in places)
        if key[0]:
            counts[key] += 1
            truth[key[0]].add(str(demo.truth.customer_of(row[0])))
    return Ledger(sightings_of(counts), dict(truth))


def sightings_of(counts: Counter[tuple[str, ...]]) -> pa.Table:
    """(name, phone, address, contact and perhaps code) -> lines, as a sightings table."""
    name, *evidence = zip(*counts, strict=True)
    columns = zip(("phone", "address", "contact", "code"), evidence, strict=False)
    return pa.table(
        {
            "row": pa.array(range(len(counts)), pa.int64()), "name": name,
            **{column: [value or None for value in values] for column, values in columns},
            "lines": pa.array(counts.values(), pa.int64()),
        }
    )  # fmt: skip


def score(ledger: Ledger, assignments: pa.Table) -> dict[str, float]:
    """Pairs of distinct names in one cluster; a name of several customers counts per line."""
    names = dict(zip(ledger.sightings["row"].to_pylist(), ledger.sightings["name"].to_pylist(), strict=True))
    clusters: dict[int, set[str]] = defaultdict(set)
    for row, cluster in zip(assignments["row"].to_pylist(), assignments["cluster"].to_pylist(), strict=True):
        clusters[cluster].add(names[row])
    found = _pairs(clusters.values())
    customers: dict[str, set[str]] = defaultdict(set)
    for name, ids in ledger.truth.items():
        for one in ids:
            customers[one].add(name)
    true = _pairs(customers.values())
    hit = len(found & true)
    precision, recall = hit / max(1, len(found)), hit / max(1, len(true))
    return {"precision": precision, "recall": recall, "pairs": len(found), "true_pairs": len(true)}


def _pairs(groups: Iterable[set[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def parted_names(ledger: Ledger, assignments: pa.Table) -> set[str]:
    """Names whose lines were given to several customers."""
    names = dict(zip(ledger.sightings["row"].to_pylist(), ledger.sightings["name"].to_pylist(), strict=True))
    clusters: dict[str, set[int]] = defaultdict(set)
    for row, cluster in zip(assignments["row"].to_pylist(), assignments["cluster"].to_pylist(), strict=True):
        clusters[names[row]].add(cluster)
    return {name for name, held in clusters.items() if len(held) > 1}


def wrong(ledger: Ledger, assignments: pa.Table) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(strangers joined, pairs missed): for looking at what went wrong."""
    names = dict(zip(ledger.sightings["row"].to_pylist(), ledger.sightings["name"].to_pylist(), strict=True))
    clusters: dict[int, set[str]] = defaultdict(set)
    for row, cluster in zip(assignments["row"].to_pylist(), assignments["cluster"].to_pylist(), strict=True):
        clusters[cluster].add(names[row])
    customers: dict[str, set[str]] = defaultdict(set)
    for name, ids in ledger.truth.items():
        for one in ids:
            customers[one].add(name)
    found, true = _pairs(clusters.values()), _pairs(customers.values())
    return sorted(found - true), sorted(true - found)
