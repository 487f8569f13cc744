"""Create, change, delete, restore, assign, undo: each is guard -> one transaction with its event and journal
-> index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F

from hengke.engines.access import behalf, events, grants, journal, token_scope
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, RowJournal, User
from hengke.engines.access.scoping import rights_q
from hengke.engines.records.schema import lifecycle, registry
from hengke.engines.records.search import index
from hengke.engines.records.writing import belongings, bin, rules
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, NotAllowed, NotFound
from hengke.kernel.filters import EVERYTHING

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import RecordType

Values = dict[str, Any]


@dataclass
class Bundle:
    """Changes that share one event; the index is brought up to date once, at their end."""

    record: RecordType
    event: Event
    touched: dict[int, None] = field(default_factory=dict)

    def finish(self) -> None:
        """Write the entries of everything that was touched."""
        index.index_records(self.record, self.touched)


_bundle: ContextVar[Bundle | None] = ContextVar("bundle", default=None)


@contextmanager
def together(record: RecordType, *, actor: Actor, asked: Mapping[str, int]) -> Iterator[Bundle]:
    """Within it, changes of `record` are told by one event and journalled under it; call it in a transaction."""
    kind = f"{record.model._meta.model_name}.bulk_changed"
    bundle = Bundle(record, events.record(kind, actor=actor, payload={"asked": dict(asked)}))
    mark = _bundle.set(bundle)
    try:
        yield bundle
    finally:
        _bundle.reset(mark)


def create(record: RecordType, *, actor: Actor, values: Values) -> models.Model:
    """Make one object; `values` by field name, references as keys. NotAllowed without the right to add."""
    token_scope.require(actor, record.subject, token_scope.WRITE)
    grants.require(actor, "add", record.subject)
    target = record.model(**record.defaults(actor))
    _assign(record, target, values)
    rules.require(record, target)
    with transaction.atomic():
        record.prepare_in_bulk([target])
        target.save()
        if not _may_have_made(record, target, actor):
            raise NotAllowed("outside_scope", "You can only add this where you may also see it.")
        event = _tell(record, "created", target, actor, {"values": _stored(record, values)})
        journal.write(event, record.model, {}, journal.states((target,)))
        _enter(record, target)
    return target


def update(
    record: RecordType, *, actor: Actor, target: models.Model, values: Values, version: int
) -> models.Model:
    """Change the fields that differ; Conflict `stale` when the object is not at `version` any more."""
    with transaction.atomic():
        row = _locked(record, target.pk, actor, "change")
        if row.version != version:
            raise Conflict(
                "stale", "Somebody else changed this meanwhile. Look at the differences and save again."
            )
        values = record.follow(row, values)
        before, old = (
            journal.states((row,)),
            _stored(record, {name: record.field(name).key_of(row) for name in values}),
        )
        _assign(record, row, values)
        new = _stored(record, values)
        changes = {name: [old[name], new[name]] for name in values if old[name] != new[name]}
        if not changes:
            return target
        rules.require(record, row, changes)
        lifecycle.require(record, actor, row, {name: pair[0] for name, pair in changes.items()})
        row.version += 1
        row.save()
        event = _tell(record, "changed", row, actor, {"changes": changes})
        journal.write(event, record.model, before, journal.states((row,)))
        _reindex(record, row.pk)
    saved: models.Model = row
    return saved


def delete(record: RecordType, *, actor: Actor, target: models.Model) -> Event:
    """Put an object and what belongs to it into the recycle bin; `undo` of the event brings all of it back."""
    with transaction.atomic():
        row = _locked(record, target.pk, actor, "delete")
        event = _tell(record, "deleted", row, actor, {"name": str(row)})
        bin.throw(record, [row], event, actor=actor)
    return event


def assign(record: RecordType, *, actor: Actor, ids: Iterable[int], owner: User) -> Event:
    """Give objects to another account manager: one event, one journal, undone as a whole. NotFound for
    foreign keys.
    """
    wanted = set(ids)
    with transaction.atomic():
        rows = _visible(record, actor, "assign").filter(pk__in=wanted)
        before = journal.states(rows)
        if not wanted or len(before) != len(wanted):
            raise NotFound(
                "objects_not_found", "Not all of these can be found. Reload the list and choose again."
            )
        rows.update(owner_id=owner.pk, version=F("version") + 1, updated_at=clock.now())
        payload: Values = {"owner": owner.pk, "name": owner.name, "count": len(wanted)}
        if stood_in := behalf.absent_among(actor, (state.get("owner_id") for state in before.values())):
            payload["for"] = stood_in
        kind = f"{record.model._meta.model_name}.assigned"
        one = record.model(pk=next(iter(before))) if len(before) == 1 else None
        event = events.record(
            kind, actor=actor, subject=one, party_id=_only_party(record, before), payload=payload
        )
        changed: Any = record.model._default_manager.filter(pk__in=wanted)
        journal.write(event, record.model, before, journal.states(changed))
    return event


_own_way_back: dict[str, str] = {}
# Rows that only accompany records; who may take the record's change back may take theirs back.
_COMPANIONS = frozenset({"records.deleted"})


def has_own_way_back(*kinds: str, url_name: str) -> None:
    """Events of these kinds are taken back by their module's page, which knows what else follows."""
    _own_way_back.update(dict.fromkeys(kinds, url_name))


def way_back(event: Event) -> str:
    """The name of the page that takes an event back."""
    return _own_way_back.get(event.kind, "undo")


