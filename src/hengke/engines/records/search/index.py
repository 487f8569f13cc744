"""Keep the search index: one entry per live object, refreshed in the transaction of the change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from hengke.engines.records.custom import definitions
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.schema import registry
from hengke.engines.records.search.tokens import index_tokens
from hengke.engines.records.search.words import words
from hengke.engines.records.writing import bulk

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import Field, RecordType

CHUNK = 2_000
BATCH = 10 * CHUNK
# From so many entries on, collecting their words first is faster than writing each.
MANY = 500
_PLACE = re.compile(r"{([\w.]+)}")
Entry = tuple[int, str, str, float, list[str]]


def index_records(record: RecordType, ids: Iterable[int]) -> None:
    """Write the entries of these objects anew; those that are gone or deleted lose theirs."""
    wanted = list(ids)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        with transaction.atomic(), words().in_bulk() if len(chunk) >= MANY else nullcontext():
            _remove(record, chunk)
            _insert(record, _stored_entries(record, chunk))


def told(record: RecordType) -> list[str]:
    """The places that the second line of a hit names, "customer.name"."""
    return _PLACE.findall(record.search_subtitle)


def is_touched(record: RecordType, paths: Iterable[str]) -> bool:
    """Whether entries say anything that comes from one of these paths."""
    return bool(set(paths) & set(_paths(record)))


def add_records(record: RecordType, targets: Sequence[models.Model]) -> None:
    """Write the entries of objects that have just been made; without figures yet, none of them weighs
    anything.
    """
    ids, paths = [target.pk for target in targets], _paths(record)
    if any("__" in path for path in paths):
        rows = _rows(record, ids, paths)
    else:
        rows = [tuple(getattr(target, path) for path in paths) for target in targets]
    with words().in_bulk() if len(ids) >= MANY else nullcontext():
        _insert(record, _entries(record, rows, {}))


def remove_all(record: RecordType) -> None:
    """Forget every object of a record type."""
    with transaction.atomic():
        numbers = SearchEntry.objects.filter(record=record.slug).values_list("pk", flat=True)
        for chunk in _chunks(numbers.iterator(chunk_size=CHUNK)):
            words().remove(chunk)
        SearchEntry.objects.filter(record=record.slug).delete()


def rebuild() -> int:
    """Write the whole index anew; returns the number of entries.

    Search is incomplete until it ends. One transaction per 20,000 objects, so that others can write meanwhile.
    """
    definitions.refresh()
    with transaction.atomic():
        words().clear()
        SearchEntry.objects.all()._raw_delete(SearchEntry.objects.db)
    count = 0
    for record in registry.all_records():
        manager: Any = record.model._default_manager
        live = manager.filter(record.model.live)  # type: ignore[attr-defined]
        ids = list(live.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            with transaction.atomic(), words().in_bulk():
                batch = ids[start : start + BATCH]
                count += sum(
                    _insert(record, _stored_entries(record, chunk)) for chunk in _chunks(iter(batch))
                )
    bulk.analyse()
    return count


def _chunks(ids: Iterator[int]) -> Iterator[list[int]]:
    while chunk := list(islice(ids, CHUNK)):
        yield chunk


def _remove(record: RecordType, ids: Sequence[int]) -> None:
    old = SearchEntry.objects.filter(record=record.slug, object_id__in=ids)
    numbers = list(old.values_list("pk", flat=True))
    if numbers:
        words().remove(numbers)
        old._raw_delete(old.db)


def _insert(record: RecordType, entries: list[Entry]) -> int:
    names = ("record", "object_id", "title", "subtitle", "weight")
    rows = [(record.slug, pk, title[:200], sub[:300], weight) for pk, title, sub, weight, _tokens in entries]
    keys = bulk.insert_values(SearchEntry, names, rows)
    words().put((key, tokens) for key, (*_rest, tokens) in zip(keys, entries, strict=True))
    return len(rows)


def tokens_of(record: RecordType, ids: Sequence[int], names: Collection[str]) -> dict[int, list[str]]:
    """The tokens that live objects would have if only the fields called `names` were searched."""
    rows = _rows(record, ids, _paths(record, names))
    return {pk: tokens for pk, *_rest, tokens in _entries(record, rows, {}, names)}


def searched_fields(record: RecordType) -> list[Field]:
    """The fields by which an object is found."""
    return [field for field in record.fields if field.search]


def _stored_entries(record: RecordType, ids: Sequence[int]) -> list[Entry]:
    """The entries of those of these objects that are live, in three queries."""
    return _entries(record, _rows(record, ids, _paths(record)), _weights(record, ids))


def _paths(record: RecordType, names: Collection[str] | None = None) -> list[str]:
    """What an entry is made from: key, title, searched texts and codes, parts of the second line."""
    texts, codes = _searched(record, names)
    places = told(record)
    return [
        "pk",
        record.title_field.path,
        *(f.path for f in (*texts, *codes)),
        *(p.replace(".", "__") for p in places),
    ]


def _rows(record: RecordType, ids: Sequence[int], paths: list[str]) -> list[tuple[Any, ...]]:
    manager: Any = record.model._default_manager
    live = manager.filter(record.model.live, pk__in=ids)  # type: ignore[attr-defined]
    return list(live.values_list(*paths))


def _entries(
    record: RecordType,
    rows: Sequence[tuple[Any, ...]],
    weights: Mapping[int, float],
    names: Collection[str] | None = None,
) -> list[Entry]:
    """Everything an entry says, from rows of `_paths`; with `names`, from these fields only."""
    texts, codes = _searched(record, names)
    template = _PLACE.sub("{}", record.search_subtitle)
    extra = record.search_extra([row[0] for row in rows])
    at = 2 + len(texts)
    end = at + len(codes)
    entries = []
    for row in rows:
        named = [field.kind.said(value) for field, value in zip(texts, row[2:at], strict=True) if value]
        named += [text for text in extra.get(row[0], ()) if text != row[1]]
        coded = [value for value in row[at:end] if value]
        subtitle = template.format(*[value or "" for value in row[end:]]).strip()
        entries.append((row[0], str(row[1]), subtitle, weights.get(row[0], 0.0), index_tokens(named, coded)))
    return entries


def _weights(record: RecordType, ids: Sequence[int]) -> dict[int, float]:
    """How heavy objects are by the summary row over all laboratories."""
    summary, (path, _sensitivity) = record.summary, record.search_weight
    if summary is None or not path:
        return {}
    model: Any = record.model._meta.get_field(summary.relation).related_model
    key, value = f"{summary.key}_id", path.removeprefix(f"{summary.name}__")
    rows = model.objects.filter(laboratory="", **{f"{key}__in": ids}).values_list(key, value)
    return {pk: float(weight) for pk, weight in rows}


def _searched(record: RecordType, names: Collection[str] | None) -> tuple[list[Field], list[Field]]:
    """The fields whose text is also found by sound, and those that are codes."""
    from hengke.engines.records.schema.kinds import Phone

    wanted = [field for field in searched_fields(record) if names is None or field.name in names]
    found = sorted(wanted, key=lambda field: -field.search)
    codes = [field for field in found if field.mono or isinstance(field.kind, Phone)]
    return [field for field in found if field not in codes], codes
