"""Orders: a commission of 300 lines saved, recall over a million instruments, a sheet of labels, a million prices.

python bench/orders.py [INSTRUMENTS]

References in the same run: bare inserts of as many rows, and the bare query that finds what is due.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import _folder

LINES = 300
CUSTOMERS = 20_000
PRICED = 1_000_000
TODAY = date.today()


def main() -> None:
    """Print the four figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with _folder.data_folder():
        actor, customer = _people()
        _items()
        commission(actor, customer)
        labels(actor)
        recall(actor, count)
    prices()


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, seconds of CPU, and what came of it."""
    began = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - began[0], time.process_time() - began[1], result


def commission(actor: Any, customer: Any) -> None:
    """Paste, match, price, save with instruments, passages, journal, event and index."""
    from django.db import connection, transaction

    from hengke.modules.orders.services import commissions, pasting

    def save(name: str) -> Any:
        text = "\n".join(f"千分尺{n % 50}\t0-25\t{name}{n}\t上量" for n in range(LINES))
        entries = pasting.match(pasting.read(text), customer)
        return commissions.create(actor=actor, values={"customer": customer.pk}, entries=entries)

    save("warm")
    wall, cpu, made = timed(lambda: save("S"))
    assert made.line_count == LINES

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS bench_bare (id INTEGER PRIMARY KEY, name TEXT, amount TEXT)"
            )
            cursor.executemany(
                "INSERT INTO bench_bare(name, amount) VALUES (%s, %s)",
                [(f"n{n}", "30.00") for n in range(LINES)],
            )

    reference, _cpu, _none = timed(bare)
    print(f"commission of {LINES} lines saved: {wall:.2f} s, CPU {cpu:.2f} s (target <= 1.5 s);")
    print(f"  {wall / reference:.0f} x a bare insert of as many rows ({reference * 1000:.1f} ms)")


def labels(actor: Any) -> None:
    """The page with 300 codes, as the browser gets it."""
    from django.test import Client

    from hengke.engines.access.models import User
    from hengke.modules.orders.models import Commission

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(pk=actor.user_id))
    key = Commission.objects.order_by("-pk").values_list("pk", flat=True)[0]
    wall, cpu, answer = timed(lambda: client.get(f"/commissions/{key}/labels"))
    assert answer.content.count(b'class="qr"') == LINES
    print(
        f"label sheet of {LINES}: {wall:.2f} s, CPU {cpu:.2f} s, {len(answer.content):,} bytes (target <= 2 s)"
    )


def recall(actor: Any, count: int) -> None:
    """Proposals over so many instruments, a twelfth of them due in the window."""
    from django.db import connection

    from hengke.engines.records.writing import bulk
    from hengke.modules.orders.services import recall as service

    _fleet(count)
    bulk.analyse()
    days = (TODAY, TODAY + timedelta(days=30))

    def bare() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT customer_id, count(*) FROM customers_instrument WHERE due >= %s AND due <= %s"
                " AND state = 'in_use' GROUP BY 1", [*map(str, days)],
            )  # fmt: skip
            return cursor.fetchall()

    reference, _cpu, _found = timed(bare)
    wall, cpu, made = timed(lambda: service.propose(actor=actor, due_from=days[0], due_to=days[1]))
    told = f"{made['proposals']:,} proposals with {made['instruments']:,} instruments"
    print(f"recall over {count:,} instruments: {told} in {wall:.1f} s, CPU {cpu:.1f} s (target <= 20 s);")
    print(f"  {wall / reference:.0f} x the bare query ({reference:.2f} s)")


def prices() -> None:
    """A million random lines: the sum of the lines is the total, to the cent, in every order."""
    from hengke.modules.catalog.pricing.engine import price
    from tests.hengke.modules.catalog.pricing.test_engine import DAY, random_order

    dice, lines, cpu = Random(9), 0, 0.0
    while lines < PRICED:
        asks, lists, offers = random_order(dice, lines=100)
        _wall, seconds, found = timed(lambda: price(asks, lists, offers, on=DAY))  # noqa: B023
        assert found.total == sum((line.amount for line in found.lines), Decimal(0))
        lines, cpu = lines + len(asks), cpu + seconds
    print(
        f"prices: {lines:,} random lines, every total equal to its lines; {lines / cpu:,.0f} lines/s of CPU"
    )


def _people() -> tuple[Any, Any]:
    from hengke.engines.access.actor import Actor
    from hengke.engines.access.models import User
    from hengke.modules.customers.models import Customer

    boss = User.objects.create_user("boss", "boss", "director", "a long bench password 7")
    return Actor.of(boss), Customer.objects.create(name="合肥供水集团有限公司", city="合肥市")


def _items() -> None:
    from hengke.modules.catalog.models import ServiceItem

    for n in range(50):
        ServiceItem.objects.create(
            name=f"千分尺{n}", laboratory="长度室", price=Decimal(30 + n), promised_days=5, interval_months=12
        )


def _fleet(count: int) -> None:
    from hengke.engines.records.writing import bulk
    from hengke.modules.customers.models import Customer, Instrument

    now = str(TODAY)
    names = [(f"C-9{n:05}", f"客户{n}", now, now) for n in range(CUSTOMERS)]
    keys = bulk.insert_values(Customer, ("number", "name", "created_at", "updated_at"), names)
    fields = ("customer_id", "name", "serial", "laboratory", "due", "state", "created_at", "updated_at")
    rows = (
        (
            keys[n % CUSTOMERS],
            "压力表",
            f"S{n}",
            "压力室",
            str(TODAY + timedelta(days=n % 365)),
            "in_use",
            now,
            now,
        )
        for n in range(count)
    )
    lot: list[tuple[Any, ...]] = []
    for row in rows:
        lot.append(row)
        if len(lot) == 50_000:
            bulk.insert_values(Instrument, fields, lot)
            lot = []
    bulk.insert_values(Instrument, fields, lot)


if __name__ == "__main__":
    main()
