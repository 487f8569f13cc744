"""What every shape of a list has around it: tabs of views, chips of conditions, and the other shapes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.access import grants
from hengke.engines.records.reading import listing
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.reading.words import describe
from hengke.engines.records.schema.declarations import View
from hengke.engines.records.shapes import axis, board, calendar, groups, tilemap
from hengke.engines.records.views.common import address, may
from hengke.kernel.filters import And, Filter, to_json

SHAPES = ("list", "board", "calendar", "axis", "map")
PLACES = (
    "list",
    "new",
    "export",
    "filters",
    "conditions",
    "columns",
    "assign",
    "import",
    "board",
    "calendar",
    "axis",
    "map",
    "view_save",
    "many",
    "many_delete",
)


def frame(query: Query, shape: str) -> dict[str, Any]:
    """Context of the shape called `shape`; its own template adds the rest."""
    catalogue, record = query.catalogue, query.catalogue.record
    return {
        "record": record,
        "title": record.label_plural,
        "query": query,
        "shape": shape,
        "here": address(record, shape),
        "tabs": _tabs(query, shape),
        "chips": _chips(query),
        "shapes": _shapes(query, shape),
        "saving": _saving(query),
        "group_fields": groups.fields(catalogue) if shape in ("list", "axis") else (),
        "state": query.address(),
        "hidden": hidden(query),
        "ungrouped": query.address(group=None),
        "can": {action: may(catalogue, action) for action in ("add", "export", "import", "change", "delete")},
        "urls": urls(catalogue),
    }


def urls(catalogue: Catalogue) -> dict[str, str]:
    """The record type's addresses by name."""
    return {name: address(catalogue.record, name) for name in PLACES}


def hidden(query: Query) -> list[tuple[str, str]]:
    """The state of the list as hidden fields of a form that adds to it."""
    return parse_qsl(query.address().removeprefix("?"))


def _tabs(query: Query, shape: str) -> list[dict[str, Any]]:
    here = address(query.catalogue.record, shape)
    everything = {"label": _("All"), "url": here, "current": query.view is None}
    views = [
        {"label": view.label, "url": _view_url(query, view, shape), "current": view is query.view}
        for view in listing.visible_views(query.catalogue)
    ]
    return [everything, *views]


def _view_url(query: Query, view: View, shape: str) -> str:
    """A saved view opens in the shape it was saved in; a shipped one keeps the present shape."""
    return f"{address(query.catalogue.record, view.shape or shape)}?view={view.key}"


def _saving(query: Query) -> dict[str, Any]:
    """What the menu of the view offers: always to save as new; for an own one also to save anew and to delete."""
    view, record = query.view, query.catalogue.record
    rules = grants.may(query.catalogue.actor, "change", "records.rule")
    own = view if view is not None and view.saved and view.mine else None
    return {
        "own": own,
        "update_url": address(record, "view_update", own.saved) if own else "",
        "delete_url": address(record, "view_delete", own.saved) if own else "",
        "rule_url": reverse("rules") if query.own and rules else "",
        "conditions": json.dumps(to_json(And(query.own)), ensure_ascii=False) if query.own else "",
        "changed": bool(query.own) or query.address(view=None) != "?",
    }


def _shapes(query: Query, shape: str) -> list[dict[str, Any]]:
    """Links to the shapes that these objects can take; none when a list is all there is."""
    catalogue = query.catalogue
    possible = [
        ("list", _("List"), "list", True),
        ("board", _("Board"), "columns", board.offered(catalogue)),
        (
            "calendar",
            _("Calendar"),
            "calendar",
            calendar.offered(catalogue),
        ),
        ("axis", pgettext("shape", "Timeline"), "timeline", axis.offered(catalogue)),
        ("map", _("Map"), "map", tilemap.can_map(query)),
    ]
    found = [
        {
            "label": label,
            "icon": icon,
            "current": key == shape,
            "url": address(catalogue.record, key) + query.address(),
        }
        for key, label, icon, works in possible
        if works
    ]
    return found if len(found) > 1 else []


def _chips(query: Query) -> list[dict[str, str]]:
    chips = []
    for number, tree in enumerate(query.own):
        label, operator, value = describe(query.catalogue, tree)
        rest: Sequence[Filter] = [*query.own[:number], *query.own[number + 1 :]]
        chips.append({
            "label": label, "operator": operator, "value": value, "remove_url": query.with_own(rest).address(),
        })  # fmt: skip
    if query.q:
        chips.append(
            {"label": _("Search"), "operator": "", "value": query.q, "remove_url": query.address(q=None)}
        )
    return chips
