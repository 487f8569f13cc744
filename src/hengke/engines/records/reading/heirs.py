"""Conditions that name an object by key follow it when it has become part of another one.

A view that somebody saved, or a link that somebody kept, goes on to mean the same customer after a merge, and means the
old one again when the merge is taken back, because nothing that is stored is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from hengke.engines.records.reading.reach import STEP
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Field, RecordType
from hengke.engines.records.schema.kinds import Reference
from hengke.kernel.filters import And, Condition, Filter, Not, Or, conditions
from hengke.kernel.numbers import is_whole

# Keys -> for those that are now part of another object, its key.
Heirs = Callable[[set[int]], Mapping[int, int]]
_known: dict[str, Heirs] = {}


def declare(subject: str, heirs: Heirs) -> None:
    """State that objects of a model can become part of others."""
    _known[subject] = heirs


def follow(record: RecordType, trees: Iterable[Filter]) -> tuple[Filter, ...]:
    """The same conditions with the keys of the objects that go on; one query for each model that they name, if any."""
    found = tuple(trees)
    wanted: dict[str, set[int]] = {}
    for condition in (c for tree in found for c in conditions(tree)):
        if subject := _subject(record, condition.field):
            wanted.setdefault(subject, set()).update(_keys(condition.value))
    heirs = {subject: _known[subject](keys) for subject, keys in wanted.items() if keys}
    return tuple(_with(record, tree, heirs) for tree in found) if any(heirs.values()) else found


def _with(record: RecordType, tree: Filter, heirs: Mapping[str, Mapping[int, int]]) -> Filter:
    match tree:
        case And(parts):
            return And(tuple(_with(record, part, heirs) for part in parts))
        case Or(parts):
            return Or(tuple(_with(record, part, heirs) for part in parts))
        case Not(part):
            return Not(_with(record, part, heirs))
        case Condition(field, _op, value):
            own = heirs.get(_subject(record, field), {})
            return replace(tree, value=_renamed(value, own)) if own else tree


def _subject(record: RecordType, name: str) -> str:
    """The model that the field of a condition refers to, if its objects can become part of others."""
    first, _dot, rest = name.partition(STEP)
    field: Field | None = next((field for field in record.fields if field.name == first), None)
    if field is None or not isinstance(field.kind, Reference) or field.kind.model is None:
        return ""
    subject = field.kind.model._meta.label_lower
    if rest:
        beyond = registry.by_subject(subject)
        return _subject(beyond, rest) if beyond is not None else ""
    return subject if subject in _known else ""


def _parts(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (tuple, list)) else str(value).split(",")


def _keys(value: Any) -> set[int]:
    return {int(part) for part in _parts(value) if is_whole(str(part)) and len(str(part)) < 19}


def _renamed(value: Any, heirs: Mapping[int, int]) -> Any:
    """The value in the form that it had: one key or several, numbers or text."""
    renamed = [
        type(part)(heirs.get(int(part), int(part))) if is_whole(str(part)) and len(str(part)) < 19 else part
        for part in _parts(value)
    ]
    if isinstance(value, (tuple, list)):
        return tuple(dict.fromkeys(renamed))
    return ",".join(dict.fromkeys(map(str, renamed))) if isinstance(value, str) else int(renamed[0])
