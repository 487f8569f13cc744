"""A board: one column per choice, with count and sums over all its objects and the first cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Count, Sum

from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.cells import paths_of
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Choice, Money, Reference
from hengke.kernel.errors import InputError
from hengke.kernel.filters import Condition

CARDS = 20
FACTS = 3


@dataclass(frozen=True)
class Card:
    """One object: its name, a few facts as safe markup with their labels, and the version a move must name."""

    pk: int
    version: int
    title: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Column:
    """One choice: how many objects have it, sums of the board's amounts, the first cards."""

    value: str
    label: str
    count: int
    sums: Sequence[tuple[str, str]]
    cards: Sequence[Card]

    @property
    def more(self) -> int:
        """How many objects have no card here."""
        return self.count - len(self.cards)


def fields(catalogue: Catalogue) -> list[Field]:
    """The fields a board can be made by: every choice that exists for the person and can be filtered."""
    return [
        field
        for field in catalogue.with_ability("filter")
        if isinstance(field.kind, Choice) and field.kind.choices and not field.kind.many
    ]


def offered(catalogue: Catalogue) -> bool:
    """Whether the list shows a way to its board: one is declared, or an administrator's choice makes one."""
    usable = fields(catalogue)
    return bool(usable) and (bool(catalogue.record.board) or any(f.column is not None for f in usable))


def field_of(catalogue: Catalogue, name: str) -> Field:
    """The field named in the address, the declared one, or the first; InputError when none can be used."""
    usable = {field.name: field for field in fields(catalogue)}
    wanted = name or catalogue.record.board
    if wanted in usable:
        return usable[wanted]
    if name or not usable:
        raise InputError("board_field", "A board cannot be made by this field.")
    return next(iter(usable.values()))


def columns(query: Query, by: Field) -> list[Column]:
    """Every choice in the order of declaration; one query for counts and sums, one per choice for its cards."""
    totals, cards, found = _totals(query, by), _cards_by(query, by), []
    for value, label in by.kind.choices:  # type: ignore[attr-defined]
        count, *sums = totals.get(value, (0,))
        amounts = [
            (str(f.label), _with_unit(f.kind, s))
            for f, s in zip(_amounts(query.catalogue), sums, strict=False)
        ]
        found.append(Column(value, str(label), count, amounts, cards(value) if count else ()))
    return found


def _with_unit(kind: Any, amount: Any) -> str:
    return f"{kind.show(amount)} {kind.unit}".strip()


def _amounts(catalogue: Catalogue) -> list[Field]:
    """What the columns sum up: the amounts among the list's columns, two at most."""
    return [field for field in catalogue.with_ability("list") if isinstance(field.kind, Money)][:2]


def _totals(query: Query, by: Field) -> dict[str, tuple[Any, ...]]:
    catalogue, amounts = query.catalogue, _amounts(query.catalogue)
    rows = query.telling((by, *amounts)).order_by().values(catalogue.paths[by.name])
    sums = {f"sum_{field.name}": Sum(catalogue.paths[field.name]) for field in amounts}
    counted = rows.annotate(number=Count("pk"), **sums)
    return {row[0]: row[1:] for row in counted.values_list(catalogue.paths[by.name], "number", *sums)}


def _cards_by(query: Query, by: Field) -> Callable[[str], list[Card]]:
    """The first cards by choice; all that they have in common is made ready once."""
    catalogue = query.catalogue
    shown = _facts(catalogue, by)
    facts = _shown_by(shown)
    title = catalogue.paths[catalogue.record.title_field.name]
    rows = query.joined().order_by(*query.order.by())
    rows = rows.values_list("pk", "version", title, *paths_of(catalogue, shown))

    def cards(value: str) -> list[Card]:
        found = rows.filter(catalogue.q(Condition(by.name, "eq", value)))[:CARDS]
        return [Card(row[0], row[1], str(row[2]), facts(row[3:])) for row in found]

    return cards


def _facts(catalogue: Catalogue, by: Field) -> list[Field]:
    """What a card tells besides the name: the first columns of the list that are not the board's own."""
    usual = catalogue.with_ability("list")
    return [f for f in usual if f.title != 1 and f.name != by.name and f.kind.control != "area"][:FACTS]


def _shown_by(shown: Sequence[Field]) -> Callable[[Sequence[Any]], list[tuple[str, str]]]:
    """The facts of a card from its values; a board shows the same few words over and over, each translated once."""
    cells: list[tuple[str, int, Callable[[Any], str]]] = []
    at = 0
    for field in shown:
        wide = isinstance(field.kind, Reference)
        plain = cache(field.kind.plain) if isinstance(field.kind, Choice) else field.kind.plain
        cells.append((str(field.label), at + 1 if wide else at, plain))
        at += 2 if wide else 1

    def facts(values: Sequence[Any]) -> list[tuple[str, str]]:
        said = [(label, plain(values[place])) for label, place, plain in cells]
        return [(label, text) for label, text in said if text]

    return facts
