"""The record page, put together from panels."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.leaks import reading
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.privacy import places as privacy
from hengke.engines.records.reading import listing, referred, timeline
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.cells import value_markup
from hengke.engines.records.schema import actions, registry
from hengke.engines.records.schema.declarations import Panel, RecordType
from hengke.engines.records.views.common import address, found, may, opened
from hengke.kernel.errors import InputError

PLACES = ("actions", "hero", "left", "main", "timeline", "right")


@require_GET
def page(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Everything about one object that the person may see."""
    catalogue = opened(request, slug)
    record = catalogue.record
    query = listing.Query.read(catalogue, request.GET)
    target = found(catalogue, pk)
    sensitive = reading.told(request.actor, target)
    before, after = listing.neighbours(query, pk)
    trail = query.address() if query.address() != "?" else ""
    can = {
        action: catalogue.allows(action, target)
        for action in sorted({"add", "change", "delete", "share"} | actions.needed_rights(slug))
    }
    return render(request, "records/page.html", {
        "record": record,
        "object": target,
        "title": str(getattr(target, record.title_field.path)),
        "crumbs": [{"label": record.label_plural, "url": address(record, "list") + trail}],
        "second": _second(catalogue, target),
        "sections": _sections(catalogue, target),
        "panels": {place: _panels(request, record, target, place) for place in PLACES},
        "timeline": timeline.read(catalogue, target),
        "groups": timeline.groups(slug),
        "previous_url": address(record, "page", before) + trail if before else "",
        "next_url": address(record, "page", after) + trail if after else "",
        "can": can,
        "actions": [(act, address(record, "do", pk, act.key)) for act in actions.offered(record, target, can)],
        "sensitive": sensitive,
        "audit": _protection(request, record, pk),
        "urls": {name: address(record, name, pk) for name in ("edit", "delete", "timeline", "share")}
        | {"cells": address(record, "cell", 0, "-"), "clone": f"{address(record, 'new')}?from={pk}"},
    })  # fmt: skip


def _second(catalogue: Catalogue, target: Any) -> list[Any]:
    """What stands beside the name: a number, or the name of what the object belongs to."""
    shown = (referred.shown_of(catalogue, f, target) for f in catalogue.fields.values() if f.title == 2)
    return [value if words is None else words for value, words in shown]


def _protection(request: StaffRequest, record: RecordType, pk: int) -> dict[str, Any]:
    """What the security and privacy roles may do with an object."""
    may_erase = grants.may(request.actor, "change", "access.privacy") and privacy.is_person(record.subject)
    return {
        "may_view": grants.may(request.actor, "view", "access.audit"),
        "may_mark": grants.may(request.actor, "change", reading.SUBJECT),
        "may_erase": may_erase,
        "object": f"{record.subject}:{pk}",
    }


def _sections(catalogue: Catalogue, target: Any) -> list[tuple[Any, list[tuple[Any, SafeString, str]]]]:
    """Sections with the fields that hold something, and where a masked one can be revealed; no empty section."""
    shown = []
    for section, fields in catalogue.sections():
        own = [field for field in fields if not catalogue.in_summary(field)]
        found = [(f, value_markup(f, *referred.shown_of(catalogue, f, target))) for f in own]
        filled = [(field, markup, _reveal_url(catalogue, field, target)) for field, markup in found if markup]
        if filled:
            shown.append((section, filled))
    return shown


def _reveal_url(catalogue: Catalogue, field: Any, target: Any) -> str:
    """Empty unless the person may; the address itself asks again for this very object."""
    if not field.masked or not may(catalogue, "reveal"):
        return ""
    return address(catalogue.record, "reveal", target.pk, field.name)


def _panels(request: StaffRequest, record: RecordType, target: Any, place: str) -> list[SafeString]:
    return [
        markup
        for panel in registry.panels(record.slug)
        if panel.place == place and (markup := _panel(request, panel, target))
    ]


def _panel(request: StaffRequest, panel: Panel, target: Any) -> SafeString:
    if panel.subject and not grants.may(request.actor, "view", panel.subject):
        return mark_safe("")
    context = panel.context(request.actor, target)
    if context is None:
        return mark_safe("")
    return render_to_string(
        panel.template, {**context, "panel": panel, "actor": request.actor, "object": target}, request
    )


@require_GET
def more_timeline(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """The next piece of the timeline."""
    catalogue = opened(request, slug)
    target = found(catalogue, pk)
    before, show = request.GET.get("before", ""), request.GET.get("show", "")
    if set(request.GET) - {"before", "show"} or show not in timeline.groups(slug).keys() | {""}:
        raise InputError("unknown_parameter", "This address is not valid.")
    context = {
        "record": catalogue.record,
        "object": target,
        "timeline": timeline.read(catalogue, target, before=timeline.moment(before), show=show),
        "groups": timeline.groups(slug),
        "show": show,
        "piece": bool(before),
        "urls": {"timeline": address(catalogue.record, "timeline", pk)},
    }
    return render(request, "records/timeline_part.html", context)
