"""Change 50,000 customers at once through the job, and take it back; figures as rows per second.

python bench/bulk.py [CUSTOMERS ALREADY THERE] [CHANGED]

The reference is the same change as one bare UPDATE without event, journal, index or rights.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _records


def main() -> None:
    """Print seconds and rows/s of change and undo, and whether the undo was exact."""
    count, wanted = (int(text) for text in (*sys.argv[1:3], *("50000", "50000")[len(sys.argv) - 1 :]))
    _records.open_data(count)
    from hengke.engines.access.actor import Actor
    from hengke.engines.jobs import queue
    from hengke.engines.records.reading.catalogue import Catalogue
    from hengke.engines.records.schema import registry
    from hengke.engines.records.writing import many

    actor = Actor.of(_records.person())
    catalogue = Catalogue(registry.by_slug("customers"), actor)
    model = catalogue.record.model
    ids = tuple(model.objects.filter(deleted_at=None).order_by("pk").values_list("pk", flat=True)[:wanted])
    before = _hashes(ids)
    bare = _bare(model, ids)
    changes = [
        {"field": "industry", "how": "set", "value": f"计量{time.time():.0f}"},
        {"field": "tags", "how": "add", "value": "重点"},
    ]
    selection = many.Selection(catalogue, ids).as_json()
    job = queue.enqueue("records.many", title="bench", actor=actor, selection=selection, changes=changes)
    wall, cpu = _run(queue)
    job.refresh_from_db()
    assert job.result["changed"] == len(ids), job.result
    print(f"bulk edit of {len(ids):,} rows (2 fields, one searched): {wall:.1f} s, CPU {cpu:.1f} s = "
          f"{len(ids) / wall:,.0f} rows/s (target <= 30 s); {cpu / bare:.0f} x a bare UPDATE")  # fmt: skip
    queue.enqueue("records.undo", title="bench", actor=actor, event=job.result["event"])
    wall, cpu = _run(queue)
    exact = "exact" if _hashes(ids) == before else "NOT EXACT"
    print(
        f"its undo: {wall:.1f} s, CPU {cpu:.1f} s = {len(ids) / wall:,.0f} rows/s (target <= 30 s); {exact}"
    )


def _run(queue: object) -> tuple[float, float]:
    began = time.perf_counter(), time.process_time()
    row = queue.run(queue.claim())  # type: ignore[attr-defined]
    assert row.state == "done", row.error
    return time.perf_counter() - began[0], time.process_time() - began[1]


def _bare(model: type, ids: tuple[int, ...]) -> float:
    """CPU seconds of the same values as one statement per 2,000 rows."""
    began = time.process_time()
    for start in range(0, len(ids), 2_000):
        model.objects.filter(pk__in=ids[start : start + 2_000]).update(industry="", tags="")
    return time.process_time() - began


def _hashes(ids: tuple[int, ...]) -> dict[int, str]:
    from hengke.engines.access import journal
    from hengke.modules.customers.models import Customer

    found = {}
    for start in range(0, len(ids), 2_000):
        rows = Customer.objects.filter(pk__in=ids[start : start + 2_000])
        found |= {row.pk: journal.fingerprint(row) for row in rows}
    return found


if __name__ == "__main__":
    main()
