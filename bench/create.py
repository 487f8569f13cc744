"""Create a customer through the API with audit, event and search index; and import through the page.

python bench/create.py [CUSTOMERS ALREADY THERE]

The whole request is measured inside the process, token included. The reference is a bare insert of the row.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _records
import _server

TIMES = 200
IMPORTED = 10_000
COLUMNS = (
    "name", "short_name", "category", "province", "city", "county", "address", "postcode", "phone", "email",
    "legal_representative", "main_products",
)  # fmt: skip


def main() -> None:
    """Print both figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    _records.open_data(count)
    reference = bare()
    milliseconds, per_second = through_api()
    print(
        f"create, {count:,} customers there: {milliseconds:.1f} ms CPU, {per_second:.0f}/s (target <= 12 ms, >= 120/s);"
    )
    print(f"  {milliseconds / reference:.1f} x a bare insert of {reference:.2f} ms")
    print(f"  {through_server()}; target >= 120/s")
    for what, seconds in (
        ("checked", imported(dry=True)),
        ("stored", imported(dry=False)),
        ("again", imported(dry=False)),
    ):
        rate = f"{IMPORTED / seconds:,.0f} rows/s (target >= 5,000)"
        print(f"import {what}: {IMPORTED:,} rows x {len(COLUMNS)} in {seconds:.2f} s CPU = {rate}")


def through_api() -> tuple[float, float]:
    """CPU milliseconds of one creation, and creations per second of wall time."""
    from django.test import Client

    from hengke.engines.access.tokens import issue

    token = issue(_records.person(), "bench", writes=True)
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token}"})
    stamp = int(time.time())
    cpu, wall = 0.0, 0.0
    for n in range(-5, TIMES):
        body = json.dumps(
            {"name": f"合肥长江{stamp}第{n}仪表有限公司", "city": "合肥市", "phone": f"0551-6352{n:04}"}
        )
        before = time.process_time(), time.perf_counter()
        answer = client.post("/api/v1/customers", body, content_type="application/json")
        assert answer.status_code == 201, answer.content
        if n >= 0:
            cpu += time.process_time() - before[0]
            wall += time.perf_counter() - before[1]
    return cpu * 1000 / TIMES, TIMES / wall


def through_server() -> object:
    """Eight programs create at the same time."""
    from hengke.engines.access.tokens import issue

    token = issue(_records.person(), "bench", writes=True)
    stamp = f"{time.time():.3f}"

    def request(n: int) -> bytes:
        name = f"合肥长江{stamp}第{n}仪表有限公司"
        body = json.dumps({"name": name, "city": "合肥市", "phone": f"0551-6352{n:04}"}).encode()
        head = (
            f"POST /api/v1/customers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    with _server.server() as running:
        return _server.load(running, request, b"201")


def bare() -> float:
    """CPU milliseconds of inserting one row in a transaction of its own."""
    from django.db import connection

    with connection.cursor() as cursor:
        key = "bigserial" if connection.vendor == "postgresql" else "INTEGER"
        cursor.execute(f"CREATE TABLE IF NOT EXISTS bench_bare (id {key} PRIMARY KEY, name TEXT)")
        began = time.process_time()
        for n in range(TIMES):
            cursor.execute("INSERT INTO bench_bare(name) VALUES (%s)", [f"合肥长江第{n}仪表有限公司"])
        seconds = time.process_time() - began
        cursor.execute("DROP TABLE bench_bare")
    return seconds * 1000 / TIMES


class Rows:
    """A table in memory, so that only the engine is measured."""

    def rows(self, path: Path, name: str) -> Iterator[tuple[int, Sequence[str]]]:
        for n in range(IMPORTED):
            yield n + 2, [
                f"芜湖{name}第{n}机械有限公司", f"机械{n}", "manufacturer", "安徽省", "芜湖市", "镜湖区",
                f"北京路 {n} 号", "241000", f"0553-{n:07}", f"a{n}@example.org", "王明", "齿轮、轴承",
            ]  # fmt: skip


def imported(*, dry: bool) -> float:
    """CPU seconds of the job; the same file each time."""
    from hengke.engines.access.actor import Actor
    from hengke.engines.jobs import queue
    from hengke.engines.records.importing import job, tables
    from hengke.engines.records.reading.catalogue import Catalogue
    from hengke.engines.records.schema import registry

    tables.register_reader(Rows())
    actor = Actor.of(_records.person())
    upload = tables.store([b"in memory"], actor.user_id)
    mapping = dict(enumerate(COLUMNS))
    catalogue = Catalogue(registry.by_slug("customers"), actor)
    job.start(catalogue, upload=upload, name=str(STAMP), mapping=mapping, dry=dry)
    began = time.process_time()
    row = queue.run(queue.claim())
    seconds = time.process_time() - began
    assert row.state == "done", row.error
    assert row.result["rejected"] == 0, row.result["errors"][:3]
    return seconds


STAMP = int(time.time())

if __name__ == "__main__":
    main()
