"""One change to many objects: chosen or all that fit a list, looked at first, one event, undone as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import Any

from django.db import models, transaction
from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, User
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Field, Values
from hengke.engines.records.schema.kinds import Reference
from hengke.engines.records.schema.kinds_tags import Tags, joined, split
from hengke.engines.records.search import index
from hengke.engines.records.writing import bin, bulk, rules
from hengke.engines.records.writing.forms import form_field, usable_value
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole

LOT = 2_000
SAMPLE = 20
MOST_VALUES = 12
HOWS = ("set", "add", "remove")
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Selection:
    """What was chosen: keys, or (`ids` None) everything in the list of the address `state`."""

    catalogue: Catalogue
    ids: tuple[int, ...] | None
    state: str = ""

    def may(self, *actions: str) -> models.QuerySet[Any]:
        """The chosen objects on which the person may do all of `actions`."""
        rows = self.rows(actions[0])
        for action in actions[1:]:
            rows = rows.filter(pk__in=self.catalogue.rows(action).values("pk"))
        return rows

    def rows(self, action: str = "view") -> models.QuerySet[Any]:
        """The chosen objects on which the person may do `action`."""
        if self.ids is not None:
            return self.catalogue.rows(action).filter(pk__in=self.ids)
        return Query.read(self.catalogue, QueryDict(self.state.removeprefix("?"))).rows(action)

    def as_json(self) -> dict[str, Any]:
        """For a job's arguments."""
        return {"slug": self.catalogue.record.slug, "ids": self.ids, "state": self.state}

    @classmethod
    def from_json(cls, data: dict[str, Any], actor: Actor) -> Selection:
        ids = None if data["ids"] is None else tuple(data["ids"])
        return cls(Catalogue(registry.by_slug(data["slug"]), actor), ids, data["state"])


@dataclass(frozen=True)
class Change:
    """What becomes of one field: `set` to a value, or tags that are to `add` or `remove`."""

    field: Field
    how: str
    value: Any

    @property
    def needs(self) -> str:
        """The right that it takes."""
        return "assign" if self.field.name == "owner" else "change"

    def after(self, old: Any) -> Any:
        """The new stored value."""
        if self.how == "set":
            return self.value
        given, tags = split(self.value), split(old)
        return joined([*tags, *given] if self.how == "add" else [t for t in tags if t not in given])


@dataclass(frozen=True)
class Preview:
    """What a change would do, before it is done."""

    chosen: int
    changing: int
    foreign: Sequence[str]
    foreign_count: int
    values: Sequence[tuple[Field, Sequence[tuple[str, str, int]]]]
    sample: Sequence[tuple[int, str]]


def owners(catalogue: Catalogue) -> models.QuerySet[User]:
    """Who can take objects over: people who work here and may change such objects."""
    roles = grants.roles_that_may(catalogue.actor, "change", catalogue.record.subject)
    return User.objects.filter(is_active=True, role__in=roles)


def changeable(catalogue: Catalogue) -> list[Field]:
    """The fields that can be changed for many at once: no title, and nothing that its actions guard."""
    fields = [field for field in catalogue.with_ability("write") if field.title != 1 and field.inline]
    owner = catalogue.fields.get("owner")
    if not grants.may(catalogue.actor, "assign", catalogue.record.subject):
        owner = None
    return [*fields, owner] if owner is not None and not owner.write else fields


def read_changes(catalogue: Catalogue, raw: Sequence[dict[str, str]]) -> list[Change]:
    """The changes that a form names; InputError in words for what cannot be taken."""
    usable = {field.name: field for field in changeable(catalogue)}
    found = []
    for one in raw:
        field, how = usable.get(one["field"]), one["how"]
        if field is None or how not in HOWS or (how != "set" and not isinstance(field.kind, Tags)):
            raise InputError("unknown_field", "Unknown field: {field}.", field=one["field"][:60])
        found.append(Change(field, how, _value(catalogue, field, one["value"])))
    if not found or len({change.field.name for change in found}) != len(found):
        raise InputError("no_change", "Choose what is to be changed.")
    return found


