"""Puts the actor on every request, from the session or an API token, and turns expected errors into answers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.access.tokens import user_of


class ActorMiddleware:
    """`request.actor` is the person, or None before log-in. Nothing a client sends can name another person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _bearer(request)
        if token is not None and request.path.startswith("/api/"):
            user = user_of(token, writes=request.method not in ("GET", "HEAD"))
            request.actor = Actor.of(user, Channel.API) if user else None
            if user:
                request.user = user
                # A bearer token is not sent by browsers on their own, so there is nothing to forge.
                request._dont_enforce_csrf_checks = True
            return self.get_response(request)
        user = request.user
        channel = Channel.API if request.path.startswith("/api/") else Channel.PAGE
        request.actor = Actor.of(user, channel) if user.is_authenticated else None
        return self.get_response(request)


def _bearer(request: HttpRequest) -> str | None:
    header = request.headers.get("Authorization", "")
    return header[7:].strip() if header.startswith("Bearer ") else None
