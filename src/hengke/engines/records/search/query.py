"""Ask the index: exact first, then beginnings, parts, sounds; within these the weightier; only what may be
seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.reading import referred
from hengke.engines.records.schema import registry
from hengke.engines.records.search import index, typos
from hengke.engines.records.search.nearness import OTHER, Place, nearness
from hengke.engines.records.search.tokens import MAX_SOUND, MAX_START, SOUND, START, normal, pairs, query_runs
from hengke.engines.records.search.words import MOST_LISTED, Expression, Phrase, words

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import RecordType

# Of more matches than this only the first are looked at: nobody reads ten thousand hits, and none waits for
# them.
CANDIDATES = 2_000
HEAVY = 1_000
NEAR = 4  # the reason of a hit that differs from the question
SHOWN = 20
MAX_RUNS = 6
# With fewer hits than this, a mistake in the question is likely; a number that finds anything is meant so.
FEW = 3
SIMILAR = 200


@dataclass(frozen=True)
class Hit:
    """One found object; `reason` is 0 exact, 1 beginning, 2 part, 3 sound, 4 (NEAR) but for one character."""

    record: RecordType
    pk: int
    title: str
    subtitle: str
    reason: int


def search(
    text: str, actor: Actor, *, limit: int = SHOWN, slugs: Sequence[str] = (), recent: Sequence[Place] = ()
) -> list[Hit]:
    """The best hits that the actor may see, those opened lately, the own and the own unit's first; a handful of
    bounded queries.
    """
    runs = query_runs(text)[:MAX_RUNS]
    if not runs:
        return []
    whole, visible = "".join(runs), _visible(actor, slugs)
    found: dict[int, tuple[int, SearchEntry]] = {}
    for reason, expression in _questions(runs):
        for entry in _matching(visible, expression)[: limit * 5]:
            found.setdefault(entry.pk, (_exact(entry, text, reason), entry))
        if len(found) >= limit * 5:
            break
    for entry in _heavy(visible, text, actor):
        found.setdefault(entry.pk, (2, entry))
    allowed = permitted(actor, whole_question(runs), [entry for _reason, entry in found.values()])
    found = {pk: pair for pk, pair in found.items() if pk in allowed}
    if len(found) < (FEW if whole.isalpha() else 1):
        for entry in _similar(visible, runs, actor):
            found.setdefault(entry.pk, (NEAR, entry))
    weighty = _sees_weight(actor)
    near = nearness((entry for _reason, entry in found.values()), actor, set(recent))
    ranked = sorted(
        found.values(),
        key=lambda pair: (
            pair[0],
            near.get(pair[1].pk, OTHER),
            -pair[1].weight if weighty else 0,
            len(pair[1].title),
            pair[1].pk,
        ),
    )
    lines = subtitles(actor, [entry for _reason, entry in ranked[:limit]])
    return [
        Hit(registry.by_slug(entry.record), entry.object_id, entry.title, lines[entry.pk], reason)
        for reason, entry in ranked[:limit]
    ]


def known(places: Sequence[Place], actor: Actor) -> list[Hit]:
    """Those of these objects that the actor may see, in their order; one query, more for who sees some only."""
    if not places:
        return []
    wanted = {slug: [pk for of, pk in places if of == slug] for slug, _pk in places}
    asked = reduce(or_, (Q(record=slug, object_id__in=ids) for slug, ids in wanted.items()))
    found = {
        (e.record, e.object_id): e for e in SearchEntry.objects.filter(_visible(actor, tuple(wanted)), asked)
    }
    lines = subtitles(actor, list(found.values()))
    return [
        Hit(registry.by_slug(slug), pk, found[slug, pk].title, lines[found[slug, pk].pk], 0)
        for slug, pk in places
        if (slug, pk) in found
    ]


def _similar(visible: Case, runs: list[str], actor: Actor) -> list[SearchEntry]:
    """Entries that are found but for one character; two bounded queries."""
    sure, parts = typos.questions(runs)
    found = list(_matching(visible, sure, limit=SIMILAR)) if sure else []
    compared = _matching(visible, parts, limit=CANDIDATES) if parts else ()
    found += [entry for entry in compared if typos.is_near(runs[0], entry.title)]
    allowed = permitted(actor, [*sure, *parts], found)
    return [entry for entry in found if entry.pk in allowed]


def matching_ids(record: RecordType, text: str, actor: Actor, *, order: str = "") -> QuerySet[Any]:
    """Keys of objects that match, as a subquery for a list, which brings its own rights; `order` is the field in whose
    order the list is read.
    """
    runs = query_runs(text)[:MAX_RUNS]
    entries = SearchEntry.objects.filter(record=record.slug)
    if not runs:
        return entries.none().values("object_id")
    if blocked(actor, record):
        found = list(entries.filter(pk__in=_numbers(whole_question(runs), limit=CANDIDATES)))
        return entries.filter(pk__in=permitted(actor, whole_question(runs), found)).values("object_id")
    if any(field.name == order for field in index.searched_fields(record)):
        # In the order of names, those with a word in them lie together: walking there could read all the others first.
        return entries.filter(pk__in=_numbers(whole_question(runs), MOST_LISTED)).values("object_id")
    sql, parameters = words().listed(whole_question(runs))
    return entries.filter(pk__in=RawSQL(sql, parameters)).values("object_id")  # noqa: S611 (tokens are parameters)


def whole_question(runs: list[str]) -> Expression:
    """Everything that counts as found."""
    return [alternative for _reason, question in _questions(runs) for alternative in question]


def blocked(actor: Actor, record: RecordType) -> bool:
    """Whether some field by which the objects are found may not be read in full."""
    rights = grants.FieldRights(actor, record.subject)
    return bool(rights) and len(_open_fields(record, rights)) < len(index.searched_fields(record))


def _open_fields(record: RecordType, rights: grants.FieldRights) -> set[str]:
    fields = index.searched_fields(record)
    return {
        f.name for f in fields if f.title == 1 or rights.level(f.name, f.sensitivity) >= grants.Level.READ
    }


def permitted(actor: Actor, question: Expression, entries: Sequence[SearchEntry]) -> set[int]:
    """The numbers of those entries that are found by what the actor may read.

    The index does not know which field a word is from. For the few whose rights close a searched field, what was found
    is looked at again; else a masked telephone number could be found out digit by digit.
    """
    kept = {entry.pk for entry in entries}
    for record in registry.all_records():
        mine = {entry.object_id: entry.pk for entry in entries if entry.record == record.slug}
        if mine and blocked(actor, record):
            names = _open_fields(record, grants.FieldRights(actor, record.subject))
            tokens = index.tokens_of(record, list(mine), names)
            kept -= {number for pk, number in mine.items() if not finds(question, tokens.get(pk, []))}
    return kept


def finds(expression: Expression, tokens: Sequence[str]) -> bool:
    """What the index does, for one entry's tokens."""
    return any(all(_has(phrase, tokens) for phrase in phrases) for phrases in expression)


