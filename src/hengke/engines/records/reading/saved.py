"""Views that people save: their own, and those shared with everybody; kept apart from what is shipped."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.prepared import Prepared
from hengke.engines.records.models import SavedView
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema.declarations import View
from hengke.kernel import clock
from hengke.kernel.errors import HengkeError, InputError, NotFound
from hengke.kernel.filters import EVERYTHING, conditions, from_json

LIMIT = 60
PREFIX = "s"


def views_of(catalogue: Catalogue) -> list[View]:
    """The saved views that the person may open: all whose fields exist for them. One query, read once."""
    known: list[View] | None = catalogue.__dict__.get("saved_views")
    if known is None:
        rows = _rows(catalogue.actor.user_id, catalogue.record.slug)
        found = [_view(row, catalogue.actor) for row in rows]
        known = [view for view in found if usable(catalogue, view)]
        catalogue.__dict__["saved_views"] = known
    return known


def usable(catalogue: Catalogue, view: View) -> bool:
    """Whether every field that the view names exists for the person, and can be used as the view does."""
    needs = [(name.lstrip("-"), how) for name, how in ((view.sort, "sort"), (view.group, "filter")) if name]
    own = all(name in catalogue.fields and getattr(catalogue.fields[name], how) for name, how in needs)
    return own and all(catalogue.filterable(c.field) for c in conditions(view.where))


def save(
    catalogue: Catalogue, *, name: str, shared: bool, state: dict[str, Any], pk: int | None = None
) -> SavedView:
    """Keep a list's state under a name: a new view, or the person's own one anew. InputError, NotFound."""
    name = name.strip()
    if not name or len(name) > 60:
        raise InputError("view_name", "Give the view a name of at most 60 characters.")
    actor = catalogue.actor
    if actor.user_id is None:
        raise NotFound("view_not_yours", "This view does not exist, or somebody else made it.")
    with transaction.atomic():
        row = (
            _own(actor, catalogue, pk)
            if pk
            else SavedView(record=catalogue.record.slug, owner_id=actor.user_id)
        )
        same = _mine_or_shared(actor.user_id, catalogue.record.slug).filter(name=name)
        if same.exclude(pk=row.pk).exists():
            raise InputError("view_taken", "There is a view of this name already.")
        if (
            not pk
            and SavedView.objects.filter(owner_id=actor.user_id, record=row.record, deleted_at=None).count()
            >= LIMIT
        ):
            raise InputError("view_many", "You have {n} views of this list. Delete one first.", n=LIMIT)
        row.name, row.shared, row.state = name, shared, state
        row.save()
        payload = {"name": name, "shared": shared, "state": state}
        events.record("view.saved", actor=actor, subject=row, payload=payload)
    return row


def delete(catalogue: Catalogue, pk: int, *, restore: bool = False) -> SavedView:
    """Put the person's own view away, or bring it back."""
    with transaction.atomic():
        row = _own(catalogue.actor, catalogue, pk, deleted=restore)
        row.deleted_at = None if restore else clock.now()
        row.save(update_fields=["deleted_at"])
        kind = "view.restored" if restore else "view.deleted"
        events.record(kind, actor=catalogue.actor, subject=row, payload={"name": row.name})
    return row


def _mine_or_shared(user_id: int | None, slug: str) -> QuerySet[SavedView]:
    rows = SavedView.objects.filter(Q(owner_id=user_id) | Q(shared=True), deleted_at=None, record=slug)
    return rows.order_by("shared", "name", "pk")


_rows = Prepared[SavedView](lambda user_id, slug: _mine_or_shared(user_id, slug)[:LIMIT])


def _own(actor: Actor, catalogue: Catalogue, pk: int, *, deleted: bool = False) -> SavedView:
    rows = SavedView.objects.filter(pk=pk, owner_id=actor.user_id, record=catalogue.record.slug)
    row = rows.filter(deleted_at__isnull=not deleted).first()
    if row is None:
        raise NotFound("view_not_yours", "This view does not exist, or somebody else made it.")
    return row


def _view(row: SavedView, actor: Actor) -> View:
    state = row.state
    try:
        where = from_json(state["filter"]) if state.get("filter") else EVERYTHING
    except HengkeError:
        where = EVERYTHING
    return View(
        f"{PREFIX}{row.pk}", row.name, where=where, sort=str(state.get("sort", "")), group=str(state.get("group", "")),
        q=str(state.get("q", "")), shape=str(state.get("shape", "")), columns=tuple(state.get("columns", ())),
        widths=tuple(state.get("widths", {}).items()),
        saved=row.pk, mine=row.owner_id == actor.user_id, shared=row.shared,
    )  # fmt: skip
