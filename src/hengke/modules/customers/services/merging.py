"""Merge two customers that are one, take a merge back, split one that is two.

Facts hang on aliases and are not touched: moving an alias moves its whole history, in either direction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F

from hengke.engines.access import events, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.collaboration.services import moving
from hengke.engines.records.custom import references as custom
from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.engines.records.writing import services
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError, NotFound
from hengke.modules.customers import references
from hengke.modules.customers.enums import Origin
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.customers.references import Merge
from hengke.modules.customers.signals import identity_changed

# Survivorship: what the absorbed record knows and the surviving one does not is kept.
FILLED_FROM_ABSORBED = (
    "short_name", "category", "ownership", "size", "industry", "province", "city", "county", "address", "postcode",
    "phone", "fax", "website", "email", "code", "legal_representative", "quality_manager", "main_products",
    "owner_id", "unit_id", "tags",
)  # fmt: skip
# Rows derived from ledger lines are made again after every run, so one that is gone is no obstacle to an undo.
DERIVED = frozenset({"customers.contact", "customers.instrument"})
MADE_BY_RUNS = (Origin.LEDGER, Origin.DEMO)
SUBJECT = "customers.customer"


def merge(survivor: Customer, absorbed: Customer, *, actor: Actor) -> Event:
    """Make `absorbed` part of `survivor`; raises NotFound, InputError or Conflict and then changes nothing."""
    if survivor.pk == absorbed.pk:
        raise InputError("merge_with_itself", "Choose two different customers to merge.")
    with transaction.atomic():
        survivor, absorbed = (_locked(c.pk, actor) for c in (survivor, absorbed))
        event = events.record(
            "customer.merged",
            actor=actor,
            subject=survivor,
            party_id=survivor.pk,
            payload={"absorbed": absorbed.pk, "name": absorbed.name, "number": absorbed.number},
        )
        moved = [
            (reference.model, _move(event, reference, absorbed, survivor))
            for reference in references.declared()
            if reference.merge is Merge.MOVE
        ]
        moving.move(event, model=Customer, absorbed=absorbed.pk, survivor=survivor.pk)
        before = journal.states((survivor, absorbed))
        for field in FILLED_FROM_ABSORBED:
            if not getattr(survivor, field):
                setattr(survivor, field, getattr(absorbed, field))
        survivor.extra = custom.joined(Customer, survivor, absorbed)
        absorbed.merged_into, absorbed.deleted_at = survivor, clock.now()
        _save(survivor, absorbed)
        journal.write(event, Customer, before, journal.states((survivor, absorbed)))
        # After these two are written: each of them may name the other one itself.
        custom.move(event, model=Customer, absorbed=absorbed.pk, survivor=survivor.pk)
        _index((*moved, (SUBJECT, [survivor.pk, absorbed.pk])))
        _announce(actor)
    return event


def unmerge(event: Event, *, actor: Actor) -> Event:
    """Take a merge back exactly; Conflict when the customer was merged on since (undo that one first)."""
    if event.kind != "customer.merged":
        raise InputError("not_a_merge", "Only a merge can be separated again.")
    return take_back(event, actor=actor)


def take_back(event: Event, *, actor: Actor) -> Event:
    """Undo a merge or a split; every name concerned counts as decided by a person from now on."""
    _require_mergeable(_survivor(event.subject_id), actor)
    other = event.payload["absorbed" if event.kind == "customer.merged" else "created"]
    with transaction.atomic():
        undone = journal.undo(event, actor=actor, derived=DERIVED)
        if event.kind == "customer.split":
            _put_derived_away(other)
        services.settle(event)
        if event.kind == "customer.split":
            _require_unnamed(other)
        _require_names_of_the_living(event.subject_id, other)
        # What two people disagree about is settled: the next automatic run must not join them again.
        concerned = [pk for pk in (event.subject_id, other) if pk is not None]
        CustomerName.objects.filter(customer_id__in=concerned).update(decided=True)
        _announce(actor)
    return undone


def split(customer: Customer, alias_ids: Iterable[int], *, actor: Actor) -> tuple[Customer, Event]:
    """Make a customer of its own from some aliases of `customer`; at least one alias must stay behind."""
    wanted = set(alias_ids)
    with transaction.atomic():
        customer = _locked(customer.pk, actor)
        names = {name.pk: name for name in CustomerName.objects.filter(customer=customer)}
        chosen = [names[pk] for pk in sorted(wanted & names.keys())]
        if not chosen or len(chosen) != len(wanted) or len(chosen) == len(names):
            raise InputError("split_names", "Choose some of the customer's names, but not all of them.")
        main = max(chosen, key=lambda name: name.lines)
        created = Customer(
            name=main.text, province=customer.province, city=customer.city, owner_id=customer.owner_id,
            unit_id=customer.unit_id, origin=customer.origin, stage=customer.stage,
        )  # fmt: skip
        created.save()
        event = events.record(
            "customer.split",
            actor=actor,
            subject=customer,
            party_id=customer.pk,
            payload={"created": created.pk, "names": [name.text for name in chosen]},
        )
        before = journal.states(chosen)
        for name in chosen:
            name.customer, name.decided = created, True
        CustomerName.objects.bulk_update(chosen, ["customer", "decided"])
        journal.write(event, CustomerName, before, journal.states(chosen))
        journal.write(event, Customer, {}, journal.states((created,)))
        _index(((SUBJECT, [customer.pk, created.pk]),))
        _announce(actor)
    return created, event


def heirs(keys: set[int]) -> dict[int, int]:
    """For those of these customers that were merged, the one that they are part of now; a query for each step."""
    found: dict[int, int] = {}
    ahead = {key: {key} for key in keys}  # where some of them are -> these
    while ahead:
        merged = Customer.objects.filter(pk__in=list(ahead), merged_into__isnull=False)
        moved: dict[int, set[int]] = {}
        for key, into in merged.values_list("pk", "merged_into"):
            moved.setdefault(into or 0, set()).update(ahead[key])
        found |= {key: into for into, some in moved.items() for key in some}
        ahead = moved
    return found


def _require_names_of_the_living(*customers: int | None) -> None:
    names = CustomerName.objects.filter(customer__in=[pk for pk in customers if pk is not None])
    if names.filter(customer__deleted_at__isnull=False).exists():
        raise Conflict("changed_since", "It was changed again meanwhile. Undo the later change first.")


def _put_derived_away(customer: int) -> None:
    """What a run made from the lines of a customer that is gone: the next run makes it where the lines are now."""
    for label in sorted(DERIVED):
        model: Any = apps.get_model(label)
        rows = model._base_manager.filter(customer=customer, origin__in=MADE_BY_RUNS, deleted_at=None)
        keys = list(rows.values_list("pk", flat=True))
        rows.update(deleted_at=clock.now(), version=F("version") + 1)
        _index(((label, keys),))


def _require_unnamed(customer: int) -> None:
    """Conflict when a custom field of something live names a customer that is about to be gone."""
    for reference in custom.leading_to(Customer):
        if reference.rows(customer).filter(deleted_at=None).exists():
            raise Conflict("still_owns", "Something else belongs to it by now. Delete it instead.")


def _announce(actor: Actor) -> None:
    transaction.on_commit(lambda: identity_changed.send(Customer, actor=actor))


def _locked(pk: int, actor: Actor) -> Customer:
    customer = Customer.objects.select_for_update().filter(pk=pk).first()
    if customer is not None and customer.merged_into_id:
        _require_mergeable(_survivor(pk), actor)
        raise Conflict("merged_already", "This customer has been merged into another one already.")
    _require_mergeable(pk, actor)
    assert customer is not None
    return customer


def _require_mergeable(pk: int, actor: Actor) -> None:
    if not Customer.objects.visible_to(actor, "merge").filter(pk=pk).exists():
        raise NotFound("customer_not_found", "This customer does not exist.")


def _survivor(pk: int | None) -> int:
    """The customer that `pk` has become part of; itself when it was not merged."""
    while pk is not None and (
        into := Customer.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    ):
        pk = into
    return pk or 0


def _move(event: Event, reference: references.Reference, absorbed: Customer, survivor: Customer) -> list[int]:
    """The keys of the rows that follow the surviving customer from now on."""
    model: type[models.Model] = apps.get_model(reference.model)
    rows = list(model._base_manager.filter(**{reference.field: absorbed}))
    before = journal.states(rows)
    for row in rows:
        setattr(row, reference.field, survivor)
        if isinstance(row, CustomerName):
            row.decided = True
    model._base_manager.bulk_update(
        rows, [reference.field, *(["decided"] if model is CustomerName else [])], 500
    )
    journal.write(event, model, before, journal.states(rows))
    return [row.pk for row in rows]


def _index(changed: Iterable[tuple[str, Iterable[int]]]) -> None:
    """Let search tell at once whose rows these are; the second lines of hits name the customer."""
    for subject, ids in changed:
        record = registry.by_subject(subject)
        if record is not None:
            index.index_records(record, ids)


def _save(*customers: Customer) -> None:
    for customer in customers:
        customer.version += 1
        customer.save()
