"""Fields that an administrator makes, changes, orders, takes away and brings back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from hengke.engines.access import events, grants, journal
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.jobs.queue import Progress, enqueue, job
from hengke.engines.records.custom import definitions, indexes
from hengke.engines.records.custom.kinds import OFFERS
from hengke.engines.records.custom.worked import worked_options
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType
from hengke.engines.records.search import index
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound

SUBJECT = "records.field"
MOST = 200
# From so many objects on, indexes and search entries are made in the background.
LARGE = 5_000
CHUNK = 2_000
READY = "records.field_ready"


@dataclass(frozen=True)
class Draft:
    """What an administrator says of a field; see `CustomField`."""

    name: str
    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    section: str = ""
    help: str = ""
    required: bool = False
    list: bool = False
    filter: bool = True
    search: bool = False
    sensitivity: str = ""


def add(record: RecordType, draft: Draft, *, actor: Actor) -> CustomField:
    """Give a record type a new field; InputError says what is wrong with it."""
    grants.require(actor, "change", SUBJECT)
    rows = CustomField.objects.filter(record=record.slug, deleted_at=None)
    if rows.count() >= MOST:
        raise InputError("fields_many", "There are {n} fields of your own already.", n=MOST)
    with transaction.atomic():
        row = CustomField(record=record.slug, **checked(record, draft, None))
        row.position = (rows.aggregate(last=models.Max("position"))["last"] or 0) + 1
        row.save()
        event = tell("created", row, actor)
        journal.write(event, CustomField, {}, journal.states((row,)))
        changed(record, row, actor)
    return row


def change(record: RecordType, row: CustomField, draft: Draft, *, actor: Actor) -> Event | None:
    """Change anything but the kind; None when nothing differs."""
    grants.require(actor, "change", SUBJECT)
    if draft.kind != row.kind:
        raise InputError("field_kind", "The kind is changed on a page of its own.")
    with transaction.atomic():
        row = CustomField.objects.select_for_update().get(pk=row.pk)
        before, values = journal.states((row,)), checked(record, draft, row)
        _keep_used_choices(record, row, values["options"])
        if all(getattr(row, name) == value for name, value in values.items()):
            return None
        rescaled = row.options.get("digits") != values["options"].get("digits")
        if rescaled and used(record, row):
            raise InputError("field_digits", "Change the kind to a number with other decimals instead.")
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        event = tell("changed", row, actor)
        journal.write(event, CustomField, before, journal.states((row,)))
        changed(record, row, actor)
    return event


def move(record: RecordType, row: CustomField, to: int, *, actor: Actor) -> None:
    """Put a field at the place `to`, counted from 0, among the record type's own."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        rows = list(CustomField.objects.filter(record=record.slug, deleted_at=None))
        before = journal.states(rows)
        others = [other for other in rows if other.pk != row.pk]
        moved = next(other for other in rows if other.pk == row.pk)
        others.insert(max(0, min(to, len(others))), moved)
        for place, other in enumerate(others, start=1):
            other.position = place
        CustomField.objects.bulk_update(others, ["position"])
        event = tell("moved", row, actor)
        journal.write(event, CustomField, before, journal.states(others))
        _renewed()


def remove(record: RecordType, row: CustomField, *, actor: Actor) -> Event:
    """Take a field away; definition and values stay where they are until it is brought back."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        before = journal.states((row,))
        row.deleted_at = clock.now()
        row.save(update_fields=["deleted_at"])
        event = tell("deleted", row, actor)
        journal.write(event, CustomField, before, journal.states((row,)))
        indexes.drop(row)
        _renewed()
        if row.search:
            _soon(record, row, actor)
    return event


def undo(event_id: int, *, actor: Actor) -> CustomField:
    """Take back a change of a field with all values that it converted; the field as it is then."""
    grants.require(actor, "change", SUBJECT)
    event = Event.objects.filter(pk=event_id, kind__startswith="field.").first()
    if event is None:
        raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    with transaction.atomic():
        row = CustomField.objects.get(pk=event.subject_id or 0)
        indexes.drop(row)
        journal.undo(event, actor=actor)
        row.refresh_from_db()
        record = registry.by_slug(row.record)
        _renewed()
        if row.deleted_at is None:
            _soon(record, row, actor)
    return row


def restore(record: RecordType, row: CustomField, *, actor: Actor) -> None:
    """Bring a removed field back."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        before = journal.states((row,))
        row.deleted_at = None
        row.name = checked(record, draft_of(row), row)["name"]
        row.save(update_fields=["deleted_at"])
        event = tell("restored", row, actor)
        journal.write(event, CustomField, before, journal.states((row,)))
        changed(record, row, actor)


def used(record: RecordType, row: CustomField) -> int:
    """How many objects hold a value, those in the recycle bin included."""
    return int(holders(record, row).count())


def holders(record: RecordType, row: CustomField) -> models.QuerySet[Any]:
    """The objects that hold a value."""
    manager: Any = record.model._base_manager
    found: models.QuerySet[Any] = manager.filter(extra__has_key=row.key).order_by("pk")
    return found


def draft_of(row: CustomField) -> Draft:
    """What a definition says at the moment."""
    return Draft(**{name: getattr(row, name) for name in Draft.__dataclass_fields__})


def sensitivities() -> list[str]:
    """The words by which some role's grant hides fields."""
    return sorted({word for grant in grants.declared() for word in grant.hides})


