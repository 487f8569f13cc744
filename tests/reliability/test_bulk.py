"""A change of very many customers and its undo, each one command, exact to every column (R14).

HENGKE_BULK_ROWS asks for more: 50000 for the full figure.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from hengke.engines.access import journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import RowJournal
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job, JobState
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import many
from hengke.modules.customers.models import Customer
from tests.factories.fields import field
from tests.factories.people import person

ROWS = int(os.environ.get("HENGKE_BULK_ROWS", "2500"))
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _hashes() -> dict[int, str]:
    return {row.pk: journal.fingerprint(row) for row in Customer.objects.order_by("pk").iterator(2_000)}


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 1)


def _run() -> Job:
    job = queue.claim()
    assert job is not None
    done = queue.run(job)
    assert done.state == JobState.DONE, done.error
    return done


def test_a_change_of_very_many_and_its_undo_are_exact() -> None:
    actor, own = Actor.of(person("boss")), field(kind="number", name="评分", options={"digits": 1})
    Customer.objects.bulk_create(
        [Customer(name=f"客户{n}", number=f"C-{n:06}", industry=("", "计量")[n % 2], extra={own.key: n})
         for n in range(1, ROWS + 1)],
        batch_size=1_000,
    )  # fmt: skip
    before = _hashes()
    catalogue = Catalogue(registry.by_slug("customers"), actor)
    selection = many.Selection(catalogue, tuple(before)).as_json()
    changes = [
        {"field": "industry", "how": "set", "value": "仪器仪表"}, {"field": own.key, "how": "set", "value": "7.5"},
        {"field": "tags", "how": "add", "value": "重点"},
    ]  # fmt: skip
    queue.enqueue("records.many", title="many", actor=actor, selection=selection, changes=changes)
    found: dict[str, Any] = {}
    took = _seconds(lambda: found.update(_run().result))
    assert (found["changed"], found["refused"]) == (ROWS, 0)
    assert (
        Customer.objects.filter(
            industry="仪器仪表", tags__contains="重点", **{f"extra__{own.key}": 75}
        ).count()
        == ROWS
    )
    assert RowJournal.objects.filter(event=found["event"]).count() == ROWS
    queue.enqueue("records.undo", title="undo", actor=actor, event=found["event"])
    back = _seconds(_run)
    assert _hashes() == before
    print(json.dumps({"rows": ROWS, "change, seconds": took, "undo, seconds": back}))
