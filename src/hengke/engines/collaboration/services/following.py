"""Who follows an object: those who said so, and its owner until the owner says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hengke.engines.collaboration.models import Follow
from hengke.engines.collaboration.subjects import Subject


def choose(subject: Subject, *, on: bool) -> None:
    """Follow the object, or stop following it."""
    person = subject.actor.user_id
    if person is not None:
        Follow.objects.update_or_create(user_id=person, **subject.place, defaults={"on": on})


def begin(place: dict[str, Any], people: Iterable[int | None]) -> None:
    """Let people follow what they made or wrote on, unless they have chosen otherwise; one query."""
    rows = [Follow(user_id=pk, **place) for pk in dict.fromkeys(people) if pk is not None]
    if rows:
        Follow.objects.bulk_create(rows, ignore_conflicts=True)


def followers(place: dict[str, Any], owner: int | None) -> set[int]:
    """The keys of the people who follow; one query."""
    chosen = dict(Follow.objects.filter(**place).values_list("user_id", "on"))
    found = {pk for pk, on in chosen.items() if on}
    return found | {owner} if owner is not None and chosen.get(owner, True) else found


def owner_of(target: Any) -> int | None:
    """The key of the person responsible for an object; a query where the object leads there by another one."""
    path = getattr(target, "scope_paths", {}).get("owner", "")
    if "__" in path:
        found: int | None = (
            type(target)._base_manager.filter(pk=target.pk).values_list(path, flat=True).first()
        )
        return found
    return getattr(target, path, None) if path else None