def checked(record: RecordType, draft: Draft, row: CustomField | None) -> dict[str, Any]:
    """The columns that a draft asks for; InputError says what is wrong with it."""
    values = asdict(draft) | {"name": draft.name.strip(), "section": draft.section.strip()}
    if not values["name"] or len(values["name"]) > 60 or len(values["section"]) > 60 or len(draft.help) > 200:
        raise InputError("field_name", "Give the field a name of at most 60 characters.")
    own = row.key if row is not None else ""
    if any(str(other.label) == values["name"] for other in record.fields if other.name != own):
        raise InputError("field_taken", "There is a field of this name already.")
    if draft.kind not in OFFERS:
        raise InputError("field_kind_unknown", "Choose what kind of field it is.")
    if draft.sensitivity and draft.sensitivity not in sensitivities():
        raise InputError("field_sensitivity", "Choose one of the sensitivities that roles know.")
    if OFFERS[draft.kind].worked:
        return values | {"options": worked_options(record, draft), "required": False, "search": False}
    return values | {"options": _options(draft.kind, draft.options)}


def _options(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The options that the kind has, checked."""
    if kind in ("choice", "choices"):
        return {"choices": _choices(given.get("choices", ()))}
    if kind == "reference":
        return {"of": registry.by_slug(str(given.get("of", ""))).slug}
    if kind not in ("number", "money"):
        return {}
    options: dict[str, Any] = {"digits": int(given.get("digits") or 0)} if kind == "number" else {}
    if not 0 <= options.get("digits", 0) <= 6:
        raise InputError("field_digits_range", "A number has between 0 and 6 decimals.")
    bounds = {name: _bound(given.get(name)) for name in ("low", "high")}
    low, high = bounds["low"], bounds["high"]
    if low is not None and high is not None and low > high:
        raise InputError("field_bounds", "The smallest value is above the largest.")
    return options | {name: str(bound) for name, bound in bounds.items() if bound is not None}


def _bound(text: Any) -> Decimal | None:
    if text in (None, ""):
        return None
    try:
        value = Decimal(str(text).replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > 10**12:
        raise InputError("value_unreadable", 'The value "{text}" cannot be read here.', text=str(text)[:60])
    return value


def _choices(given: Iterable[Any]) -> list[list[str]]:
    """Keys and words; a new word comes without a key and gets one that was never used before."""
    found = [[str(key or ""), str(words).strip()] for key, words in given if str(words).strip()]
    names = [words for _key, words in found]
    if not found or len(found) > 200 or max(map(len, names)) > 60:
        raise InputError("field_choices", "Give between 1 and 200 choices of at most 60 characters.")
    if len({name.lower() for name in names}) != len(names):
        raise InputError("field_choices_twice", "A choice is named twice.")
    last = max((int(key[1:]) for key, _words in found if key[1:].isdigit()), default=0)
    for choice in found:
        if not choice[0]:
            last += 1
            choice[0] = f"o{last}"
    return found


def _keep_used_choices(record: RecordType, row: CustomField, options: dict[str, Any]) -> None:
    """A choice that objects hold cannot go, for they would hold a word that nobody knows."""
    kept = {key for key, _words in options.get("choices", ())}
    made = definitions.made_field(row)
    for key, words in row.options.get("choices", ()):
        if key not in kept:
            manager: Any = record.model._base_manager
            count = manager.filter(**{made.path: key}).count()
            if count:
                raise InputError(
                    "field_choice_used",
                    "{n} entries still hold “{word}”. Change them first.",
                    n=count,
                    word=words,
                )


def tell(verb: str, row: CustomField, actor: Actor) -> Event:
    """The event of a change of fields."""
    payload = {"name": row.name, "record": row.record, "kind": row.kind}
    return events.record(f"field.{verb}", actor=actor, subject=row, payload=payload)


def _renewed() -> None:
    definitions.renew()
    definitions.refresh()


def changed(record: RecordType, row: CustomField, actor: Actor) -> None:
    """Let every process know, and have index and search follow."""
    _renewed()
    _soon(record, row, actor)


def _soon(record: RecordType, row: CustomField, actor: Actor) -> None:
    manager: Any = record.model._base_manager
    if manager.all()[: LARGE + 1].count() <= LARGE:
        _make_ready(record, row, lambda done, total: None)
    else:
        title = _("Preparing the field %(name)s") % {"name": row.name}
        enqueue(READY, title=title, actor=actor, key=f"{READY}:{row.pk}", field=row.pk)


@job(READY)
def ready(*, actor: Actor, progress: Progress, field: int) -> dict[str, Any]:
    """Make the index of a field and the search entries of the objects that hold it."""
    row = CustomField.objects.get(pk=field)
    record = registry.by_slug(row.record)
    _make_ready(record, row, lambda done, total: progress("Search", done, total))
    return {"field": row.pk}


def _make_ready(record: RecordType, row: CustomField, report: Any) -> None:
    if row.deleted_at is None and row.filter:
        indexes.create(record, row)
    else:
        indexes.drop(row)
    ids = list(holders(record, row).values_list("pk", flat=True)) if row.search else []
    for start in range(0, len(ids), CHUNK):
        index.index_records(record, ids[start : start + CHUNK])
        report(start, len(ids))


def chunks(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """The rows a few thousand at a time, in the order of their keys, whatever is changed meanwhile."""
    last = 0
    while found := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield found
        last = found[-1].pk
