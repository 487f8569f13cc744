"""The names a customer was seen under, and names that may be the same customer."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.insight.enums import ReviewState
from hengke.modules.insight.models import LedgerLine, ReviewPair

SHOWN = 12


def names(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """Aliases, most used first; a laboratory head sees those of the own laboratory's lines, without counts."""
    aliases = CustomerName.objects.filter(customer=customer)
    only_own = bool(grants.only_laboratory(actor, "customers.customer"))
    if only_own:
        own_lines = LedgerLine.objects.visible_to(actor).filter(alias=OuterRef("pk"))
        aliases = aliases.filter(Q(text=customer.name) | Exists(own_lines))
    found = list(aliases.order_by("-lines", "text")[: SHOWN + 1])
    if not found:
        return None
    return {
        "names": found[:SHOWN],
        "more": len(found) > SHOWN,
        "counts": not only_own,
        "may_merge": grants.may(actor, "merge", "customers.customer"),
        "may_split": len(found) > 1 and grants.may(actor, "merge", "customers.customer"),
        "merges": _merges(customer),
    }


def _merges(customer: Customer) -> list[Event]:
    """Merges into this customer that can still be taken back, newest first."""
    undone = Event.objects.filter(kind="undone", subject_type="access.event", subject_id=OuterRef("pk"))
    merged = Event.objects.filter(
        kind="customer.merged", subject_type="customers.customer", subject_id=customer.pk
    )
    return list(merged.exclude(Exists(undone)).order_by("-pk")[:5])


def alias_keys(customer: Customer) -> list[int]:
    """The keys of all names of a customer; read once for everything on a page, which shares the customer.

    By them an index finds the lines and pairs of one customer among millions.
    """
    if "_alias_keys" not in vars(customer):
        found = CustomerName.objects.filter(customer=customer).values_list("pk", flat=True)
        vars(customer)["_alias_keys"] = list(found)
    keys: list[int] = vars(customer)["_alias_keys"]
    return keys


def related(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """Open proposals that join this customer with another one the actor may see."""
    keys = alias_keys(customer)
    mine = Q(left__in=keys) | Q(right__in=keys)
    open_pairs = ReviewPair.objects.filter(mine, state=ReviewState.OPEN).select_related("left", "right")
    others = Customer.objects.visible_to(actor).values("pk")
    open_pairs = open_pairs.filter(left__customer__in=others, right__customer__in=others)
    pairs = list(open_pairs.order_by("-probability")[:5])
    if not pairs:
        return None
    return {"pairs": [_other(pair, customer) for pair in pairs]}


def _other(pair: ReviewPair, customer: Customer) -> dict[str, Any]:
    other = pair.right if pair.left.customer_id == customer.pk else pair.left
    return {
        "name": other.text,
        "customer_id": other.customer_id,
        "probability": pair.probability,
        "pk": pair.pk,
    }
