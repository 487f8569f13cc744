"""Where personal data may lie, as modules declare it: who is a person, which rows are theirs, where copies are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote, quote_plus

from django.db.models import Q
from django.utils.functional import Promise

SHORTEST_VALUE = 6
"""Characters below which a telephone number or address would be found in everything."""
MARK = "***"


@dataclass(frozen=True)
class Person:
    """Whom a request is about: a name within one customer, and values that are nobody else's.

    `values` (telephone numbers, e-mail addresses) are taken wherever they stand; `name` only in rows of `party`,
    because others may be called the same. `aliases` are the customer's names in files. `key` is the contact's.
    """

    key: int
    title: str
    name: str
    party: int
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def with_values(self, values: tuple[str, ...]) -> Person:
        """The same person with other values."""
        return replace(self, values=values)


@dataclass(frozen=True)
class Candidate:
    """A value that may belong to a person, and how many other contacts have it too."""

    value: str
    others: int


@dataclass(frozen=True)
class Finding:
    """How often something of the person stands in one place; `what` is the table, `where` the column or the file."""

    what: str
    where: str
    count: int


Describe = Callable[[int], tuple[Person, list[Candidate]]]
Scope = Callable[[Person], Q]
Values = Callable[[Person], list[str]]
Words = str | Promise
_people: dict[str, Describe] = {}
_scopes: dict[str, Scope] = {}
_words: dict[str, Words] = {}
_values: list[Values] = []


@dataclass(frozen=True)
class Step:
    """Copies outside the tables: `find` says where, `erase` removes them and returns how many it touched."""

    name: str
    find: Callable[[Person], list[Finding]]
    erase: Callable[[Person, str], int]


_steps: list[Step] = []


def declare_person(subject: str, describe: Describe) -> None:
    """Objects of the model `subject` are people; `describe` raises NotFound for a key that is none."""
    _people[subject] = describe


def is_person(subject: str) -> bool:
    """Whether objects of the model are people."""
    return subject in _people


def describe(subject: str, key: int) -> tuple[Person, list[Candidate]]:
    """The person and the values that may be theirs."""
    return _people[subject](key)


def declare_values(more: Values) -> None:
    """Add a source of values that may be a person's."""
    if more not in _values:
        _values.append(more)


def values_of(person: Person) -> list[str]:
    """What the other modules know the person's numbers and addresses by; a constant number of queries."""
    return [value for more in _values for value in more(person)]


def declare_scope(label: str, scope: Scope, words: Words = "") -> None:
    """Say which rows of a model belong to the person's customer, so that the name is looked for there.

    `words` is what an officer calls the table, where the model has no name for people.
    """
    _scopes[label] = scope
    if words:
        _words[label] = words


def words_of(label: str) -> str:
    """What the table is called; "" for the model's own name."""
    return str(_words.get(label, ""))


def scope_of(label: str) -> Scope | None:
    """The declared scope of a model; None where a name alone tells nothing."""
    return _scopes.get(label)


def declare_step(step: Step) -> None:
    """Add a place outside the tables; steps run in the order of declaration, after the tables."""
    if all(other.name != step.name for other in _steps):
        _steps.append(step)


def steps() -> list[Step]:
    """Every place outside the tables."""
    return list(_steps)


def forms(value: str) -> tuple[str, ...]:
    """How a value may be written in stored text: plain, escaped in JSON, quoted in an address."""
    return tuple(dict.fromkeys((value, json.dumps(value)[1:-1], quote(value, safe=""), quote_plus(value))))


def blanked(text: str, person: Person, pseudonym: str, *, with_name: bool) -> str:
    """`text` without the person: values become MARK, the name becomes `pseudonym`."""
    for value in person.values:
        for form in forms(value):
            text = text.replace(form, MARK)
    for form in forms(person.name) if with_name and person.name else ():
        text = text.replace(form, pseudonym)
    return text
