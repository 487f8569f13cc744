"""Objects that an administrator makes, renames, takes away and brings back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access import events, grants, journal, roles
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.access.scopes import Grant, Scope
from hengke.engines.jobs.queue import Progress, enqueue, job
from hengke.engines.records.custom import definitions, made
from hengke.engines.records.custom.models import CustomObject, CustomRecord
from hengke.engines.records.custom.services import CHUNK, LARGE, SUBJECT, chunks
from hengke.engines.records.models import Counter, CustomField, SavedView
from hengke.engines.records.schema import registry
from hengke.engines.records.search import index
from hengke.engines.records.writing import bulk
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound

MOST = 100
READY = "records.object_ready"
ICONS: dict[str, str | Promise] = {
    "document": pgettext_lazy("icon", "document"), "truck": pgettext_lazy("icon", "vehicle"),
    "instrument": pgettext_lazy("icon", "instrument"), "gauge": pgettext_lazy("icon", "gauge"),
    "scales": pgettext_lazy("icon", "scales"), "certificate": pgettext_lazy("icon", "certificate"),
    "laboratory": pgettext_lazy("icon", "laboratory"), "building": pgettext_lazy("icon", "building"),
    "users": pgettext_lazy("icon", "people"), "contact": pgettext_lazy("icon", "contact"),
    "calendar": pgettext_lazy("icon", "calendar"), "money": pgettext_lazy("icon", "money"),
    "payment": pgettext_lazy("icon", "payment"), "database": pgettext_lazy("icon", "store"),
    "table": pgettext_lazy("icon", "table"), "tag": pgettext_lazy("icon", "tag"),
    "star": pgettext_lazy("icon", "star"), "map": pgettext_lazy("icon", "map"),
    "mail": pgettext_lazy("icon", "letter"), "clip": pgettext_lazy("icon", "clip"),
}  # fmt: skip
_VIEW = frozenset({"view", "export"})
_WORK = frozenset({"view", "add", "change", "delete", "export", "share", "assign"})
_FULL = _WORK | {"import", "reveal"}
PRESETS: dict[str, tuple[tuple[frozenset[str], Scope], ...]] = {
    "": (),
    "view": ((_VIEW, Scope.ALL),),
    "own": ((_WORK, Scope.OWN),),
    "unit": ((_VIEW, Scope.SUBTREE), (_WORK, Scope.OWN)),
    "all": ((_FULL, Scope.ALL),),
}
"""What a role may do with a new object, in a word; single rights are set on the pages of roles."""


@dataclass(frozen=True)
class Draft:
    """What an administrator says of an object; see `CustomObject`."""

    name: str
    title_name: str
    name_en: str = ""
    plural_en: str = ""
    icon: str = "document"
    pattern: str = ""


@dataclass(frozen=True)
class Contents:
    """What disappears from sight with an object."""

    rows: int
    fields: int
    views: int
    referring: tuple[str, ...]


def add(draft: Draft, *, actor: Actor, rights: Mapping[str, str] | None = None) -> CustomObject:
    """Make an object; `rights` names a preset by role and needs the right to give rights."""
    grants.require(actor, "change", SUBJECT)
    if CustomObject.objects.filter(deleted_at=None).count() >= MOST:
        raise InputError("objects_many", "There are {n} objects of your own already.", n=MOST)
    with transaction.atomic():
        row = CustomObject.objects.create(**_checked(draft, None))
        event = _tell("created", row, actor)
        journal.write(event, CustomObject, {}, journal.states((row,)))
        _renewed()
        for role, preset in (rights or {}).items():
            if preset:
                _give(role, row, preset, actor)
    return row


def change(row: CustomObject, draft: Draft, *, actor: Actor) -> Event | None:
    """Other names, icon or numbers; None when nothing differs."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        row = CustomObject.objects.select_for_update().get(pk=row.pk)
        before, values = journal.states((row,)), _checked(draft, row)
        changed = {name for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return None
        for name, value in values.items():
            setattr(row, name, value)
        if "pattern" in changed:
            _require_unused(row)
        row.save()
        event = _tell("changed", row, actor)
        journal.write(event, CustomObject, before, journal.states((row,)))
        _renewed()
        if "pattern" in changed and row.pattern:
            _soon(row, actor)
    return event


def contents(row: CustomObject) -> Contents:
    """What stands in the object and on it."""
    return Contents(
        made.model_of(row).objects.filter(deleted_at=None).count(),
        CustomField.objects.filter(record=row.slug, deleted_at=None).count(),
        SavedView.objects.filter(record=row.slug, deleted_at=None).count(),
        tuple(_referring(row)),
    )


def remove(row: CustomObject, *, actor: Actor) -> Event:
    """Take an object away; rows, fields, views and rights stay where they are until it is brought back."""
    grants.require(actor, "change", SUBJECT)
    if referring := _referring(row):
        raise InputError(
            "object_referred",
            "Fields refer to it: {names}. Remove these fields first.",
            names="、".join(referring),
        )
    with transaction.atomic():
        before, record = journal.states((row,)), registry.by_slug(row.slug)
        row.deleted_at = clock.now()
        row.save(update_fields=["deleted_at"])
        event = _tell("deleted", row, actor)
        journal.write(event, CustomObject, before, journal.states((row,)))
        index.remove_all(record)
        _renewed()
    return event


def restore(row: CustomObject, *, actor: Actor) -> None:
    """Bring a removed object back with everything in it."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        before = journal.states((row,))
        _require_free(row.name, row)
        row.deleted_at = None
        row.save(update_fields=["deleted_at"])
        event = _tell("restored", row, actor)
        journal.write(event, CustomObject, before, journal.states((row,)))
        _renewed()
        _soon(row, actor)


def live(pk: int) -> CustomObject:
    """An object that was not taken away; NotFound."""
    row = CustomObject.objects.filter(pk=pk, deleted_at=None).first()
    if row is None:
        raise NotFound("object_unknown", "There is no such object any more.")
    return row


@job(READY)
def ready(*, actor: Actor, progress: Progress, object: int) -> dict[str, Any]:
    """Number the rows that have no number yet, and write the search entries of all."""
    _make_ready(CustomObject.objects.get(pk=object), lambda done, total: progress("Search", done, total))
    return {"object": object}


def _soon(row: CustomObject, actor: Actor) -> None:
    if made.model_of(row).objects.all()[: LARGE + 1].count() <= LARGE:
        _make_ready(row, lambda done, total: None)
    else:
        title = _("Preparing %(name)s") % {"name": row.name}
        enqueue(READY, title=title, actor=actor, key=f"{READY}:{row.pk}", object=row.pk)


def _make_ready(row: CustomObject, report: Any) -> None:
    rows = made.model_of(row).objects.all()
    if row.pattern:
        numbering = made.numbering_of(row)
        for some in chunks(rows.filter(number="")):
            with transaction.atomic():
                for target, number in zip(some, numbering.take(len(some)), strict=True):
                    target.number = number
                bulk.update(CustomRecord, some, ("number",))
    ids = list(rows.filter(deleted_at=None).values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        index.index_records(registry.by_slug(row.slug), ids[start : start + CHUNK])
        report(start, len(ids))


def _give(role: str, row: CustomObject, preset: str, actor: Actor) -> None:
    if preset not in PRESETS:
        raise InputError("preset_unknown", "Choose what each role may do.")
    subject = registry.by_slug(row.slug).subject
    given = [Grant(role, subject, actions, scope) for actions, scope in PRESETS[preset]]
    roles.set_rule(role, subject, actor=actor, given=given, fields={})


def _checked(draft: Draft, row: CustomObject | None) -> dict[str, Any]:
    """The columns that a draft asks for; InputError says what is wrong with it."""
    values = {name: str(value).strip() for name, value in asdict(draft).items()}
    names = [values[name] for name in ("name", "name_en", "plural_en", "title_name", "pattern")]
    if not values["name"] or not values["title_name"] or max(map(len, names)) > 60:
        raise InputError("object_name", "Give the object and its title names of at most 60 characters.")
    _require_free(values["name"], row)
    if values["icon"] not in ICONS:
        raise InputError("object_icon", "Choose one of the icons.")
    if values["pattern"]:
        _require_countable(values["pattern"])
    return values


def _require_countable(pattern: str) -> None:
    try:
        made.numbering_of(CustomObject(pk=0, pattern=pattern))
    except ImproperlyConfigured:
        raise InputError(
            "object_pattern",
            "The number pattern needs one {example}; besides it may have the year, the month after a year, "
            "and the day after a month.",
            example="{n:05}",
        ) from None


def _require_free(name: str, row: CustomObject | None) -> None:
    own = row.slug if row is not None else ""
    if any(name == record.label and record.slug != own for record in registry.all_records()):
        raise InputError("object_taken", "There is an object of this name already.")


def _require_unused(row: CustomObject) -> None:
    """A pattern must give no number that another one gave already; one that counted before goes on counting."""
    if not row.pattern:
        return
    counter = made.numbering_of(row).name
    form = re.compile(_FIELD.sub("[0-9]+", re.sub(r"[][().*+?^$|\\]", r"\\\g<0>", row.pattern)))
    if Counter.objects.filter(name__startswith=counter).exists():
        return
    numbers = made.model_of(row).objects.exclude(number="").values_list("number", flat=True)
    if any(form.fullmatch(number) for number in numbers.iterator(chunk_size=CHUNK)):
        raise InputError(
            "object_pattern_used",
            "Numbers of this form were given already. Put letters into the pattern that tell them apart.",
        )


_FIELD = re.compile(r"{[a-z]+(?::[0-9]+)?}")


def _referring(row: CustomObject) -> list[str]:
    """The fields of other objects that lead to this one, in words."""
    found = CustomField.objects.filter(kind="reference", options__of=row.slug, deleted_at=None).exclude(
        record=row.slug
    )
    known = {record.slug: record.label for record in registry.all_records()}
    return [f"{known[field.record]} · {field.name}" for field in found if field.record in known]


def _tell(verb: str, row: CustomObject, actor: Actor) -> Event:
    return events.record(f"object.{verb}", actor=actor, subject=row, payload={"name": row.name})


def _renewed() -> None:
    definitions.renew()
    definitions.refresh()
