"""For whom a deputy acts: the absent person who owns what is changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from hengke.engines.access.actor import Actor


def absent_owner(actor: Actor, subject: models.Model | None) -> dict[str, Any] | None:
    """The absent person for whom the actor stands in and who owns `subject`: key and name; None for anybody else's."""
    path = getattr(subject, "scope_paths", {}).get("owner") if actor.standing.absent else None
    if not isinstance(path, str):
        return None
    value: Any = subject
    for step in path.split("__"):
        value = getattr(value, step, None)
    return absent_among(actor, (value,))


def absent_among(actor: Actor, owners: Iterable[int | None]) -> dict[str, Any] | None:
    """The first of these owners for whom the actor stands in."""
    names = dict(actor.standing.absent)
    return next(
        ({"id": o, "name": names[o]} for o in owners if o is not None and o in names and o != actor.user_id),
        None,
    )
