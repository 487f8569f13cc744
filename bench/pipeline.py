"""The spine from file to figures: lines per second of every step and peak memory.

python bench/pipeline.py [LINES | legacy]

The figure to reach: 15,000 lines/s from ledger to warehouse at 1,000,000 lines, identity apart; file to ledger has the
same target. `legacy` takes the seven shared ledgers instead of one made here.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from _folder import data_folder, shared_ledgers

TARGET = 15_000


def main() -> None:
    """Print the figures."""
    word = sys.argv[1] if len(sys.argv) > 1 else "1000000"
    with data_folder() as folder:
        files = shared_ledgers() if word == "legacy" else [_made(folder, int(word))]
        _measure(files)


def _made(folder: Path, count: int) -> Path:
    from reading import ledger

    path = folder / "ledger.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        file.writelines(line + "\r\n" for line in ledger(count))
    return path


def _measure(files: list[Path]) -> None:
    from hengke.engines.access.actor import Actor
    from hengke.modules.insight.models import LedgerLine
    from hengke.modules.insight.services import derive, indexing, resolve, summaries, warehouse

    actor, silent = Actor.system(), lambda *_: None
    spent = {"file to ledger": _timed(lambda: _bring(files, actor))}
    count = LedgerLine.objects.count()
    steps: dict[str, Callable[[], Any]] = {
        "names to customers": lambda: resolve.run(actor=actor, report=silent),
        "contacts, instruments": lambda: derive.run(silent),
        "ledger to warehouse": lambda: warehouse.build(silent),
        "summaries": lambda: summaries.write(silent),
        "search index": lambda: indexing.update(datetime.now(UTC), silent),
        "warehouse again": lambda: warehouse.build(silent),
    }
    spent |= {name: _timed(step) for name, step in steps.items()}
    print(f"{count:,} lines")
    for name, (wall, cpu) in spent.items():
        print(f"{name:24}{wall:8.1f} s {cpu:8.1f} s CPU {count / wall:12,.0f} lines/s")
    after = sum(spent[name][0] for name in ("ledger to warehouse", "summaries"))
    print(
        f"ledger to warehouse and summaries: {count / after:,.0f} lines/s, {count / after / TARGET:.1f} of the figure"
    )
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _bring(files: list[Path], actor: Any) -> None:
    from hengke.engines.files import store
    from hengke.modules.insight.services import imports, sources

    source = sources.source_named("bench", actor=actor)
    for path in files:
        digest = store.store_path(path)
        row = sources.prepare_file(actor=actor, source=source, digest=digest, name=path.name)
        imports.run(row, actor=actor, report=lambda *_: None)


def _timed(step: Callable[[], Any]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
