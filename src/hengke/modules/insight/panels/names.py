"""The names a customer was seen under, and names that may be the same customer."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.access.prepared import Prepared
from hengke.kernel.filters import Filter
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.insight.enums import ReviewState
from hengke.modules.insight.models import LedgerLine, ReviewPair

SHOWN = 12


def names(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """Aliases, most used first; a laboratory head sees those of the own laboratory's lines, without counts."""
    only_own = bool(grants.only_laboratory(actor, "customers.customer"))
    if only_own:
        found = _own_names(grants.row_filter(actor, "insight.ledgerline"), customer.pk, customer.name)
    else:
        found = _most_used(customer.pk)
    if not found:
        return None
    return {
        "names": found[:SHOWN],
        "more": len(found) > SHOWN,
        "counts": not only_own,
        "may_merge": grants.may(actor, "merge", "customers.customer"),
        "may_split": len(found) > 1 and grants.may(actor, "merge", "customers.customer"),
        "merges": _merges(customer.pk),
    }


def _names_of(customer: int) -> QuerySet[CustomerName]:
    return CustomerName.objects.filter(customer=customer).order_by("-lines", "text")


def _names_with_own_lines(rights: Filter, customer: int, name: str) -> QuerySet[CustomerName]:
    lines = LedgerLine.objects.within(rights).filter(alias=OuterRef("pk"))
    return _names_of(customer).filter(Q(text=name) | Exists(lines))[: SHOWN + 1]


_own_names = Prepared[CustomerName](_names_with_own_lines)
_most_used = Prepared[CustomerName](lambda customer: _names_of(customer)[: SHOWN + 1])


def _merges_into(customer: int) -> QuerySet[Event]:
    """Merges into a customer that can still be taken back, newest first."""
    undone = Event.objects.filter(kind="undone", subject_type="access.event", subject_id=OuterRef("pk"))
    merged = Event.objects.filter(
        kind="customer.merged", subject_type="customers.customer", subject_id=customer
    )
    return merged.exclude(Exists(undone)).order_by("-pk")[:5]


_merges = Prepared[Event](_merges_into)


def alias_keys(customer: Customer) -> list[int]:
    """The keys of all names of a customer; read once for everything on a page, which shares the customer.

    By them an index finds the lines and pairs of one customer among millions.
    """
    if "_alias_keys" not in vars(customer):
        vars(customer)["_alias_keys"] = _keys(customer.pk)
    keys: list[int] = vars(customer)["_alias_keys"]
    return keys


_keys = Prepared[int](
    lambda customer: CustomerName.objects.filter(customer=customer).values_list("pk", flat=True)
)


def related(actor: Actor, customer: Customer) -> dict[str, Any] | None:
    """Open proposals that join this customer with another one the actor may see."""
    pairs = _pairs(grants.row_filter(actor, "customers.customer"), alias_keys(customer))
    if not pairs:
        return None
    return {"pairs": [_other(pair, customer) for pair in pairs]}


def _open_pairs(rights: Filter, keys: list[int]) -> QuerySet[ReviewPair]:
    mine = Q(left__in=keys) | Q(right__in=keys)
    others = Customer.objects.within(rights).values("pk")
    found = ReviewPair.objects.filter(mine, state=ReviewState.OPEN).select_related("left", "right")
    return found.filter(left__customer__in=others, right__customer__in=others).order_by("-probability")[:5]


_pairs = Prepared[ReviewPair](_open_pairs)


def _other(pair: ReviewPair, customer: Customer) -> dict[str, Any]:
    other = pair.right if pair.left.customer_id == customer.pk else pair.left
    return {
        "name": other.text,
        "customer_id": other.customer_id,
        "probability": pair.probability,
        "pk": pair.pk,
    }
