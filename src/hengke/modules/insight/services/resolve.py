"""Identity resolution of the ledger: which names are which customer, written down so that it can be argued
with.

A run starts from all sightings, so its result does not depend on the order in which files came in; what
people decided or keep is given, everything else follows the evidence. Customers and aliases keep their
identity from run to run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.insight.models import IdentityRun
from hengke.modules.insight.services import pairs, recording, retiring, sightings, thresholds
from hengke.modules.insight.services.assigning import Plan, plan
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.sightings import Archive, Sighting

if TYPE_CHECKING:
    from hengke_analytics.identity.resolve import Resolution


def run(*, actor: Actor, report: Report) -> IdentityRun | None:
    """Resolve all names of the ledger and hang every line on its alias; None when there is no name.

    May be cut off and repeated at any point: a second run over the same ledger changes nothing.
    """
    name_the_nameless()
    known = sightings.archive()
    seen = sightings.collect(known)
    if not seen:
        retiring.settle({})
        return None
    found = _resolved(seen, known, report)
    clusters: list[int] = found.assignments["cluster"].to_pylist()
    chances: list[float] = found.assignments["probability"].to_pylist()
    decided = plan(seen, clusters, known)
    report("Writing customers", 0, 0)
    with transaction.atomic():
        customers = recording.write_customers(decided, seen, known)
        aliases = recording.write_aliases(decided, seen, chances, customers, known)
        result = _record(actor, seen, decided, found)
    recording.hang_lines(seen, clusters, aliases, report)
    retiring.settle(decided.joined)
    pairs.store(found.review, [aliases[s.name, c] for s, c in zip(seen, clusters, strict=True)])
    return result


def folder() -> Path:
    """Where a full run leaves what increments go by."""
    return Path(settings.DATA_DIR) / "identity"


def name_the_nameless() -> None:
    """Give every live customer without a name on record its own as one."""
    nameless = Customer.objects.filter(
        ~Exists(CustomerName.objects.filter(customer=OuterRef("pk"))), deleted_at=None
    )
    with transaction.atomic():
        for customer in nameless:
            variant = CustomerName.objects.filter(text=customer.name).count()
            CustomerName.objects.create(customer=customer, text=customer.name, variant=variant, decided=True)


def _resolved(seen: list[Sighting], known: Archive, report: Report) -> Resolution:
    from hengke_analytics.identity.resolve import resolve

    return resolve(
        sightings.table(seen),
        settings=thresholds.settings(),
        decisions=sightings.decisions(seen, known),
        progress=lambda stage, share: report(f"Resolving names: {stage}", int(share * 100), 100),
        keep_in=folder(),
    )


def _record(actor: Actor, seen: list[Sighting], decided: Plan, found: Resolution) -> IdentityRun:
    row = IdentityRun.objects.create(
        settings={"automatic": found.settings.automatic, "review": found.settings.review},
        names=len({sighting.name for sighting in seen}),
        customers=len(decided.members),
        pairs=len(found.chances),
        expected_error=thresholds.summary(found),
    )
    new = sum(customer is None for customer in decided.customer_of.values())
    events.record(
        "identity.resolved",
        actor=actor,
        subject=row,
        payload={
            "names": row.names,
            "customers": row.customers,
            "new": new,
            "joined": sorted(decided.joined.items()),
        },
    )
    return row
