"""What must follow when a person changes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from hengke.engines.access.models import User
from hengke.engines.account.models import Session


@receiver(post_save, sender=User)
def end_sessions_of_the_disabled(sender: type[User], instance: User, **kwargs: Any) -> None:
    """A person who is let in again must log in again. (A changed password or role ends sessions by their hash.)"""
    if not instance.is_active:
        Session.objects.filter(user=instance).delete()
