"""Nothing before the agreement is accepted; refusals leave a trace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import agreement

FREE = ("agreement", "logout", "login", "language", "livez", "readyz", "password")
PROBES = frozenset({"unknown_field", "unknown_parameter", "filter_operator", "filter_malformed"})
DENIALS_PER_MINUTE = 20
"""Per person and process: a crawl through foreign numbers is seen without filling the log."""


class ProtectionMiddleware:
    """Leads people to a new agreement, and records what they were refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked: Any = request
        actor: Actor | None = asked.actor
        if actor is not None and agreement.is_due(asked.user) and not _is_free(request.path):
            return _to_agreement(request)
        response = self.get_response(request)
        if actor is not None and _is_refusal(request, response):
            _tell(request, actor, response.status_code)
        return response


def _is_free(path: str) -> bool:
    return path.strip("/").split("/")[0] in FREE


def _to_agreement(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        words = _("Accept the confidentiality agreement first.")
        return JsonResponse({"code": "agreement_due", "message": words}, status=403)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": reverse("agreement")})
    return HttpResponseRedirect(reverse("agreement"))


_lock = threading.Lock()
_minute: list[int] = [0]
_told: dict[int | None, int] = {}


def _is_refusal(request: HttpRequest, response: HttpResponse) -> bool:
    """A 403; a 404 on an address that names an object: one that exists is answered like one that does not; and a
    question about what does not exist for the person, which no page asks.
    """
    match = request.resolver_match
    if response.status_code == 404:
        return bool(match and match.kwargs.keys() - {"slug"})
    return response.status_code == 403 or getattr(response, "code", "") in PROBES


def _tell(request: HttpRequest, actor: Actor, status: int) -> None:
    if _is_first_of_many(actor):
        payload = {"path": request.path[:200], "method": request.method, "status": status}
        events.record("access.denied", actor=actor, payload=payload)


def _is_first_of_many(actor: Actor) -> bool:
    with _lock:
        if _minute[0] != (now := int(time.monotonic() // 60)):
            _minute[0] = now
            _told.clear()
        _told[actor.user_id] = _told.get(actor.user_id, 0) + 1
        return _told[actor.user_id] <= DENIALS_PER_MINUTE
