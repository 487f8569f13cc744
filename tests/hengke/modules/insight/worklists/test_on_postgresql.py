"""The work lists on PostgreSQL: locks, renewal and the comparison are SQL of their own there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import manage
from tests.support.postgres import Cluster

pytestmark = pytest.mark.postgres

ROUND = """
import json
from datetime import date, timedelta
from decimal import Decimal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.kernel import clock
from hengke.modules.customers.models import Customer, CustomerSummary
from hengke.modules.insight.enums import WorkKind
from hengke.modules.insight.models import WorkItem
from hengke.modules.insight.services.work import acting, filling, measuring
from hengke.modules.insight.services.work.candidates import Candidate
boss = User.objects.create_user("boss", "boss", "director", "a long password 7")
actor = Actor.of(boss)
day = date(2025, 12, 31)
people = [Customer.objects.create(name=f"c{n}") for n in range(3)]
found = [Candidate(c.pk, Decimal(10 + n), [], "call", 0.5, day) for n, c in enumerate(people)]
told = [filling.put(WorkKind.CHURN, found, day), filling.put(WorkKind.CHURN, found[:2], day)]
row = WorkItem.objects.get(customer=people[0])
acting.act(row.pk, "call", plan="x", actor=actor)
acting.close(row.pk, "kept", note="", actor=actor)
acting.reopen(row.pk, actor=actor)
old = clock.now() - timedelta(days=90)
WorkItem.objects.filter(pk=row.pk).update(acted_at=old)
WorkItem.objects.exclude(pk=row.pk).update(created_at=old)
CustomerSummary.objects.filter(customer=people[0], laboratory="").update(last_on=clock.today())
saved = measuring.saved(actor, WorkKind.CHURN)
print(json.dumps([told, saved.came, saved.uplift.treated, saved.came_anyway, saved.uplift.others, str(saved.amount)]))
"""


def test_a_round_of_work(postgres_cluster: Cluster, tmp_path: Path) -> None:
    postgres_cluster.create("worklists")
    there = {"HENGKE_DATABASE_URL": postgres_cluster.environment_url("worklists")}
    manage(tmp_path, "migrate", **there)
    told = manage(tmp_path, "shell", "-v", "0", "-c", ROUND, **there).stdout
    assert json.loads(told.strip().splitlines()[-1]) == [
        [{"new": 3, "renewed": 0, "gone": 0}, {"new": 0, "renewed": 2, "gone": 1}], 1, 1, 0, 2, "0",
    ]  # fmt: skip
