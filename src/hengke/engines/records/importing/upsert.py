"""Rows of a file become objects: found again by key and changed, or new; a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from hengke.engines.access import grants, journal
from hengke.engines.access.models import Event
from hengke.engines.records.importing.columns import RowReader
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema.declarations import Field, Values, column_of
from hengke.engines.records.schema.kinds import Reference
from hengke.engines.records.schema.lifecycle import Lifecycle
from hengke.engines.records.search import index
from hengke.engines.records.writing import bulk, rules
from hengke.engines.records.writing.forms import ReferenceField, form_field
from hengke.engines.records.writing.people import PersonField
from hengke.kernel import clock
from hengke.kernel.filters import EVERYTHING

Key = tuple[Any, ...]


@dataclass
class Row:
    """One row on its way: its line, its values, what is wrong, and the object it means."""

    line: int
    cells: Sequence[str]
    values: Values
    wrong: list[str]
    target: Any = None
    key: Key = ()


@dataclass
class Counts:
    """What became of the rows so far; `errors` keeps the first of them for the page."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


class Upsert:
    """One import; `take` one chunk after another, each inside a transaction of the caller's."""

    def __init__(self, catalogue: Catalogue, reader: RowReader) -> None:
        self.catalogue, self.record, self.reader = catalogue, catalogue.record, reader
        self.counts = Counts()
        self._seen: dict[Key, int] = {}
        mapped = [field for _number, field, _parse in reader.fields]
        names = {field.name for field in mapped}
        self._written = {field.name: field for field in mapped if field.write}
        self._places = {
            name: self._column(field).attname for name, field in self._written.items() if field.column is None
        }
        self._keys = [key for key in self.record.upsert_by if set(key) <= names]
        self._references = [f for _n, f, _p in reader.fields if isinstance(f.kind, Reference)]
        self._rules = rules.of(self.record, names)
        self._blank = self.record.model(**self.record.defaults(catalogue.actor))
        self._required = [
            f
            for f in self.catalogue.with_ability("write")
            if not self._column(f).blank and not self._column(f).has_default()
        ]

    def take(self, rows: Iterable[tuple[int, Sequence[str]]], event: Event | None) -> list[Row]:
        """Check a chunk and, with an event, store what is right; returns the rows that are not."""
        chunk = [Row(line, cells, *self.reader.read(cells)) for line, cells in rows]
        for reference in self._references:
            self._resolve(reference, chunk)
        self._match(chunk)
        self._check(chunk)
        good = [row for row in chunk if not row.wrong]
        new, old = (
            [row for row in good if row.target is None],
            [row for row in good if row.target is not None],
        )
        changed = [row for row in old if self._differs(row)]
        if event is not None:
            self._store(new, changed, event)
        self.counts.added += len(new)
        self.counts.changed += len(changed)
        self.counts.unchanged += len(old) - len(changed)
        bad = [row for row in chunk if row.wrong]
        self.counts.rejected += len(bad)
        self.counts.errors += [(row.line, "; ".join(row.wrong)) for row in bad][
            : max(0, 200 - len(self.counts.errors))
        ]
        return bad

    def _check(self, chunk: Sequence[Row]) -> None:
        """Ask the rules and the lifecycle about each object as it would be stored."""
        cycle = self.record.lifecycle
        if cycle is not None and cycle.field in self._written:
            self._check_steps(cycle, chunk)
        if not self._rules:
            return
        for row in chunk:
            if row.wrong:
                continue
            stored = row.target if row.target is not None else self._blank
            values = rules.values_of(self.record, stored, self._rules) | row.values
            for name, words in rules.wrong(self._rules, values).items():
                row.wrong.append(f"{self.record.field(name).label}: {words}")

    def _check_steps(self, cycle: Lifecycle, chunk: Sequence[Row]) -> None:
        state = self.record.field(cycle.field)
        for row in chunk:
            if row.wrong or row.target is None or cycle.field not in row.values:
                continue
            old, ahead = state.key_of(row.target), copy(row.target)
            for name in row.values.keys() & self._written.keys():
                self._written[name].put(ahead, row.values[name])
            new = state.key_of(ahead)
            if words := cycle.refusal(self.record, self.catalogue.actor, ahead, old, new):
                row.wrong.append(f"{state.label}: {words}")

    def _column(self, field: Field) -> Any:
        return column_of(type(self.record), field)

    def _resolve(self, reference: Any, chunk: list[Row]) -> None:
        """Numbers or names of the objects referred to become keys, two queries for the whole chunk."""
        control = form_field(self.catalogue, reference)
        texts = {row.values[reference.name] for row in chunk if reference.name in row.values}
        if isinstance(control, PersonField):
            found = control.named(texts)
        else:
            assert isinstance(control, ReferenceField)
            found = self._named(control.catalogue, texts)
        for row in chunk:
            text = row.values.get(reference.name)
            if text is None:
                continue
            keys = found.get(text, set())
            if len(keys) == 1:
                row.values[reference.name] = next(iter(keys))
            else:
                words = control.error_messages["several" if keys else "unknown"]
                row.wrong.append(f"{reference.label}: “{text}” – {words}")
                del row.values[reference.name]

    def _named(self, other: Catalogue, texts: set[str]) -> dict[str, set[int]]:
        """The keys of objects that the actor may change, by name and by number; two queries."""
        found: dict[str, set[int]] = {}
        number = next((f.path for f in other.record.fields if f.title == 2), "pk")
        for path in (other.record.title_field.path, number):
            if "__" not in path and not self._is_relation(other, path):
                for text, pk in other.rows("change").filter(**{f"{path}__in": texts}).values_list(path, "pk"):
                    found.setdefault(text, set()).add(pk)
        return found

    def _is_relation(self, catalogue: Catalogue, path: str) -> bool:
        return catalogue.record.model._meta.get_field(path).is_relation

    def _match(self, chunk: list[Row]) -> None:
        """Find the object that each row means by the first key that the row fills."""
        for names in self._keys:
            open_rows = [
                row
                for row in chunk
                if not row.key and not row.wrong and all(row.values.get(n) for n in names)
            ]
            for row in open_rows:
                row.key = (names[0], *(row.values[n] for n in names))
            self._find(names, open_rows)
        may_add = grants.may(self.catalogue.actor, "add", self.record.subject)
        required = {f.name for f in self._required}
        for row in chunk:
            if row.key and not row.wrong:
                first = self._seen.setdefault(row.key, row.line)
                if first != row.line:
                    row.wrong.append(_("the same entry as in row %(line)d") % {"line": first})
            if row.target is None and not row.wrong:
                if not all(map(row.values.get, required)):
                    row.wrong += self._missing(row)
                if not may_add:
                    row.wrong.append(_("not found, and you may not add entries"))

    def _missing(self, row: Row) -> list[str]:
        blank = [f for f in self._required if not row.values.get(f.name)]
        return [_("%(field)s: missing") % {"field": f.label} for f in blank]

    def _find(self, names: Sequence[str], rows: list[Row]) -> None:
        if not rows:
            return
        attributes = [self._column(self.record.field(n)).attname for n in names]
        several = Q()
        for attribute, name in zip(attributes, names, strict=True):
            several &= Q(**{f"{attribute}__in": {row.values[name] for row in rows}})
        manager: Any = self.record.model._default_manager
        live = manager.filter(self.record.model.live).filter(several)  # type: ignore[attr-defined]
        found: dict[Key, list[Any]] = {}
        for target in live:
            found.setdefault((names[0], *(getattr(target, a) for a in attributes)), []).append(target)
        mine = {target.pk for targets in found.values() for target in targets}
        if grants.row_filter(self.catalogue.actor, self.record.subject, "change") != EVERYTHING:
            mine = set(self.catalogue.rows("change").filter(several).values_list("pk", flat=True))
        may_be_new = all(self.record.field(n).write for n in names)
        for row in rows:
            targets = found.get(row.key, ())
            if len(targets) == 1 and targets[0].pk in mine:
                row.target = targets[0]
            elif targets:
                one = _("there are several of these; add the number")
                row.wrong.append(one if len(targets) > 1 else _("this entry is not yours to change"))
            elif not may_be_new:
                row.wrong.append(_("there is no entry with this number"))

    def _differs(self, row: Row) -> bool:
        written = self._written
        return any(written[n].key_of(row.target) != v for n, v in row.values.items() if n in written)

    def _put(self, target: Any, values: Values) -> Any:
        """Set what may be written."""
        for name, value in values.items():
            if (attribute := self._places.get(name)) is not None:
                setattr(target, attribute, value)
            elif name in self._written:
                self._written[name].put(target, value)
        return target

    def _attributes(self) -> list[str]:
        """The attributes that hold what may be written."""
        kept = {"extra" if f.column is not None else self._column(f).attname for f in self._written.values()}
        return sorted(kept | {"version", "updated_at"})

    def _store(self, new: list[Row], changed: list[Row], event: Event) -> None:
        model = self.record.model
        before = journal.states(row.target for row in changed)
        for row in changed:
            self._put(row.target, row.values)
            row.target.version += 1
            row.target.updated_at = clock.now()
        bulk.update(model, [row.target for row in changed], self._attributes())
        blank = bulk.copies(model, self.record.defaults(self.catalogue.actor), len(new)) if new else ()
        made = [self._put(target, row.values) for target, row in zip(blank, new, strict=True)]
        if made:
            self.record.prepare_in_bulk(made)
            bulk.insert(model, made)
            self.record.created_in_bulk(made)
        targets = [row.target for row in changed] + made
        journal.write(event, model, before, journal.states(targets))
        index.index_records(self.record, [row.target.pk for row in changed])
        index.add_records(self.record, made)
