"""Association rules and sequences: seconds beside the peers' published here, and the known answers.

python bench/patterns.py [BASKETS] [CUSTOMERS]        300,000 and 60,000 by default

Rules are to take at most .5 s and sequences .9 s, from Arrow columns of words to the finished table. On the data of
an earlier measurement mlxtend took 2.7 s and prefixspan 2.0 s; both are run here too where they are installed (they
are no dependency of anything). prefixspan knows one item per element only, and gets the items in order of time.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import numpy as np
import pyarrow as pa

from hengke_analytics.mining.patterns import baskets, histories
from hengke_analytics.mining.patterns.follow import followings
from hengke_analytics.mining.patterns.rules import rules, table
from hengke_analytics.mining.patterns.sequences import sequences

RUNS = 5
RULES_SECONDS, SEQUENCES_SECONDS = 0.5, 0.9
SUPPORT = Fraction(1, 100)


def main(count: int, customers: int) -> int:
    print(f"load before: {os.getloadavg()[0]:.1f}")
    _rules(count)
    _sequences(customers)
    return 0


def _rules(count: int) -> None:
    basket, item = _bought(count, 2.5, 170)
    columns = pa.chunked_array([basket]), pa.chunked_array([pa.array(_names(170)[item])])

    def ours() -> int:
        made = baskets.encode(*columns)
        found = rules(made, support=SUPPORT / 10, confidence=Fraction(1, 10))
        return table(found, made).num_rows

    _print(f"rules, {count:,} baskets, {len(item):,} lines", ours, RULES_SECONDS, "mlxtend quoted 2.7 s")
    if importlib.util.find_spec("mlxtend"):
        _mlxtend(basket, item, count)


def _sequences(count: int) -> None:
    visit, item = _bought(count, 6.0, 60)
    day = np.random.default_rng(2).integers(0, 1_800, len(visit)).astype(np.int32)
    columns = (
        pa.chunked_array([visit]),
        pa.chunked_array([pa.array(day).cast(pa.date32())]),
        pa.chunked_array([pa.array(_names(60)[item])]),
    )

    def ours() -> int:
        return len(sequences(histories.encode(*columns), int(SUPPORT * count)))

    _print(
        f"sequences, {count:,} customers, {len(item):,} lines",
        ours,
        SEQUENCES_SECONDS,
        "prefixspan quoted 2.0 s",
    )
    made = histories.encode(*columns)
    found = sequences(made, int(SUPPORT * count))
    _print("  their waits", lambda: len(followings(made, found, Fraction(1, 10))), None, "")
    if importlib.util.find_spec("prefixspan"):
        _prefixspan(visit, day, item, count)


def _print(name: str, run: Callable[[], int], figure: float | None, peer: str) -> None:
    walls, cpus = [], []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        size = run()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    aim = f"   figure {figure} s   {peer}" if figure else ""
    print(f"{name}: {size:,} found, wall {min(walls):.2f} s, CPU {min(cpus):.2f} s{aim}")


def _bought(cases: int, mean: float, items: int) -> tuple[Any, Any]:
    """Which case holds which item; a few items are in most of them, as in life."""
    dice = np.random.default_rng(1)
    weight = 1 / np.arange(1, items + 1) ** 0.8
    case = np.repeat(np.arange(cases), 1 + dice.poisson(mean, cases))
    return case, dice.choice(items, len(case), p=weight / weight.sum())


def _names(count: int) -> Any:
    return np.array([f"器具 {number}" for number in range(count)])


def _mlxtend(basket: Any, item: Any, count: int) -> None:
    import pandas as pd
    from mlxtend.frequent_patterns import association_rules, fpgrowth

    there = np.zeros((count, 170), bool)
    there[basket, item] = True
    frame = pd.DataFrame(there)

    def peer() -> int:
        sets = fpgrowth(frame, float(SUPPORT / 10))
        return len(association_rules(sets, metric="confidence", min_threshold=0.1))

    _print("  mlxtend fpgrowth, from a ready matrix", peer, None, "")


def _prefixspan(visit: Any, day: Any, item: Any, count: int) -> None:
    from prefixspan import PrefixSpan

    lists: list[list[int]] = [[] for _ in range(count)]
    for place in np.lexsort((day, visit)):
        lists[visit[place]].append(int(item[place]))
    _print("  prefixspan", lambda: len(PrefixSpan(lists).frequent(int(SUPPORT * count))), None, "")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(given or [300_000]), *([60_000] if len(given) < 2 else [])))
