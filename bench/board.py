"""Board and calendar over 300,000 activities of 200,000 customers: counts, first cards, a month.

python bench/board.py [ACTIVITIES]

The whole request is measured inside the process. The reference is the bare SQL of the board's counts in the same run.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _records
from list import _client, measure

COUNTS = "SELECT state, count(*) FROM activities_activity WHERE deleted_at IS NULL GROUP BY state"
PAGES = (
    "/activities/board",
    "/activities/board?by=kind",
    "/activities/calendar",
    "/activities?group=owner",
    "/activities",
)


def main() -> None:
    """Print one line per page."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    _records.open_data(200_000)
    _fill(count)
    client = _client()
    bare = measure(_bare)
    print(f"{count:,} activities; bare SQL of the counts: {bare[0]:.1f} ms CPU; target of the board <= 40 ms")
    for url in PAGES:
        answer = client.get(url, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, answer.content
        cpu, p95 = measure(lambda: client.get(url, headers={"Accept-Encoding": "gzip"}))  # noqa: B023
        size = len(answer.content) / 1024
        print(
            f"  {url:<26} {cpu:6.1f} ms CPU  p95 {p95:6.1f} ms  {size:5.1f} kB gzip  {cpu / bare[0]:5.1f} x bare SQL"
        )


def _fill(count: int) -> None:
    """Activities of two years around today, most of them done; three in a hundred are still open."""
    from django.db import transaction

    from hengke.engines.records.writing import bulk
    from hengke.modules.activities.models import Activity

    missing = count - Activity.objects.count()
    dice, owner = random.Random(11), _records.person().pk
    now = datetime(2026, 11, 22, 2, tzinfo=UTC)
    for start in range(0, missing, 10_000):
        rows = []
        for _ in range(min(10_000, missing - start)):
            at = now - timedelta(days=dice.randrange(700)) + timedelta(hours=dice.randrange(24 * 30))
            state = dice.choices(("done", "open", "waiting", "cancelled"), (94, 2, 1, 3))[0]
            kind = dice.choice(("task", "call", "visit", "meeting", "note"))
            rows.append(
                Activity(
                    subject=f"回访 {dice.randrange(10**6)}",
                    kind=kind,
                    state=state,
                    starts_at=at,
                    owner_id=owner,
                    customer_id=dice.randrange(1, 200_000),
                )
            )
        with transaction.atomic():
            bulk.insert(Activity, rows)
    if missing > 0:
        bulk.analyse()


def _bare() -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return cursor.fetchall()


if __name__ == "__main__":
    main()
