"""Share one object with a person or team, and show one masked value at a click."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from hengke.engines.access import events, sharing
from hengke.engines.access.models import User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.rows import Share, Team
from hengke.engines.records.reading.catalogue import unknown_field
from hengke.engines.records.views.common import address, found, is_fragment, may, opened
from hengke.kernel.clock import CHINA
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.kernel.numbers import is_whole


@require_http_methods(["GET", "POST"])
def share(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """With whom an object is shared, and the form that adds to it."""
    catalogue = opened(request, slug)
    target = found(catalogue, pk)
    if not sharing.may_share(target, request.actor):
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    here = address(catalogue.record, "share", pk)
    if request.method == "POST":
        event = _shared(request, target)
        messages.success(request, _("Shared."), extra_tags=f"undo=/backoffice/undo/{event.pk}")
        return HttpResponseRedirect(here)
    context = {
        "title": pgettext("right", "Share"),
        "record": catalogue.record,
        "crumbs": [
            {"label": catalogue.record.label_plural, "url": address(catalogue.record, "list")},
            {"label": str(target), "url": address(catalogue.record, "page", pk)},
        ],
        "shares": sharing.shares_of(target),
        "people": User.objects.filter(is_active=True).exclude(pk=request.user.pk).order_by("name"),
        "teams": Team.objects.all(),
        "levels": Share.LEVELS,
        "cancel_url": address(catalogue.record, "page", pk),
        "end_url": address(catalogue.record, "unshare", pk),
    }
    return render(request, "records/share.html", context)


def _shared(request: StaffRequest, target: Any) -> Any:
    kind, _colon, key = request.POST.get("taker", "").partition(":")
    number = int(key) if is_whole(key) and len(key) < 19 else 0
    user = User.objects.filter(pk=number, is_active=True).first() if kind == "person" else None
    team = Team.objects.filter(pk=number).first() if kind == "team" else None
    level = request.POST.get("level", "")
    return sharing.share(
        target,
        actor=request.actor,
        user=user,
        team=team,
        level=level,
        until=_end(request.POST.get("until", "")),
    )


def _end(text: str) -> datetime | None:
    """The end of the day that was entered."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise InputError("value_unreadable", 'The value "{text}" cannot be read here.', text=text[:60])
    return datetime.combine(day, time(23, 59, 59), CHINA)


@require_POST
def unshare(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """End one share of an object."""
    catalogue = opened(request, slug)
    target = found(catalogue, pk)
    number = request.POST.get("share", "")
    row = sharing.shares_of(target).filter(pk=int(number) if is_whole(number) else 0).first()
    if row is None:
        raise NotFound("share_not_found", "This share has ended already.")
    event = sharing.unshare(row, target, actor=request.actor)
    messages.success(request, _("No longer shared."), extra_tags=f"undo=/backoffice/undo/{event.pk}")
    return HttpResponseRedirect(address(catalogue.record, "share", pk))


@require_POST
def reveal(request: StaffRequest, slug: str, pk: int, name: str) -> HttpResponse:
    """One masked value, once; who saw which field of which object is told in the event stream."""
    catalogue = opened(request, slug)
    field = catalogue.field(name)
    target = found(catalogue, pk)
    if not field.masked:
        raise unknown_field(name)
    if not may(catalogue, "reveal") or not catalogue.rows("reveal").filter(pk=pk).exists():
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    whole = catalogue.record.field(name)
    rows = catalogue.joined(catalogue.rows()).filter(pk=pk)
    value = rows.values_list(catalogue.paths[name], flat=True).first()
    events.record(
        f"{catalogue.record.model._meta.model_name}.revealed",
        actor=request.actor, subject=target, party_id=catalogue.record.party_of(target),
        payload={"field": name},
    )  # fmt: skip
    context = {
        "title": whole.label,
        "value": whole.kind.plain(value),
        "back_url": address(catalogue.record, "page", pk),
        "crumbs": [{"label": str(target), "url": address(catalogue.record, "page", pk)}],
    }
    answer = render(
        request, "records/revealed_part.html" if is_fragment(request) else "records/revealed.html", context
    )
    answer["Cache-Control"] = "no-store"
    return answer
