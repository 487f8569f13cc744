"""Customers whose lines have gone are put out of sight, and come back with their lines.

A record made from the ledger stands for lines: when the import that brought them is undone or the demo is
cleared, it would be an empty shell. What people keep (edited, merged, entered by hand) stays, except demo
customers.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from hengke.engines.access.models import Event
from hengke.engines.records.writing import belongings
from hengke.kernel import clock
from hengke.modules.customers.enums import Origin
from hengke.modules.customers.models import Contact, Customer, CustomerName, Instrument
from hengke.modules.insight.models import LedgerLine

OWNER = "customers.customer"
# Contacts and instruments are made again from the lines.
DERIVED = (Contact, Instrument)
_COUNT_LINES = """
UPDATE customers_customername SET lines = (
    SELECT count(*) FROM insight_ledgerline l JOIN insight_source s ON s.id = l.source_id
    WHERE l.alias_id = customers_customername.id AND l.removed_by_id IS NULL AND s.archived_at IS NULL
)
"""
"""What a name's lines are now; only needed when sources come and go,
since a run of resolution counts anyway.
"""


def settle(joined: dict[int, int], among: Collection[int] | None = None) -> None:
    """Mark aliases without lines, drop superfluous ones, point joined customers at their heirs,
    retire and revive. `among`: the only aliases whose lines can have changed.
    """
    with transaction.atomic():
        for customer, heir in joined.items():
            Customer.objects.filter(pk=customer, merged_into=None).update(
                merged_into=heir, deleted_at=clock.now()
            )
        count_lines(among)
        _drop_idle_variants()
        revive()
        retire()


def count_lines(among: Collection[int] | None = None) -> None:
    """Count the lines of every alias anew, or of these."""
    with connection.cursor() as cursor:
        if among is None:
            cursor.execute(_COUNT_LINES)
        else:
            cursor.executemany(f"{_COUNT_LINES} WHERE id = %s", [(pk,) for pk in sorted(among)])


def retire() -> int:
    """Hide ledger-born customers without a line; returns how many."""
    shells = Customer.objects.filter(~_has_lines(), deleted_at=None).filter(
        Q(origin=Origin.DEMO) | (Q(origin=Origin.LEDGER) & ~_handled())
    )
    now = clock.now()
    hidden = shells.update(deleted_at=now)
    belongings.hide(OWNER, now, without=DERIVED)
    return hidden


def revive() -> int:
    """Bring back what `retire` hid and what has lines again; what a person deleted stays deleted."""
    back = Customer.objects.filter(
        _has_lines(), ~_deleted_by_person(), deleted_at__isnull=False, merged_into=None,
        origin__in=(Origin.LEDGER, Origin.DEMO),
    )  # fmt: skip
    belongings.show(OWNER, back, without=DERIVED)
    return back.update(deleted_at=None)


def _drop_idle_variants() -> None:
    """A name that stood for several customers and no longer does leaves variants that nothing hangs on."""
    twin = CustomerName.objects.filter(text=OuterRef("text")).exclude(pk=OuterRef("pk")).filter(lines__gt=0)
    idle = CustomerName.objects.filter(
        ~Exists(LedgerLine.objects.filter(alias=OuterRef("pk"))), Exists(twin), lines=0, decided=False
    )
    idle.delete()


def _has_lines() -> Exists:
    return Exists(CustomerName.objects.filter(customer=OuterRef("pk"), lines__gt=0))


def _handled() -> Exists:
    return Exists(Event.objects.filter(party_id=OuterRef("pk"), actor__isnull=False))


def _deleted_by_person() -> Exists:
    return Exists(Event.objects.filter(party_id=OuterRef("pk"), kind__endswith=".deleted"))
