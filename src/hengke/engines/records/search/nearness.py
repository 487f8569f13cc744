"""How near a hit is to the person who asks: opened lately, the own, the own unit's, or anybody's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from hengke.engines.access.actor import Actor
from hengke.engines.records import registry
from hengke.engines.records.models import SearchEntry

RECENT, OWN, UNIT, OTHER = range(4)
Place = tuple[str, int]  # slug and key of an object


def nearness(entries: Iterable[SearchEntry], actor: Actor, recent: Collection[Place]) -> dict[int, int]:
    """Entry -> nearness; one query per record type among the entries."""
    by_slug: dict[str, dict[int, int]] = {}
    for entry in entries:
        by_slug.setdefault(entry.record, {})[entry.object_id] = entry.pk
    found: dict[int, int] = {}
    for slug, numbers in by_slug.items():
        for pk, near in _of_record(slug, list(numbers), actor).items():
            found[numbers[pk]] = RECENT if (slug, pk) in recent else near
    return found


def _of_record(slug: str, ids: list[int], actor: Actor) -> dict[int, int]:
    model: Any = registry.by_slug(slug).model
    paths = [model.scope_paths.get(word, "pk") for word in ("owner", "unit")]
    rows = model._default_manager.filter(pk__in=ids).values_list("pk", *paths)
    return {pk: _near(owner, unit, paths, actor) for pk, owner, unit in rows}


def _near(owner: Any, unit: Any, paths: list[str], actor: Actor) -> int:
    if paths[0] != "pk" and actor.user_id is not None and owner == actor.user_id:
        return OWN
    return (
        UNIT
        if paths[1] != "pk" and actor.unit_path and str(unit or "").startswith(actor.unit_path)
        else OTHER
    )
