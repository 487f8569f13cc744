"""Ask the index: exact first, then beginnings, parts, sounds; within these the weightier; only what may be
seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records import registry
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.search.tokens import MAX_SOUND, MAX_START, SOUND, START, normal, pairs, query_runs
from hengke.engines.records.search.words import Expression, Phrase, words

if TYPE_CHECKING:
    from hengke.engines.records.declarations import RecordType

# Of more matches than this only the first are looked at: nobody reads ten thousand hits, and none waits for
# them.
CANDIDATES = 2_000
HEAVY = 1_000
SHOWN = 20
MAX_RUNS = 6


@dataclass(frozen=True)
class Hit:
    """One found object; `reason` is 0 exact, 1 beginning, 2 part, 3 sound."""

    record: RecordType
    pk: int
    title: str
    subtitle: str
    reason: int


def search(text: str, actor: Actor, *, limit: int = SHOWN, slugs: Sequence[str] = ()) -> list[Hit]:
    """The best hits that the actor may see; three or four bounded queries."""
    runs = query_runs(text)[:MAX_RUNS]
    if not runs:
        return []
    visible = _visible(actor, slugs)
    found: dict[int, tuple[int, SearchEntry]] = {}
    for reason, expression in _questions(runs):
        for entry in _matching(visible, expression)[: limit * 5]:
            found.setdefault(entry.pk, (_exact(entry, text, reason), entry))
        if len(found) >= limit * 5:
            break
    for entry in _heavy(visible, text, actor):
        found.setdefault(entry.pk, (2, entry))
    weighty = _sees_weight(actor)
    ranked = sorted(
        found.values(),
        key=lambda pair: (pair[0], -pair[1].weight if weighty else 0, len(pair[1].title), pair[1].pk),
    )
    return [
        Hit(registry.by_slug(entry.record), entry.object_id, entry.title, entry.subtitle, reason)
        for reason, entry in ranked[:limit]
    ]


def matching_ids(record: RecordType, text: str, actor: Actor) -> QuerySet[Any]:
    """Keys of objects that match, as a subquery for a list, which brings its own rights."""
    runs = query_runs(text)[:MAX_RUNS]
    entries = SearchEntry.objects.filter(record=record.slug)
    if not runs:
        return entries.none().values("object_id")
    expression = [alternative for _reason, question in _questions(runs) for alternative in question]
    return entries.filter(pk__in=_numbers(expression, limit=50_000)).values("object_id")


def _questions(runs: list[str]) -> list[tuple[int, Expression]]:
    whole = "".join(runs)
    questions: list[tuple[int, Expression]] = [
        (1, [[Phrase((START + whole[:MAX_START],), prefix=True)]]),
        (2, [[_part(run) for run in runs]]),
    ]
    if whole.isascii() and whole.isalpha():
        questions.append((3, [[Phrase((SOUND + whole[:MAX_SOUND],), prefix=True)]]))
    return questions


def _part(run: str) -> Phrase:
    if run[0] >= "\u3400" and len(run) > 1:
        return Phrase(tuple(pairs(run)))
    return Phrase((run,), prefix=True)


def _numbers(expression: Expression, limit: int) -> RawSQL:
    sql, parameters = words().select(expression, limit)
    return RawSQL(sql, parameters)  # noqa: S611 (tokens are parameters)


def _matching(visible: Case, expression: Expression) -> QuerySet[SearchEntry]:
    bounded = words().bounded(expression)
    return SearchEntry.objects.filter(visible, pk__in=_numbers(bounded, CANDIDATES)).order_by()


def _heavy(visible: Case, text: str, actor: Actor) -> QuerySet[SearchEntry]:
    """The weightiest objects are looked at themselves: a short question may have more matches than are read.
    The weightiest objects are looked at themselves: a short question may have more matches than are read.
    """
    if not _sees_weight(actor):
        return SearchEntry.objects.none()
    heaviest = SearchEntry.objects.filter(weight__gt=0).order_by("-weight").values("pk")[:HEAVY]
    return SearchEntry.objects.filter(visible, pk__in=heaviest, title__contains=normal(text).strip())


def _visible(actor: Actor, slugs: Sequence[str]) -> Case:
    """The entries of objects that the actor may see.

    A CASE rather than an OR: with an OR, SQLite would go through all entries by their record type.
    """
    cases = []
    for record in registry.all_records():
        if grants.may(actor, "view", record.subject) and (not slugs or record.slug in slugs):
            manager: Any = record.model._default_manager
            seen = manager.visible_to(actor).filter(pk=OuterRef("object_id"))
            cases.append(When(record=record.slug, then=Exists(seen)))
    return Case(*cases, default=Value(False), output_field=BooleanField())


def _sees_weight(actor: Actor) -> bool:
    """Weight is money: who may not see it, or only a laboratory's, gets an order that does not depend on it.
    Weight is money: who may not see it, or only a laboratory's, gets an order that does not depend on it.
    """
    from hengke.engines.records.catalogue import Catalogue

    weighty = [record for record in registry.all_records() if record.search_weight[0]]
    return all(
        record.search_weight[1] not in grants.hidden(actor, record.subject)
        and not Catalogue(record, actor).laboratory
        for record in weighty
    )


def _exact(entry: SearchEntry, text: str, reason: int) -> int:
    return 0 if reason == 1 and "".join(query_runs(entry.title)) == "".join(query_runs(text)) else reason
