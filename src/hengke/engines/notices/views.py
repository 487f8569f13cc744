"""The notice centre: page, pop-over, count, stream, and what a person wants to be told."""

from __future__ import annotations

import os
import socket
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.notices import kinds, live, reading, sending
from hengke.engines.notices.models import Notice
from hengke.kernel.errors import NotFound
from hengke.kernel.numbers import is_whole

IN_POPOVER = 8


@require_GET
def centre(request: StaffRequest) -> HttpResponse:
    """All notices of the person, newest first, or the unread ones."""
    unread = request.GET.get("show") == "unread"
    before = request.GET.get("before", "")
    found = reading.lines(
        request.actor, limit=reading.PIECE + 1, before=int(before[:18]) if is_whole(before) else 0, unread=unread
    )  # fmt: skip
    more = found[reading.PIECE - 1].notice.pk if len(found) > reading.PIECE else None
    state = "show=unread&" if unread else ""
    return render(request, "notices/page.html", {
        "title": _("Notices"),
        "lines": found[: reading.PIECE],
        "unread_only": unread,
        "tabs": [
            {"label": _("All"), "url": reverse("notices"), "current": not unread},
            {"label": _("Unread"), "url": f"{reverse('notices')}?show=unread", "current": unread},
        ],
        "page": {"text": "", "next_url": f"?{state}before={more}" if more else "", "previous_url": ""},
        "paged": bool(more),
    })  # fmt: skip


@require_GET
@never_cache
def part(request: StaffRequest) -> HttpResponse:
    """Fragment: what the pop-over of the bell shows."""
    return render(request, "notices/part.html", {"lines": reading.lines(request.actor, limit=IN_POPOVER)})


@require_GET
@never_cache
def count(request: StaffRequest) -> JsonResponse:
    """How many are unread; one query."""
    return JsonResponse({"unread": sending.unread(request.user.pk)})


@require_GET
@never_cache
def stream(request: StaffRequest) -> HttpResponse:
    """Server-sent events; the connection goes to the process that holds them all.

    204 where that process is not there: the browser then does not ask again, and the page polls.
    """
    connection = request.META.get("gunicorn.socket")
    answer = HttpResponse(status=204)
    if connection is not None and live.hand_over(connection, request.user.pk):
        _let_go(connection, answer)
    return answer


def _let_go(connection: socket.socket, answer: HttpResponse) -> None:
    """Put a blind socket in the place of the one given away, so that this process writes nothing more into it."""
    blind, rest = socket.socketpair()
    rest.shutdown(socket.SHUT_WR)
    os.dup2(blind.fileno(), connection.fileno())
    blind.close()
    closers: Any = answer
    closers._resource_closers.append(rest.close)


@require_POST
def read_all(request: StaffRequest) -> HttpResponse:
    """Mark everything read."""
    sending.mark_read(request.user.pk)
    return redirect("notices")


@require_POST
def read(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark one read and stay."""
    _found(request, pk)
    sending.mark_read(request.user.pk, (pk,))
    return redirect("notices")


@require_POST
def open_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark one read and go where it leads."""
    notice = _found(request, pk)
    sending.mark_read(request.user.pk, (pk,))
    return redirect(reading.address(request.actor, notice) or "notices")


@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    """Which kinds the person wants."""
    known = kinds.all_kinds()
    if request.method == "POST":
        sending.choose(request.user, request.POST.getlist("kind"), [kind.key for kind in known])
        messages.success(request, _("Saved."))
        return redirect("notices-settings")
    off = request.user.preferences.get(sending.PREFERENCE, ())
    return render(request, "notices/settings.html", {
        "title": _("What I am told"),
        "crumbs": [{"label": _("Notices"), "url": reverse("notices")}],
        "kinds": [{"kind": kind, "on": kind.key not in off} for kind in known],
    })  # fmt: skip


def _found(request: StaffRequest, pk: int) -> Notice:
    notice = Notice.objects.filter(pk=pk, recipient_id=request.user.pk).first()
    if notice is None:
        raise NotFound("notice_not_found", "This notice does not exist, or it is not yours.")
    return notice
