"""Whose scores a person may see and set: never through one laboratory, since scores are made of all of them."""

from __future__ import annotations

from django.db.models import QuerySet

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.scoping import to_q
from hengke.kernel.errors import NotFound
from hengke.kernel.filters import within
from hengke.modules.customers.models import Customer

SUBJECT = "insight.customerscore"
PATHS = {word: path for word, path in Customer.scope_paths.items() if word != "laboratory"} | {
    "customers.customer": "pk"
}


def customers(actor: Actor, action: str = "view") -> QuerySet[Customer]:
    """Live customers that the actor may see at all, and of these those whose scores are open to `action`."""
    tree = within(grants.row_filter(actor, SUBJECT, action), PATHS)
    return Customer.objects.visible_to(actor).filter(to_q(tree, PATHS))


def customer(actor: Actor, pk: int, action: str = "view") -> Customer:
    """One of them; NotFound for any other."""
    found = customers(actor, action).filter(pk=pk).first()
    if found is None:
        raise NotFound("customer_not_found", "This customer does not exist.")
    return found
