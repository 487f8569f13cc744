"""What customers and their belongings must be after any sequence of changes, said as plainly as possible (R8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

Key = tuple[str, int]
CUSTOMERS, NAMES = "customers", "names"
CHILDREN = ("contacts", "instruments", "activities")


class Refused(Exception):
    """The change is not possible now, and nothing of it happens."""


@dataclass(frozen=True)
class Row:
    """One row: whose it is, one text of it, the deletion it went with, and the customer it has become part of."""

    owner: int = 0
    text: str = ""
    gone: int = 0
    into: int = 0


@dataclass
class Step:
    """What one change made of which rows and of which places in the bin; None is no row."""

    rows: dict[Key, tuple[Row | None, Row]] = field(default_factory=dict)
    bin: dict[Key, tuple[int, int]] = field(default_factory=dict)
    of: int = 0  # the customer whose identity it changed
    undone: bool = False


@dataclass
class World:
    """All rows, and the deletion under which a row lies in the bin."""

    rows: dict[Key, Row] = field(default_factory=dict)
    bin: dict[Key, int] = field(default_factory=dict)
    deletions: int = 0

    def live(self, *kinds: str) -> list[Key]:
        return sorted(key for key, row in self.rows.items() if key[0] in kinds and not row.gone)

    def of(self, customer: int) -> list[Key]:
        """Everything that is the customer's, in the bin or not."""
        return [key for key, row in self.rows.items() if key[0] != CUSTOMERS and row.owner == customer]

    def create(self, key: Key, row: Row, *names: Key) -> Step:
        return self._do({key: row} | {name: Row(owner=key[1]) for name in names})

    def edit(self, key: Key, text: str) -> Step:
        return self._do({key: replace(self.rows[key], text=text)})

    def move(self, key: Key, owner: int) -> Step:
        return self._do({key: replace(self.rows[key], owner=owner)})

    def merge(self, survivor: int, absorbed: int) -> Step:
        one, other = self.rows[CUSTOMERS, survivor], self.rows[CUSTOMERS, absorbed]
        moved = {key: replace(self.rows[key], owner=survivor) for key in self.of(absorbed)}
        kept = replace(one, text=one.text or other.text)
        gone = replace(other, gone=self._deletion(), into=survivor)
        return self._do(moved | {(CUSTOMERS, survivor): kept, (CUSTOMERS, absorbed): gone}, of=survivor)

    def split(self, customer: int, name: Key, created: int) -> Step:
        text = self.rows[CUSTOMERS, customer].text
        return self._do({name: Row(owner=created), (CUSTOMERS, created): Row(text=text)}, of=customer)

    def delete(self, key: Key) -> Step:
        at = self._deletion()
        along = [
            each
            for each in (self.of(key[1]) if key[0] == CUSTOMERS else [])
            if each[0] in CHILDREN and not self.rows[each].gone
        ]
        return self._do({each: replace(self.rows[each], gone=at) for each in (key, *along)}, {key: at})

    def restore(self, key: Key) -> Step:
        at = self.rows[key].gone
        along = [
            each for each in (self.of(key[1]) if key[0] == CUSTOMERS else []) if self.rows[each].gone == at
        ]
        back = {each: replace(self.rows[each], gone=0) for each in (key, *along)}
        self._require_owners(back)
        return self._do(back, {key: 0})

    def undo(self, step: Step) -> None:
        """Everything back, unless something of it was changed since."""
        if step.undone or (step.of and self.rows[CUSTOMERS, self.survivor(step.of)].gone):
            raise Refused
        back: dict[Key, Row] = {}
        for key, (before, after) in step.rows.items():
            now = self.rows[key]
            names = [
                name
                for name in vars(after)
                if before is None or getattr(before, name) != getattr(after, name)
            ]
            if before is not None and any(getattr(now, name) != getattr(after, name) for name in names):
                raise Refused
            back[key] = self._unmade(key) if before is None else replace(now, **_some(before, names))
        if any(self.bin.get(key, 0) != after for key, (_before, after) in step.bin.items()):
            raise Refused
        self._require_owners(back)
        if step.of:
            self._require_names_of_the_living(
                back, {step.of, *(pk for slug, pk in back if slug == CUSTOMERS)}
            )
        self._put(back, {key: before for key, (before, _after) in step.bin.items()})
        step.undone = True

    def survivor(self, customer: int) -> int:
        """The customer that this one has become part of."""
        while into := self.rows[CUSTOMERS, customer].into:
            customer = into
        return customer

    def _unmade(self, key: Key) -> Row:
        """A row that a change made goes, unless it is gone already. A name stays."""
        now = self.rows[key]
        return now if now.gone or key[0] == NAMES else replace(now, gone=self._deletion())

    def _require_owners(self, back: dict[Key, Row]) -> None:
        """Nothing may hang on a customer that is gone."""
        after = self.rows | back
        for (slug, _pk), row in after.items():
            if slug in CHILDREN and not row.gone and after[CUSTOMERS, row.owner].gone:
                raise Refused

    def _require_names_of_the_living(self, back: dict[Key, Row], customers: set[int]) -> None:
        after = self.rows | back
        for (slug, _pk), row in after.items():
            if slug == NAMES and row.owner in customers and after[CUSTOMERS, row.owner].gone:
                raise Refused

    def _deletion(self) -> int:
        self.deletions += 1
        return self.deletions

    def _do(self, rows: dict[Key, Row], bin: dict[Key, int] | None = None, of: int = 0) -> Step:
        step = Step(
            {key: (self.rows.get(key), row) for key, row in rows.items()},
            {key: (self.bin.get(key, 0), at) for key, at in (bin or {}).items()},
            of,
        )
        self._put(rows, bin or {})
        return step

    def _put(self, rows: dict[Key, Row], bin: dict[Key, int]) -> None:
        self.rows |= rows
        self.bin = {key: at for key, at in (self.bin | bin).items() if at}


def _some(row: Row, names: list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def picture(rows: Iterable[tuple[Key, Row]]) -> dict[Key, Any]:
    """Rows for comparing: whether and with what they went, not by which number."""
    found = dict(rows)
    together: dict[int, int] = {}
    for _key, row in sorted(found.items()):
        if row.gone:
            together.setdefault(row.gone, len(together) + 1)
    return {key: replace(row, gone=together.get(row.gone, 0)) for key, row in found.items()}
