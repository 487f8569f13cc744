"""What must hold for an object, checked on every way in: declared rules, and those that administrators set.

A rule speaks about some fields. It is asked when an object is made, and when one of its fields is changed; so an
object that broke a new rule long ago can still be worked on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.records.models import RecordRule
from hengke.kernel.errors import HengkeError, InputError
from hengke.kernel.filters import conditions, from_json, holds

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import Field, RecordType, Values, Words


REQUIRED = gettext_lazy("This must be filled in.")


@dataclass(frozen=True)
class Rule:
    """`holds` gets the values of `fields` (references as keys); when it says no, `words` stand beside the first."""

    fields: tuple[str, ...]
    holds: Callable[..., bool]
    words: Words

    def is_kept(self, values: Mapping[str, Any]) -> bool:
        """Whether the rule holds; a rule over values that are not there says nothing."""
        return not all(name in values for name in self.fields) or self.holds(
            *(values[n] for n in self.fields)
        )


def of(record: RecordType, changed: Iterable[str] | None = None) -> list[Rule]:
    """The rules that speak about one of the changed fields (all without); one query."""
    found = [*declared(record), *_set_by_people(record)]
    return found if changed is None else [rule for rule in found if set(changed) & set(rule.fields)]


def declared(record: RecordType) -> list[Rule]:
    """The rules of the declaration: its own, and one for every field that must be filled in."""
    return [*record.rules, *(_filled_in(field) for field in record.fields if field.required)]


def _filled_in(field: Field) -> Rule:
    if field.when is None:
        return Rule((field.name,), lambda value: value not in (None, ""), REQUIRED)
    other, values = field.when
    return Rule(
        (field.name, other), lambda value, its: its not in values or value not in (None, ""), REQUIRED
    )


def wrong(rules: Sequence[Rule], values: Mapping[str, Any]) -> dict[str, Words]:
    """Field name -> what is wrong with these values; the first broken rule of a field speaks."""
    found: dict[str, Words] = {}
    for rule in rules:
        if rule.fields[0] not in found and not rule.is_kept(values):
            found[rule.fields[0]] = rule.words
    return found


def require(record: RecordType, target: Any, changed: Iterable[str] | None = None) -> None:
    """InputError when the object, as it is about to be stored, breaks a rule."""
    asked = of(record, changed)
    for name, words in wrong(asked, values_of(record, target, asked)).items():
        field = record.field(name)
        raise InputError("invalid_value", "{field}: {words}", field=field.label, words=words, name=name)


def values_of(record: RecordType, target: Any, rules: Sequence[Rule]) -> Values:
    """The values of an object that these rules speak about."""
    names = {name for rule in rules for name in rule.fields}
    return {name: record.field(name).key_of(target) for name in names}


def is_checkable(record: RecordType, name: str) -> bool:
    """Whether a rule can speak about the field: it is a column of the object itself."""
    return not record.field(name).is_elsewhere


def _set_by_people(record: RecordType) -> list[Rule]:
    found = []
    for row in RecordRule.objects.filter(record=record.slug, deleted_at=None).order_by("pk"):
        rule = from_row(record, row)
        if rule is not None:
            found.append(rule)
    return found


def from_row(record: RecordType, row: RecordRule) -> Rule | None:
    """A stored rule; None when its fields do not exist any more, which must not stop people from working."""
    from hengke.engines.records.reading.catalogue import Catalogue

    catalogue = Catalogue(record, Actor.system())
    try:
        tree = catalogue.bound(catalogue.read(from_json(row.must)))
    except HengkeError:
        return None
    names = tuple(dict.fromkeys(condition.field for condition in conditions(tree)))
    if not names:
        return None
    return Rule(names, lambda *values: holds(tree, dict(zip(names, values, strict=True))), row.words)
