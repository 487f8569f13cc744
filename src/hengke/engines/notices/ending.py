"""Open event streams end with the session that opened them: whoever was locked out hears of nothing any more.

All streams of the person end, and a browser that is still let in asks for a new one at once.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from hengke.engines.access.models import User
from hengke.engines.account.models import Session
from hengke.engines.notices import live

# What a session's own hash is made of, or what ends it.
_DECIDING = frozenset({"password", "role", "is_active"})


def listen() -> None:
    """Begin to hear; called once at start."""
    post_delete.connect(_session_gone, sender=Session)
    post_save.connect(_person_saved, sender=User)


def _session_gone(instance: Session, **_: Any) -> None:
    if instance.user_id is not None:
        transaction.on_commit(partial(live.end, [instance.user_id]))


def _person_saved(instance: User, created: bool, update_fields: Any = None, **_: Any) -> None:
    if not created and (update_fields is None or _DECIDING & set(update_fields)):
        transaction.on_commit(partial(live.end, [instance.pk]))