def _value(catalogue: Catalogue, field: Field, text: str) -> Any:
    if isinstance(field.kind, Reference) and field.kind.model is User:
        person = owners(catalogue).filter(pk=int(text)).first() if is_whole(text) else None
        if person is None:
            raise InputError("owner_unknown", "Choose the person who takes over.")
        return person.pk
    return usable_value(field, form_field(catalogue, field), text)


def preview(selection: Selection, changes: Sequence[Change], *, actions: Sequence[str] = ()) -> Preview:
    """Counts before -> after, whose objects are left alone, and a sample; a few queries whatever their number."""
    catalogue, title = selection.catalogue, selection.catalogue.record.title_field.path
    needed = actions or _needed(changes)
    _require(catalogue, needed)
    mine, all_of_them = selection.may(*needed).order_by(), selection.rows().order_by()
    chosen, changing = all_of_them.count(), mine.count()
    foreign = (
        all_of_them.exclude(pk__in=mine.values("pk")).values_list(title, flat=True)
        if chosen > changing
        else ()
    )
    return Preview(
        chosen=chosen,
        changing=changing,
        foreign=list(foreign[:SAMPLE]),
        foreign_count=chosen - changing,
        values=[(change.field, _counts(catalogue, mine, change)) for change in changes],
        sample=list(mine.order_by("pk").values_list("pk", title)[:SAMPLE]),
    )  # fmt: skip


def _needed(changes: Sequence[Change]) -> list[str]:
    return sorted({change.needs for change in changes})


def _require(catalogue: Catalogue, actions: Sequence[str]) -> None:
    for action in actions:
        grants.require(catalogue.actor, action, catalogue.record.subject)


def _counts(catalogue: Catalogue, rows: Any, change: Change) -> list[tuple[str, str, int]]:
    """(before, after, how many) for the most frequent values."""
    path = change.field.path
    words = _words(catalogue, change.field)
    counted = rows.values_list(path).annotate(number=Count("pk")).order_by("-number")
    return [
        (words(old), words(change.after(old)), number)
        for old, number in counted[:MOST_VALUES]
        if change.after(old) != old
    ]


def _words(catalogue: Catalogue, field: Field) -> Callable[[Any], str]:
    def words(value: Any) -> str:
        if value in (None, ""):
            return _("empty")
        if isinstance(field.kind, Reference) and field.kind.model is not None:
            found = field.kind.model._base_manager.filter(pk=value).values_list(field.kind.by, flat=True)
            return str(found.first() or "")
        return field.kind.plain(value)

    return words


def edit(
    selection: Selection, changes: Sequence[Change], *, report: Report | None = None, key: int = 0
) -> dict[str, Any]:
    """Change every object that the person may change; one event, whose undo takes all of it back.

    With `report`, every lot is a transaction of its own; run again under the same `key` it goes on where it was
    cut off. Returns counts of changed, unchanged and refused objects, some reasons, and the event.
    """
    catalogue = selection.catalogue
    needed = _needed(changes)
    _require(catalogue, needed)
    ids = list(selection.may(*needed).order_by("pk").values_list("pk", flat=True))
    told = {
        "changes": {c.field.name: c.field.kind.json(c.value) for c in changes},
        "name": "、".join(str(c.field.label) for c in changes),
        "count": len(ids),
    }
    run = _Run(catalogue, "edited", key, told)
    with transaction.atomic() if report is None else nullcontext():
        for lot, done in _lots(ids):
            with transaction.atomic():
                _edit(run, changes, lot)
            if report:
                report("Changing objects", done, len(ids))
    return run.result


