"""The customer about whom somebody wants to write something down."""

from __future__ import annotations

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import NotAllowed, NotFound
from hengke.modules.customers.models import Customer


def customer(pk: int, *, actor: Actor, subject: str, action: str = "change") -> Customer:
    """The customer, if the actor may do `action` with `subject` and change the customer (for "view": see it).

    NotAllowed without the right, NotFound out of sight.
    """
    grants.require(actor, action, subject)
    found = Customer.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound("customer_unknown", "This customer does not exist, or is not yours to see.")
    if action != "view" and not Customer.objects.visible_to(actor, "change").filter(pk=pk).exists():
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    return found
