"""What insight does when other modules tell that something changed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from hengke.engines.access.actor import Actor
from hengke.modules.customers.signals import identity_changed
from hengke.modules.insight.services import refresh


@receiver(identity_changed)
def derive_anew(sender: object, *, actor: Actor, **_: Any) -> None:
    """A merge or a split moves history: figures follow in the background."""
    refresh.ask_to_follow(actor=actor)