@dataclass
class _Run:
    """One run: its counts so far, and its event, which exists from the first change on."""

    catalogue: Catalogue
    verb: str
    key: int
    payload: Values
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    reasons: list[str] = dataclass_field(default_factory=list)

    @cached_property
    def event(self) -> Event:
        """The one event; a run that goes on after it was cut off finds its own by the job's key."""
        kind = f"{self.catalogue.record.model._meta.model_name}.{self.verb}"
        mine = Event.objects.filter(kind=kind, payload__job=self.key).first() if self.key else None
        payload = self.payload | ({"job": self.key} if self.key else {})
        return mine or events.record(kind, actor=self.catalogue.actor, payload=payload)

    def refuse(self, row: Any, words: Sequence[str]) -> None:
        self.refused += 1
        if len(self.reasons) < SAMPLE:
            self.reasons.append(f"{row}: {' '.join(words)}")

    @property
    def result(self) -> dict[str, Any]:
        return {
            "changed": self.changed, "unchanged": self.unchanged, "refused": self.refused, "reasons": self.reasons,
            "event": self.event.pk if self.changed else None,
        }  # fmt: skip


def _edit(run: _Run, changes: Sequence[Change], lot: list[int]) -> None:
    record, now = run.catalogue.record, clock.now()
    checks = rules.of(record, {c.field.name for c in changes})
    before, changed, touched = {}, [], set[str]()
    for row in Selection(run.catalogue, tuple(lot)).may(*_needed(changes)).order_by("pk"):
        old = {c.field.name: c.field.key_of(row) for c in changes}
        new = {c.field.name: c.after(old[c.field.name]) for c in changes}
        if new == old:
            run.unchanged += 1
        elif wrong := rules.wrong(checks, rules.values_of(record, row, checks) | new):
            run.refuse(row, [str(words) for words in wrong.values()])
        else:
            before[row.pk] = journal.state(row)
            columns = set[str]()
            for name, value in record.follow(row, new).items():
                field = record.field(name)
                field.put(row, value)
                columns.add("extra" if field.column is not None else row._meta.get_field(field.path).attname)
            if words := _no_step(run, row, old):
                del before[row.pk]
                run.refuse(row, [words])
                continue
            touched |= columns
            row.version, row.updated_at = row.version + 1, now
            changed.append(row)
    if not changed:
        return
    bulk.update(record.model, changed, sorted(touched | {"version", "updated_at"}))
    journal.write(run.event, record.model, before, journal.states(changed))
    if index.is_touched(record, {c.field.path for c in changes}):
        index.index_records(record, [row.pk for row in changed])
    run.changed += len(changed)


def _no_step(run: _Run, row: Any, old: Values) -> str:
    """Why the lifecycle does not allow what was just put into `row`; "" when it does."""
    record, cycle = run.catalogue.record, run.catalogue.record.lifecycle
    if cycle is None or cycle.field not in old:
        return ""
    new = record.field(cycle.field).key_of(row)
    return str(cycle.refusal(record, run.catalogue.actor, row, old[cycle.field], new))


def remove(selection: Selection, *, report: Report | None = None, key: int = 0) -> dict[str, Any]:
    """Put every chosen object that the person may delete into the recycle bin, under one event."""
    catalogue = selection.catalogue
    grants.require(catalogue.actor, "delete", catalogue.record.subject)
    ids = list(selection.rows("delete").order_by("pk").values_list("pk", flat=True))
    run = _Run(catalogue, "removed", key, {"count": len(ids)})
    with transaction.atomic() if report is None else nullcontext():
        for lot, done in _lots(ids):
            with transaction.atomic():
                rows = list(catalogue.rows("delete").filter(pk__in=lot).order_by("pk"))
                if rows:
                    bin.throw(catalogue.record, rows, run.event, actor=catalogue.actor)
            run.changed += len(rows)
            if report:
                report("Deleting objects", done, len(ids))
    return run.result


def _lots(ids: list[int]) -> Iterator[tuple[list[int], int]]:
    for start in range(0, len(ids), LOT):
        yield ids[start : start + LOT], min(start + LOT, len(ids))