def undo(event_id: int, *, actor: Actor) -> Event:
    """Take back a journalled change of records; NotFound unless the actor may change every row that it
    touched.
    """
    # Found with the person's rights: that it is there says nothing that the token's scope hides.
    event = require_undoable(event_id, actor=replace(actor, scope=None))
    for model in _touched(event):
        if registry.by_subject(model) is not None:
            token_scope.require(actor, model, token_scope.WRITE)
    with transaction.atomic():
        undone = journal.undo(event, actor=actor)
        settle(event)
    return undone


def settle(event: Event) -> None:
    """What follows when the rows of an event were put back: open forms and search learn of it. Conflict when
    something hangs on what is gone now.
    """
    for model, ids in _touched(event).items():
        record = registry.by_subject(model)
        if record is None:
            continue
        manager: Any = record.model._default_manager
        for chunk in _chunks(ids):
            manager.filter(pk__in=chunk).update(version=F("version") + 1, updated_at=clock.now())
            belongings.require_owner(model, chunk)
            belongings.require_nothing_left(model, chunk)
        if _is_findable_otherwise(record, event):
            index.index_records(record, ids)


def _is_findable_otherwise(record: RecordType, event: Event) -> bool:
    """Whether the change may have changed the words by which objects are found."""
    if event.kind.partition(".")[2] not in ("changed", "edited"):
        return True
    names = [name for name in event.payload.get("changes", {}) if record.has_field(name)]
    return index.is_touched(record, [record.field(name).path for name in names])


def require_undoable(event_id: int, *, actor: Actor) -> Event:
    """The event; NotFound when it is not one that the actor may take back."""
    event = Event.objects.filter(pk=event_id).first()
    touched = _touched(event) if event is not None else {}
    if event is None or not touched or event.kind in _own_way_back:
        raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    noun, _dot, verb = event.kind.partition(".")
    for model, ids in touched.items():
        # What went into the bin with an object is not asked for again when it comes back.
        if model in _COMPANIONS or (
            verb in ("deleted", "removed", "restored") and model.partition(".")[2] != noun
        ):
            continue
        record = registry.by_subject(model)
        if record is None or not _may_undo(record, ids, actor, own=event.actor_id == actor.user_id):
            raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    return event


def _touched(event: Event) -> dict[str, list[int]]:
    """The rows that an event touched, by model."""
    found: dict[str, list[int]] = {}
    for model, pk in RowJournal.objects.filter(event=event).values_list("model", "row_id"):
        found.setdefault(model, []).append(pk)
    return found


def _may_undo(record: RecordType, ids: Sequence[int], actor: Actor, *, own: bool) -> bool:
    """One's own change, or anybody's with the right to delete; each row within the scope, deleted ones
    included.
    """
    action = "change" if own else "delete"
    scope = rights_q(record.model, grants.row_filter(actor, record.subject, action))
    manager: Any = record.model._default_manager
    reachable: int = sum(
        manager.filter(scope, pk__in=chunk).values("pk").distinct().count() for chunk in _chunks(ids)
    )
    return reachable == len(set(ids))


def _chunks(ids: Sequence[int], size: int = 900) -> Iterable[list[int]]:
    return (list(ids[start : start + size]) for start in range(0, len(ids), size))


def _visible(record: RecordType, actor: Actor, action: str) -> models.QuerySet[Any]:
    manager: Any = record.model._default_manager
    rows: models.QuerySet[Any] = manager.visible_to(actor, action)
    return rows


def _locked(record: RecordType, pk: int, actor: Actor, action: str) -> Any:
    """The object, locked; NotFound when the actor may not even see it, NotAllowed when only the right is
    missing.
    """
    token_scope.require(actor, record.subject, token_scope.WRITE)
    manager: Any = record.model._default_manager
    if not _visible(record, actor, action).filter(pk=pk).exists():
        if _visible(record, actor, "view").filter(pk=pk).exists():
            raise NotAllowed(
                "not_allowed", "Your role does not allow this. Ask an administrator if you need it."
            )
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    return manager.select_for_update().get(pk=pk)


def _may_have_made(record: RecordType, target: models.Model, actor: Actor) -> bool:
    everywhere = grants.row_filter(actor, record.subject, "add") == EVERYTHING
    return everywhere or _visible(record, actor, "add").filter(pk=target.pk).exists()


def _assign(record: RecordType, target: models.Model, values: Values) -> None:
    for name, value in values.items():
        record.field(name).put(target, value)


def _stored(record: RecordType, values: Values) -> Values:
    """Values as an event keeps them."""
    return {name: record.field(name).kind.json(value) for name, value in values.items()}


def _enter(record: RecordType, target: models.Model) -> None:
    """The search entry of a new object."""
    bundle = _of_bundle(record)
    if bundle is None:
        index.add_records(record, (target,))
    else:
        bundle.touched[target.pk] = None


def _reindex(record: RecordType, pk: int) -> None:
    bundle = _of_bundle(record)
    if bundle is None:
        index.index_records(record, [pk])
    else:
        bundle.touched[pk] = None


def _of_bundle(record: RecordType) -> Bundle | None:
    bundle = _bundle.get()
    return bundle if bundle is not None and bundle.record is record else None


def _tell(record: RecordType, verb: str, target: models.Model, actor: Actor, payload: Values) -> Event:
    bundle = _of_bundle(record)
    if bundle is not None:
        return bundle.event
    return events.record(
        f"{record.model._meta.model_name}.{verb}",
        actor=actor,
        subject=target,
        party_id=record.party_of(target),
        audience=getattr(target, record.audience) if record.audience else "",
        payload=payload,
    )


def _only_party(record: RecordType, states: dict[int, journal.State]) -> int | None:
    """The customer all rows belong to, if there is just one."""
    if not record.party:
        return None
    column = record.model._meta.pk.attname if record.party == "pk" else record.party
    parties = {state.get(column) for state in states.values()}
    return parties.pop() if len(parties) == 1 else None
