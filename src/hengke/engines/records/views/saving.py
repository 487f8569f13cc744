"""Save the list as it stands under a name, save it anew, put it away."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading import saved
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.reading.preferences import chosen_columns, chosen_widths
from hengke.engines.records.views.common import address, opened
from hengke.engines.records.views.frame import SHAPES
from hengke.kernel.filters import And, to_json


@require_POST
def save(request: StaffRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Keep the present state; with `pk` in the place of what that view was."""
    catalogue = opened(request, slug)
    query = _query(catalogue, request)
    shape = request.POST.get("shape", "list")
    shape = shape if shape in SHAPES else "list"
    row = saved.save(
        catalogue, pk=pk, name=request.POST.get("name", ""), shared="shared" in request.POST,
        state=_state(request, query, shape),
    )  # fmt: skip
    messages.success(request, _("The view %(name)s was saved.") % {"name": row.name})
    return HttpResponseRedirect(f"{address(catalogue.record, shape)}?view={saved.PREFIX}{row.pk}")


def _query(catalogue: Catalogue, request: StaffRequest) -> Query:
    """The state that the form carries as the list's own address."""
    return Query.read(catalogue, QueryDict(request.POST.get("state", "").removeprefix("?")))


def _state(request: StaffRequest, query: Query, shape: str) -> dict[str, Any]:
    """All conditions together, so that the view stands alone even when a shipped one changes."""
    shipped = (query.view.where,) if query.view else ()
    where = And((*(part for part in shipped if part != And(())), *query.own))
    columns = [field.name for field in chosen_columns(query.catalogue, request.user, query.view, query.cols)]
    widths = chosen_widths(query.catalogue, request.user, query.view, query.cols)
    state = {
        "filter": json.loads(json.dumps(to_json(where), default=str)) if where.parts else None,
        "sort": query.sort, "q": query.q, "group": query.group, "shape": shape, "columns": columns,
        "widths": widths,
    }  # fmt: skip
    return {key: value for key, value in state.items() if value}


@require_POST
def delete(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Put a view away, with a way back."""
    catalogue = opened(request, slug)
    row = saved.delete(catalogue, pk)
    restore = address(catalogue.record, "view_restore", pk)
    messages.success(request, _("%(name)s was deleted.") % {"name": row.name}, extra_tags=f"undo={restore}")
    return HttpResponseRedirect(address(catalogue.record, "list"))


@require_POST
def restore(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Bring a view back."""
    catalogue = opened(request, slug)
    row = saved.delete(catalogue, pk, restore=True)
    return HttpResponseRedirect(f"{address(catalogue.record, 'list')}?view={saved.PREFIX}{row.pk}")
