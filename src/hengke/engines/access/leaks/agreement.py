"""The confidentiality agreement: published in versions, accepted by everybody before anything else."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks.models import Acceptance, Agreement

SUBJECT = "access.protection"


def newest() -> Agreement | None:
    """The version that holds; None before the first one is published."""
    return Agreement.objects.order_by("-version").first()


def is_due(user: Any) -> bool:
    """Whether a person, read with `policy.beside`, has yet to accept the newest version; no query."""
    version = getattr(user, "agreement", None)
    return version is not None and (user.accepted or 0) < version


def publish(text: str, *, actor: Actor) -> Agreement:
    """Make `text` the next version; everybody is asked again."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        last = newest()
        row = Agreement.objects.create(
            version=last.version + 1 if last else 1, text=text, published_by_id=actor.user_id
        )
        events.record("agreement.published", actor=actor, subject=row, payload={"name": f"v{row.version}"})
    return row


def accept(agreement: Agreement, *, actor: Actor) -> None:
    """Write down that the actor accepts a version; once."""
    assert actor.user_id is not None
    with transaction.atomic():
        _row, is_new = Acceptance.objects.get_or_create(user_id=actor.user_id, agreement=agreement)
        if is_new:
            payload = {"name": f"v{agreement.version}"}
            events.record("agreement.accepted", actor=actor, subject=agreement, payload=payload)
