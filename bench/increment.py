"""New names among many: resolved against the known customers, and in full; seconds of each and how often they agree.

python bench/increment.py [NAMES] [NEW NAMES]      (default: 100,000 and 1,000)

The reference is the full run over the same ledger in the same process. Agreement: of all pairs of names with a new one
that either run takes for one customer, the share that both do.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _folder import data_folder

from bench.identity_generator import names_table

HEADERS = ("委托单号", "送检日期", "单位名称", "联系电话", "单位地址", "联系人", "应收费")


def main() -> None:
    """Print the figures."""
    known, fresh = (int(text) for text in (*sys.argv[1:3], *("100000", "1000")[len(sys.argv) - 1 :]))
    with data_folder() as folder:
        _measure(folder, known, fresh)


def _measure(folder: Path, known: int, fresh: int) -> None:
    from hengke.engines.access.actor import Actor
    from hengke.modules.customers.models import CustomerName
    from hengke.modules.insight.services import increment, resolve

    sightings = names_table(known + fresh).to_pylist()
    names = sorted({one["name"] for one in sightings})
    new = set(random.Random(1).sample(names, fresh))
    actor, silent = Actor.system(), lambda *_: None
    for file, wanted in (("old", False), ("new", True)):
        lines = [one for one in sightings if (one["name"] in new) == wanted]
        _bring(_written(folder / f"{file}.csv", file, lines), actor)
        if not wanted:
            before = _timed(lambda: resolve.run(actor=actor, report=silent))
    spent = _timed(lambda: increment.run(actor=actor, report=silent))
    alone = _pairs(new)
    again = _timed(lambda: resolve.run(actor=actor, report=silent))
    full = _pairs(new)
    print(f"{len(names) - fresh:,} names in full: {before[0]:.1f} s, CPU {before[1]:.1f} s")
    print(
        f"{fresh:,} new names: {spent[0]:.1f} s, CPU {spent[1]:.1f} s; {again[1] / spent[1]:.0f} times faster than"
    )
    print(f"all {CustomerName.objects.count():,} names in full again: {again[0]:.1f} s, CPU {again[1]:.1f} s")
    print(
        f"agreement on {len(full):,} pairs with a new name: {len(alone & full) / max(1, len(alone | full)):.4f}"
    )


def _written(path: Path, prefix: str, lines: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for number, one in enumerate(lines):
            said = (one["name"], one["phone"], one["address"], one["contact"])
            writer.writerow([f"{prefix}{number}", "2025-03-01", *said, "10"])
    return path


def _bring(path: Path, actor: Any) -> None:
    from hengke.engines.files import store
    from hengke.engines.jobs import queue
    from hengke.engines.jobs.models import Job
    from hengke.modules.insight.services import imports, sources

    row = sources.prepare_file(
        actor=actor,
        source=sources.source_named("bench", actor=actor),
        digest=store.store_path(path),
        name=path.name,
    )
    job = imports.start(row, actor=actor)
    done = queue.run(queue.claim())
    assert (done.pk, done.state) == (job.pk, "done"), done.error
    Job.objects.filter(state="queued").delete()


def _timed(step: Callable[[], Any]) -> tuple[float, float]:
    began = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - began[0], time.process_time() - began[1]


def _pairs(new: set[str]) -> set[tuple[str, str]]:
    """Names that are one customer, of which at least one is new."""
    from hengke.modules.customers.models import CustomerName

    customers = defaultdict(set)
    for customer, text in CustomerName.objects.filter(lines__gt=0).values_list("customer_id", "text"):
        customers[customer].add(text)
    every = (pair for names in customers.values() for pair in combinations(sorted(names), 2))
    return {pair for pair in every if not new.isdisjoint(pair)}


if __name__ == "__main__":
    main()
