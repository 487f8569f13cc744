"""The overview and a customer's page on many lines: CPU, 95th percentile, size.

python bench/pages.py [CUSTOMERS | FOLDER]

Demo ledgers of 20,000 customers are three quarters of a million lines. The whole request is measured inside the
process: middleware, session, rights, queries, templates, gzip. "first" asks a question nobody asked since the build:
nothing of an answer is kept. "first of its period": the same was asked of another period before. "first of its shape"
also makes the process forget every compiled statement.
The reference of the overview is the bare SQL of its curve and pyramid in the same run.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _folder import data_folder

CURVE = """
SELECT customer, sum(amount) AS contribution FROM facts_month
WHERE date >= DATE '2025-01-01' AND date < DATE '2026-01-01' GROUP BY customer ORDER BY contribution DESC
"""


def main() -> None:
    """Print one line per page."""
    word = sys.argv[1] if len(sys.argv) > 1 else "20000"
    if not word.isdigit():
        os.environ["HENGKE_DATA"], os.environ["DJANGO_SETTINGS_MODULE"] = word, "hengke.config.settings"
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
        import django

        django.setup()
        return _measure()
    with data_folder():
        from django.core.management import call_command

        call_command("setup", "--scale", word)
        _measure()


def _measure() -> None:
    from django.conf import settings
    from django.test import Client

    from hengke.engines.access.models import User
    from hengke.modules.customers.models import CustomerSummary
    from hengke.modules.insight.dashboard import views
    from hengke.modules.insight.models import LedgerLine

    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.force_login(User.objects.filter(role="director").first())
    print(f"{LedgerLine.objects.count():,} lines; bare SQL of the curve {_bare():.1f} ms CPU")
    largest = (
        CustomerSummary.objects.filter(laboratory="").order_by("-lines").values_list("customer", flat=True)
    )
    middle = largest[largest.count() // 2]
    pages = {
        "overview, first of its shape": ("/overview?period=2025", _forget_all),
        "overview, first since the build": ("/overview?period=2025", _forget_answers),
        "overview, first of its period": ("/overview?period=2025", views._content.cache_clear),
        "overview of a quarter, first": ("/overview?period=2025-Q2", _forget_answers),
        "overview, again": ("/overview?period=2025", None),
        "overview of one laboratory, first": ("/overview?unit=laboratory:长度室", _forget_answers),
        "customers that make up 80%": ("/overview/customers?set=head&period=2025", None),
        "lines of a year": ("/overview/lines?period=2025", None),
        "largest customer": (f"/customers/{largest[0]}", None),
        "middle customer": (f"/customers/{middle}", None),
    }
    for name, (path, before) in pages.items():
        cpu, p95, size = _timed(lambda: client.get(path), before)  # noqa: B023
        print(f"{name:36}{cpu:8.1f} ms CPU  p95 {p95:8.1f} ms  {size / 1024:6.1f} kB gzip")


def _forget_answers() -> None:
    from hengke.modules.insight.dashboard import facts, views

    views._content.cache_clear()
    facts.warehouse().answers.clear()


def _forget_all() -> None:
    from hengke_analytics import shapes, statements

    _forget_answers()
    statements._kept.clear()
    shapes._schemas.clear()


def _bare() -> float:
    from hengke.modules.insight.services.warehouse import open_current

    connection = open_current().con
    connection.execute(CURVE).fetchall()
    start = time.process_time()
    for _ in range(10):
        connection.execute(CURVE).fetchall()
    return (time.process_time() - start) * 100


def _timed(
    ask: Callable[[], object], before: Callable[[], None] | None, times: int = 20
) -> tuple[float, float, int]:
    """Mean CPU, 95th percentile of the time (both ms) and size of the answer."""
    for _ in range(2):
        answer = ask()
    assert answer.status_code == 200, answer.content[:300]
    walls, spent = [], 0.0
    for _ in range(times):
        if before:
            before()
        wall, cpu = time.perf_counter(), time.process_time()
        answer = ask()
        spent += time.process_time() - cpu
        walls.append(time.perf_counter() - wall)
    return spent / times * 1000, sorted(walls)[int(times * 0.95) - 1] * 1000, len(answer.content)


if __name__ == "__main__":
    main()