def _has(phrase: Phrase, tokens: Sequence[str]) -> bool:
    *first, last = phrase.tokens
    for at in range(len(tokens) - len(first)):
        end = tokens[at + len(first)]
        fits = end.startswith(last) if phrase.prefix else end == last
        if fits and list(tokens[at : at + len(first)]) == first:
            return True
    return False


def subtitles(actor: Actor, entries: Sequence[SearchEntry]) -> dict[int, str]:
    """The second lines of hits by the entries' keys, without names of what is out of the actor's scope.

    Two queries for each reference that such lines read through, and only for who sees some of its objects.
    """
    lines = {entry.pk: subtitle(actor, entry) for entry in entries}
    for slug in sorted({entry.record for entry in entries}):
        record = registry.by_slug(slug)
        mine = {entry.object_id: entry.pk for entry in entries if entry.record == slug}
        for pk in referred.telling(actor, record, index.told(record), mine):
            lines[mine[pk]] = ""
    return lines


def subtitle(actor: Actor, entry: SearchEntry) -> str:
    """The second line of a hit, unless it tells of a field that the actor may not read in full."""
    record = registry.by_slug(entry.record)
    rights = grants.FieldRights(actor, record.subject)
    told = re.findall(r"{(\w+)", record.search_subtitle)
    fields = {field.name: field for field in record.fields}
    closed = rights and any(
        rights.level(name, fields[name].sensitivity) < grants.Level.READ for name in told if name in fields
    )
    return "" if closed else entry.subtitle


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


def _matching(visible: Case, expression: Expression, *, limit: int = CANDIDATES) -> QuerySet[SearchEntry]:
    bounded = words().bounded(expression)
    return SearchEntry.objects.filter(visible, pk__in=_numbers(bounded, limit)).order_by()


def _heavy(visible: Case, text: str, actor: Actor) -> QuerySet[SearchEntry]:
    """The weightiest objects are looked at themselves: a short question may have more matches than are read."""
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
    """Weight is money: who may not see it, or only a laboratory's, gets an order that does not depend on it."""
    from hengke.engines.records.reading.catalogue import Catalogue

    weighty = [record for record in registry.all_records() if record.search_weight[0]]
    return all(
        record.search_weight[1] not in grants.hidden(actor, record.subject)
        and not Catalogue(record, actor).laboratory
        for record in weighty
    )


def _exact(entry: SearchEntry, text: str, reason: int) -> int:
    return 0 if reason == 1 and "".join(query_runs(entry.title)) == "".join(query_runs(text)) else reason
