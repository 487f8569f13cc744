"""Pivots that people save under a name, for themselves or for everybody: rows of the same table as views of lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.models import SavedView
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.pivot import rights
from hengke.modules.insight.pivot.state import State, question

if TYPE_CHECKING:
    from hengke_analytics.cube import Catalogue

RECORD = "pivot"
LIMIT = 60


@dataclass(frozen=True)
class Saved:
    """A saved pivot in the list of them."""

    pk: int
    name: str
    url: str
    mine: bool
    shared: bool
    current: bool


def of(actor: Actor, state: State, catalogue: Catalogue) -> list[Saved]:
    """Those whose every word the person may use. One query."""
    rows = SavedView.objects.filter(
        Q(owner_id=actor.user_id) | Q(shared=True), record=RECORD, deleted_at=None
    )
    query = state.query()
    return [
        Saved(row.pk, row.name, f"/pivot?{row.state.get('query', '')}", row.owner_id == actor.user_id, row.shared,
              row.state.get("query") == query)
        for row in rows.order_by("shared", "name", "pk")[:LIMIT]
        if usable(State.read(QueryDict(row.state.get("query", ""))), catalogue)
    ]  # fmt: skip


def usable(state: State, catalogue: Catalogue) -> bool:
    """Whether every word of a state exists for the person."""
    names = (
        *state.rows,
        *state.columns,
        *(f[0] for f in state.filters),
        *(name for name, _count in state.tops),
    )
    return all(name in catalogue.dimensions for name in names) and all(
        name in catalogue.measures for name, _view in state.values
    )


@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the state that the form carries under a name."""
    from hengke.modules.insight.dashboard import facts

    grants.require(request.actor, "view", rights.SUBJECT)
    state = State.read(QueryDict(request.POST.get("state", "")))
    catalogue = rights.catalogue(request.actor)
    question(state, catalogue, facts.span(facts.visible(request.actor, "facts_month")))
    row = keep(request.actor, request.POST.get("name", ""), state, shared="shared" in request.POST)
    messages.success(request, _("The pivot %(name)s was saved.") % {"name": row.name})
    return HttpResponseRedirect(state.url())


def keep(actor: Actor, name: str, state: State, *, shared: bool) -> SavedView:
    """Save a pivot; one's own of the same name is replaced. InputError for a name that cannot be."""
    name = name.strip()
    if not name or len(name) > 60 or actor.user_id is None:
        raise InputError("view_name", "Give the view a name of at most 60 characters.")
    with transaction.atomic():
        mine = SavedView.objects.filter(owner_id=actor.user_id, record=RECORD, deleted_at=None)
        row = mine.filter(name=name).first() or SavedView(record=RECORD, owner_id=actor.user_id, name=name)
        if row.pk is None and mine.count() >= LIMIT:
            raise InputError("view_many", "You have {n} views of this list. Delete one first.", n=LIMIT)
        row.shared, row.state = shared, {"query": state.query()}
        row.save()
        events.record(
            "pivot.saved", actor=actor, subject=row, payload={"name": name, "shared": shared} | row.state
        )
    return row


@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one's own pivot away."""
    grants.require(request.actor, "view", rights.SUBJECT)
    row = SavedView.objects.filter(
        pk=pk, owner_id=request.actor.user_id, record=RECORD, deleted_at=None
    ).first()
    if row is None:
        raise NotFound("view_not_yours", "This view does not exist, or somebody else made it.")
    with transaction.atomic():
        row.deleted_at = clock.now()
        row.save(update_fields=["deleted_at"])
        events.record("pivot.deleted", actor=request.actor, subject=row, payload={"name": row.name})
    messages.success(request, _("The pivot %(name)s was deleted.") % {"name": row.name})
    state: dict[str, Any] = row.state
    return HttpResponseRedirect(f"/pivot?{state.get('query', '')}")
