"""Customer list filtered by city with a bounded count, 200,000 customers: CPU, p95, requests per second.

python bench/list.py [CUSTOMERS]

The whole request is measured inside the process (middleware, session, rights, queries, cells, templates, gzip),
then against the real server with eight clients, which share the machine with it.
The reference is the bare SQL of the same page in the same run.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _records
import _server

CASES = {
    "city (a third of all)": {"city": "合肥市"},
    "city (4 %)": {"city": "芜湖市"},
    "no condition": {},
    "city, sorted by name": {"city": "合肥市", "sort": "name"},
    "city and tier": {"city": "合肥市", "tier": "vip"},
}
SQL = (
    "SELECT c.id, c.name, s.this_year"
    " FROM customers_customersummary s JOIN customers_customer c ON c.id = s.customer_id"
    " WHERE s.laboratory = '' AND c.deleted_at IS NULL AND +c.city = %s"
    " ORDER BY s.this_year DESC, s.customer_id LIMIT 51"
)


def main() -> None:
    """Print one line per case."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    _records.open_data(count)
    client = _client()
    bare = measure(lambda: _bare("合肥市"))
    print(
        f"{count:,} customers; bare SQL of the page: {bare[0]:.1f} ms CPU; target <= 20 ms CPU, p95 <= 40 ms"
    )
    for name, words in CASES.items():
        answer = client.get("/customers", words, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, answer.content
        cpu, p95 = measure(lambda: client.get("/customers", words, headers={"Accept-Encoding": "gzip"}))  # noqa: B023
        print(
            f"  {name:<24} {cpu:6.1f} ms CPU  p95 {p95:6.1f} ms  {1000 / cpu:6.0f} req/s per core"
            f"  {len(answer.content) / 1024:5.1f} kB gzip  {cpu / bare[0]:5.1f} x bare SQL"
        )
    cookie = client.cookies["sessionid"].value
    with _server.server() as running:
        for name in ("city (a third of all)", "city (4 %)"):
            text = _request(CASES[name], cookie)
            print(f"  {name:<24} {_server.load(running, lambda _n: text, b'200')}; target >= 80/s")  # noqa: B023


def _request(words: dict[str, str], cookie: str) -> bytes:
    head = (
        f"GET /customers?{urlencode(words)} HTTP/1.1\r\nHost: localhost\r\n"
        f"Accept-Encoding: gzip\r\nCookie: sessionid={cookie}\r\n\r\n"
    )
    return head.encode()


def measure(call: Callable[[], object], times: int = 40) -> tuple[float, float]:
    """Mean CPU and 95th percentile of the time of one call, in milliseconds."""
    for _ in range(3):
        call()
    walls, cpu = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        call()
        walls.append((time.perf_counter() - began) * 1000)
    return (time.process_time() - cpu) * 1000 / times, statistics.quantiles(walls, n=20)[-1]


def _client() -> object:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(_records.person())
    return client


def _bare(city: str) -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        # The plus keeps SQLite from taking the city's index; PostgreSQL has none for words.
        cursor.execute(SQL if connection.vendor == "sqlite" else SQL.replace("+c.", "c."), [city])
        return cursor.fetchall()


if __name__ == "__main__":
    main()
