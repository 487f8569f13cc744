"""Demo data: loaded through the same door as own ledgers,
cleared and brought back without losing anything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.access.models import Event
from hengke.engines.files import store as files
from hengke.kernel import clock
from hengke.kernel.errors import Conflict
from hengke.modules.insight.enums import ImportState
from hengke.modules.insight.models import BehaviourGroup, CostRates, Import, Source
from hengke.modules.insight.services import catalogue, costs, imports, refresh, retiring, sources
from hengke.modules.insight.services.foresight import reactions, runs
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.scoring import running as scoring
from hengke.modules.insight.services.work import filling
from hengke.modules.orders.demo import make_demo_orders

SOURCE = "演示台账"
# What serving the invented customers costs beside the work, which their ledger states.
COSTS = {
    "winning": 260, "keeping": 80, "order": 18, "call": 6, "visit": 90, "order_limit": 2_000,
    "travel": [("", "", 520), ("安徽省", "", 160), ("安徽省", "合肥市", 20)],
}  # fmt: skip


def load(
    *,
    customers: int = 1_000,
    as_of: date | None = None,
    progress: Report = lambda *_: None,
    on_customers: Callable[[], None] = lambda: None,
) -> None:
    """Make the ledgers of a fictional institute up to `as_of`, import them, derive everything; repairs a
    cut-off run.

    `on_customers` is called when the customers exist and before figures are made of them (to give them
    owners). What follows from the figures is asked for and worked out while people look around.
    """
    actor = Actor.system(Channel.COMMAND)
    source = sources.source_named(SOURCE, actor=actor, is_demo=True)
    if source.archived_at is not None:
        Source.objects.filter(pk=source.pk).update(archived_at=None)
    folder = Path(settings.DATA_DIR) / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for path in _ledgers(Path(made), customers, as_of or clock.today(), progress):
            _import(path, source, actor, progress)
    refresh.run(actor=actor, report=progress, on_customers=on_customers)
    _declare_costs(actor)
    scoring.ask_if_worthwhile(actor=actor)
    runs.ask(actor=actor)
    _declare_groups(actor)
    filling.run(report=progress)
    progress("Taking demo orders", 0, 1)
    catalogue.take(actor=actor)
    make_demo_orders()


def _declare_groups(actor: Actor) -> None:
    """Groups by reaction to begin with; nothing when somebody has declared any."""
    if BehaviourGroup.objects.exists():
        return
    for name, kind, value, days in (
        ("送检压力表的客户", "bought", "压力表", "365"), ("半年内再来的客户", "returned", "", "183"),
        ("半年未送检的客户", "silent", "", "183"), ("增长三成以上的客户", "grew", "30", "365"),
    ):  # fmt: skip
        reactions.declare(name, [{"kind": kind, "value": value, "days": days}], actor=actor)


def clear(*, actor: Actor) -> Event:
    """Hide the demo: its sources no longer count and its customers are put away.

    Conflict when there is none.
    """
    grants.require(actor, "change", sources.SUBJECT)
    with transaction.atomic():
        ids = list(Source.objects.filter(is_demo=True, archived_at=None).values_list("pk", flat=True))
        if not ids:
            raise Conflict("no_demo", "There is no demo data to clear.")
        Source.objects.filter(pk__in=ids).update(archived_at=clock.now())
        retiring.count_lines()
        hidden = retiring.retire()
        CostRates.objects.filter(actor=None).delete()  # what nobody declared is the demo's
        event = events.record("demo.cleared", actor=actor, payload={"sources": ids, "customers": hidden})
        transaction.on_commit(lambda: refresh.ask(actor=actor))
    return event


def bring_back(*, actor: Actor) -> Event:
    """Undo `clear`; Conflict when no demo is put away."""
    grants.require(actor, "change", sources.SUBJECT)
    with transaction.atomic():
        ids = list(Source.objects.filter(is_demo=True).exclude(archived_at=None).values_list("pk", flat=True))
        if not ids:
            raise Conflict("no_cleared_demo", "There is no demo data that could be brought back.")
        Source.objects.filter(pk__in=ids).update(archived_at=None)
        retiring.count_lines()
        shown = retiring.revive()
        _declare_costs(actor)
        event = events.record("demo.brought_back", actor=actor, payload={"sources": ids, "customers": shown})
        transaction.on_commit(lambda: refresh.ask(actor=actor))
    return event


def _declare_costs(actor: Actor) -> None:
    if costs.current() is None:
        costs.declare(COSTS, actor=Actor.system(actor.channel))


def _ledgers(folder: Path, customers: int, as_of: date, progress: Report) -> list[Path]:
    from hengke.modules.insight.demo import generate, write_ledgers

    invented = generate(as_of=as_of, customers=customers)
    return write_ledgers(
        folder, invented, progress=lambda done, total: progress("Making demo ledgers", done, total)
    )


def _import(path: Path, source: Source, actor: Actor, progress: Report) -> None:
    digest = files.store_path(path)
    row = Import.objects.filter(source=source, digest=digest).order_by("pk").first()
    row = row or sources.prepare_file(actor=actor, source=source, digest=digest, name=path.name)
    if row.state != ImportState.DONE:
        imports.run(row, actor=actor, report=progress)
