"""Write down what was done, and bring what is to be done to its end."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema import registry
from hengke.kernel import clock
from hengke.modules.activities.enums import ActivityKind, ActivityState
from hengke.modules.activities.models import Activity


def log(actor: Actor, about: Any, *, kind: str, text: str, subject: str = "", **values: Any) -> Activity:
    """Write an activity on the page of a record; a note, and what has happened already, is done.

    `about` is the object of the page: a customer, or anything that has a `customer`.
    """
    customer = about if about._meta.label_lower == "customers.customer" else getattr(about, "customer", None)
    given = {
        "kind": kind,
        "subject": subject or _headline(text),
        "text": text,
        "customer": customer.pk if customer is not None else None,
        **values,
    }
    starts_at = values.get("starts_at")
    if kind == ActivityKind.NOTE or (kind != ActivityKind.TASK and (starts_at or clock.now()) <= clock.now()):
        given |= {"state": ActivityState.DONE, "starts_at": starts_at or clock.now()}
    if about._meta.label_lower == "customers.contact":
        given["contact"] = about.pk
    record = registry.by_slug("activities")
    with transaction.atomic():
        made: Any = record.create(actor=actor, values=given)
        if customer is not about:
            Activity.objects.filter(pk=made.pk).update(about_type=about._meta.label_lower, about_id=about.pk)
    activity: Activity = made
    return activity


def _headline(text: str) -> str:
    """The first line, cut at a place where it can be cut."""
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= 60 else f"{line[:59]}…"
