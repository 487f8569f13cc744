"""What the page of a customer shows besides its own fields: contacts and instruments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hengke.engines.access.actor import Actor
from hengke.engines.records.reading.related import related
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Panel


def _contact(contact: Any) -> tuple[str, str]:
    return contact.name, " · ".join(filter(None, (contact.role, contact.department)))


def _instrument(instrument: Any) -> tuple[str, str]:
    return " ".join(filter(None, (instrument.name, instrument.model))), instrument.laboratory


def contacts(actor: Actor, customer: Any) -> Mapping[str, Any]:
    """The people at the customer, the last seen first."""
    return related(actor, "contacts", "customer", customer, sort="-last_on", words=_contact, end="phone")


def instruments(actor: Actor, customer: Any) -> Mapping[str, Any]:
    """The instruments that the actor may see, the next due first."""
    return related(actor, "instruments", "customer", customer, sort="due", words=_instrument, end="due")


registry.register_panel(
    "customers", Panel("contacts", _("Contacts"), "records/related.html", contacts, place="left", order=60)
)
registry.register_panel(
    "customers",
    Panel("instruments", _("Instruments"), "records/related.html", instruments, place="right", order=20),
)
