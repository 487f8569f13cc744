"""The semantic catalogue: what can be asked, declared once; packs register further words.

A measure is finished from parts: sums (`Part`) add up over any grouping, distinct counts (`Count`) and what single
facts tell (`Spread`) are found anew at every level. A ratio is never averaged, but finished from its parts at every
level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import ibis.expr.types as ir

from hengke.kernel.errors import InputError

Kind = Literal["money", "count", "percent", "days"]
Parts = Mapping[str, Any]
BEFORE = "_before"
"""What stands behind a part's name for the period that is compared with."""


@dataclass(frozen=True)
class Part:
    """A sum over facts: `column` gives the amount of each fact, which needs the columns `needs`."""

    name: str
    needs: tuple[str, ...]
    column: Callable[[ir.Table], ir.Value]
    kind: Literal["money", "count"] = "money"


@dataclass(frozen=True)
class Count:
    """A distinct count: the entities (named by `entity`) of a cell for which `holds`.

    `holds` judges an entity's sums in a cell: those that `judges` names, and the same of the compared period with
    `_before`.
    """

    name: str
    entity: str
    holds: Callable[[Any], ir.BooleanValue]
    judges: tuple[str, ...] = ("amount",)
    compares: bool = False


@dataclass(frozen=True)
class Spread:
    """What only the single facts of a cell tell: the value that nine in ten do not pass, or the largest.

    `column` gives the value of each fact, which needs the columns `needs`.
    """

    name: str
    needs: tuple[str, ...]
    column: Callable[[ir.Table], ir.Value]
    how: Literal["p90", "most"]


@dataclass(frozen=True)
class Measure:
    """One figure of a cell. `both` measures speak of two periods and have no earlier value of their own.

    `falls_good` says that less is better.
    """

    name: str
    label: str
    kind: Kind
    parts: tuple[str, ...]
    finish: Callable[[Parts], Any]
    additive: bool = False
    both: bool = False
    sensitivity: str = "money"
    falls_good: bool = False

    @property
    def rights(self) -> tuple[str, ...]:
        """The words by which field rights know it: its own, what it is made of, and its sensitivity."""
        return (self.name, *self.parts, self.sensitivity)


@dataclass(frozen=True)
class Dimension:
    """What facts are grouped by; `up` is the level above it in its hierarchy.

    `key` gives each fact's member from a table with the columns `needs`; keys are words or whole numbers. `subject`,
    `field` and `sensitivity` are what field rights know it by. `many` has too many members to show all. `entity` names
    what has only one member of it: a customer has one city. An `own` one is a word of the customer that the
    institution added: it stands in a table of customers beside the facts. `words` tells the names of members whose
    keys are no words.
    """

    name: str
    label: str
    group: str
    needs: tuple[str, ...]
    key: Callable[[ir.Table], ir.Value]
    kind: Literal["text", "int", "date"] = "text"
    up: str = ""
    many: bool = False
    order: tuple[str, ...] = ()
    computed: bool = False
    entity: str = ""
    own: bool = False
    words: Callable[[set[Any]], Mapping[Any, str]] | None = None
    subject: str = "insight.ledgerline"
    field: str = ""
    sensitivity: str = ""

    @property
    def is_date(self) -> bool:
        return self.kind == "date"

    @property
    def rights(self) -> tuple[str, ...]:
        """The words by which field rights know it."""
        return (self.field or self.name, self.sensitivity)


AnyPart = Part | Count | Spread
ENTITIES: dict[str, tuple[str, ...]] = {"customer": ("customer",), "order": ("source_id", "order_no")}
"""What is counted without doubles, and the columns that tell one from another."""


@dataclass(frozen=True)
class Catalogue:
    """The words of questions. A smaller catalogue (`without`) is what one person may ask with."""

    measures: Mapping[str, Measure]
    dimensions: Mapping[str, Dimension]
    parts: Mapping[str, AnyPart]

    def measure(self, name: str) -> Measure:
        """InputError `unknown_field`: a hidden word and one that never was answer alike."""
        if name not in self.measures:
            raise unknown(name)
        return self.measures[name]

    def dimension(self, name: str) -> Dimension:
        """InputError `unknown_field`: a hidden word and one that never was answer alike."""
        if name not in self.dimensions:
            raise unknown(name)
        return self.dimensions[name]

    def columns(self, parts: Iterable[AnyPart]) -> set[str]:
        """The columns that some parts need."""
        found: set[str] = set()
        for part in parts:
            found |= {*ENTITIES[part.entity], *part.judges} if isinstance(part, Count) else set(part.needs)
        return found

    def on(self, columns: Iterable[str]) -> Catalogue:
        """What can be asked of facts with these columns; what lacks its input is hidden, not zero."""
        known = set(columns)
        return replace(
            self,
            measures={
                n: m
                for n, m in self.measures.items()
                if self.columns(self.parts[name] for name in m.parts) <= known
            },
            dimensions={n: d for n, d in self.dimensions.items() if set(d.needs) <= known},
        )

    def without(self, hides: Callable[[Measure | Dimension], bool]) -> Catalogue:
        """The catalogue less the words that are hidden from somebody."""
        return replace(
            self,
            measures={n: m for n, m in self.measures.items() if not hides(m)},
            dimensions={n: d for n, d in self.dimensions.items() if not hides(d)},
        )

    def down(self, dimension: Dimension) -> Dimension | None:
        """The next finer level of its hierarchy."""
        return next((d for d in self.dimensions.values() if d.up == dimension.name), None)


CATALOGUE = Catalogue({}, {}, {})
"""Every word that is declared; a person asks with what `on` and `without` leave of it."""


def register(*words: Measure | Dimension | AnyPart) -> None:
    """Add words to the catalogue; ValueError when a name is taken or a measure names an unknown part."""
    known: Any
    for word in words:
        known = (
            CATALOGUE.measures if isinstance(word, Measure)
            else CATALOGUE.dimensions if isinstance(word, Dimension)
            else CATALOGUE.parts
        )  # fmt: skip
        if word.name in known:
            raise ValueError(f"{type(word).__name__} {word.name} is declared twice")
        if isinstance(word, Measure) and (lost := set(word.parts) - set(CATALOGUE.parts)):
            raise ValueError(
                f"Measure {word.name} names parts that nobody declared: {', '.join(sorted(lost))}"
            )
        known[word.name] = word


def unknown(name: str) -> InputError:
    return InputError("unknown_field", "Unknown field: {field}.", field=name[:60])
