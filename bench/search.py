"""Search of 1 to 4 characters, pinyin and digits over 200,000 customers with as many contacts.

python bench/search.py [CUSTOMERS]

Measured as the palette asks: rights within the query, ranking, eight hits. The reference is a plain LIKE.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _records

ASKED = (
    "公",
    "合",
    "合肥",
    "公司",
    "华兴",
    "华兴机械",
    "股份有限",
    "h",
    "hf",
    "hfhx",
    "huaxing",
    "hefei",
    "99",
    "1862",
    "C-000123",
    "鑫鑫鑫",
    "华兴某械有限公司",
    "hefeihuaxnig",
    "1381234991",
)
ROLES = ("director", "business_desk", "laboratory_head")
TIMES = 20


def main() -> None:
    """Print p50 and p95 by role, the slowest questions, and the reference."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    _records.open_data(count)
    from hengke.engines.access.actor import Actor
    from hengke.engines.records.search.query import search

    target = 80 if count > 200_000 else 50
    print(f"{count:,} customers; LIKE for 鑫鑫鑫: {measure(_like)[1]:.0f} ms; target p95 <= {target} ms")
    for role in ROLES:
        actor = Actor.of(_records.person(role))
        found = {text: measure(lambda: search(text, actor, limit=8)) for text in ASKED}  # noqa: B023
        every = sorted(wall for walls, _p95 in found.values() for wall in walls)
        slow = sorted(found, key=lambda text: -found[text][1])[:3]
        worst = ", ".join(f"{text} {found[text][1]:.0f} ms" for text in slow)
        p50, p95 = statistics.median(every), every[int(len(every) * 0.95)]
        print(f"  {role:<16} p50 {p50:.1f} ms  p95 {p95:.1f} ms  slowest: {worst}")


def measure(call: Callable[[], object]) -> tuple[list[float], float]:
    """All times of a call and their 95th percentile, in milliseconds."""
    call()
    walls = []
    for _ in range(TIMES):
        began = time.perf_counter()
        call()
        walls.append((time.perf_counter() - began) * 1000)
    return walls, statistics.quantiles(walls, n=20)[-1]


def _like() -> int:
    from hengke.modules.customers.models import Customer

    return Customer.objects.filter(name__contains="鑫鑫鑫").count()


if __name__ == "__main__":
    main()
