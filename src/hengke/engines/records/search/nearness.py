"""How near a hit is to the person who asks: opened lately, the own, the own unit's, or anybody's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from hengke.engines.access.actor import Actor
from hengke.engines.access.scoping import to_q
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.schema import registry
from hengke.kernel.filters import Condition

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
    words = {"owner": (Condition("owner", "eq", actor.user_id), OWN)} if actor.user_id is not None else {}
    if actor.unit_path:
        words["unit"] = (Condition("unit", "startswith", actor.unit_path), UNIT)
    cases = [
        When(to_q(tree, model.scope_paths), then=near)
        for word, (tree, near) in words.items()
        if word in model.scope_paths
    ]
    if not cases:
        return dict.fromkeys(ids, OTHER)
    near = Case(*cases, default=Value(OTHER), output_field=IntegerField())
    return dict(model._default_manager.filter(pk__in=ids).annotate(near=near).values_list("pk", "near"))
