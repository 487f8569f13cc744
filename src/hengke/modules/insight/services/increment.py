"""Names that came since the last full run, resolved against the customers that are known.

Looked at are the new names, every name that shares a blocking key with one of them, and all names of the customers
behind those: within that part the run is the same as the full one, under the weights, rarity and spread that the
full run learnt. What a new line tells about customers that share nothing with it waits for the full run, which comes
weekly, by a button, and after everything but an import.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.modules.customers.enums import Origin
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.insight.models import IdentityRun
from hengke.modules.insight.services import pairs, recording, resolve, retiring, sightings, thresholds
from hengke.modules.insight.services.assigning import plan
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.sightings import Sighting

if TYPE_CHECKING:
    from hengke_analytics.identity.memory import Memory

LEAST_NAMES = 5_000
"""Below it a full run takes seconds, and is exact."""
MOST_SHARE = 0.2
"""Of the names: when more are looked at, the full run costs hardly more."""
ROUNDS = 3


def run(*, actor: Actor, report: Report) -> None:
    """Resolve the names that are new; all of them where there is no full run to go by, or where it would not pay."""
    from hengke_analytics.identity import memory as remembering

    memory = remembering.recall(resolve.folder())
    last = IdentityRun.objects.order_by("-pk").first()
    if memory is None or last is None or memory.names < LEAST_NAMES:
        resolve.run(actor=actor, report=report)
        return
    resolve.name_the_nameless()
    fresh = sightings.fresh_names()
    looked_at = _part(fresh, memory, last) if fresh else set()
    if looked_at is None:
        resolve.run(actor=actor, report=report)
    elif fresh:
        _resolve(actor, fresh, looked_at, memory, report)
    else:
        retiring.settle({})


def files() -> list[Path]:
    """What the last full run and the increments since have left."""
    return sorted(resolve.folder().glob("*"))


def since_full() -> bool:
    """Whether there were increments since the last full run."""
    return len(list(resolve.folder().glob("keys-*.parquet"))) > 1


def _part(fresh: set[str], memory: Memory, last: IdentityRun) -> set[str] | None:
    """The names to look at; None when there are too many, or the keys have gone."""
    from hengke_analytics.identity import memory as remembering

    most = MOST_SHARE * memory.names
    if len(fresh) > most:
        return None
    try:
        found = remembering.neighbours(resolve.folder(), memory, sightings.table(_of(fresh)))
    except InputError:
        return None
    names = fresh | found | _entered_since(last)
    for _round in range(ROUNDS):
        wider = names | _names_beside(names)
        if len(wider) > most or len(wider) == len(names):
            break
        names = wider
    return names if len(names) <= most else None


def _of(names: set[str]) -> list[Sighting]:
    return sightings.collect(sightings.archive(names), names)


def _entered_since(last: IdentityRun) -> set[str]:
    """Names of customers that people have entered since: no full run has seen them."""
    entered = Customer.objects.filter(
        origin__in=(Origin.MANUAL, Origin.IMPORT), created_at__gt=last.created_at
    )
    return set(CustomerName.objects.filter(customer__in=entered).values_list("text", flat=True))


def _names_beside(names: set[str]) -> set[str]:
    """All names of the customers that bear these."""
    customers: set[int] = set()
    for lot in sightings.in_lots(names):
        customers.update(CustomerName.objects.filter(text__in=lot).values_list("customer_id", flat=True))
    found: set[str] = set()
    for ids in sightings.in_lots(customers):
        found.update(CustomerName.objects.filter(customer__in=ids).values_list("text", flat=True))
    return found


def _resolve(actor: Actor, fresh: set[str], names: set[str], memory: Memory, report: Report) -> None:
    from hengke_analytics.identity import memory as remembering
    from hengke_analytics.identity.evidence import phone_keys
    from hengke_analytics.identity.resolve import resolve as resolved

    known = sightings.archive(names)
    seen = sightings.collect(known, names)
    found = resolved(
        sightings.table(seen),
        settings=thresholds.settings(),
        decisions=sightings.decisions(seen, known),
        progress=lambda stage, share: report(f"Resolving names: {stage}", int(share * 100), 100),
        memory=memory,
    )
    # Before anything is written: found twice harms nothing, a name that later increments cannot find does.
    remembering.add(resolve.folder(), memory, sightings.table([s for s in seen if s.name in fresh]))
    clusters: list[int] = found.assignments["cluster"].to_pylist()
    chances: list[float] = found.assignments["probability"].to_pylist()
    decided = plan(seen, clusters, known)
    spread = memory.learnt.spread

    def elsewhere(phone: str) -> int:
        return max((spread.get(key, 0) for key in phone_keys(phone)), default=0)

    report("Writing customers", 0, 0)
    with transaction.atomic():
        customers = recording.write_customers(decided, seen, known, elsewhere)
        aliases = recording.write_aliases(decided, seen, chances, customers, known)
        payload = {
            "names": len(fresh),
            "customers": len(decided.members),
            "joined": sorted(decided.joined.items()),
        }
        events.record("identity.resolved", actor=actor, payload=payload)
    recording.hang_lines(seen, clusters, aliases, report)
    mine = {*aliases.values(), *known.aliases}
    retiring.settle(decided.joined, mine)
    pairs.store(found.review, [aliases[s.name, c] for s, c in zip(seen, clusters, strict=True)], mine)
