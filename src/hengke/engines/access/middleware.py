"""Puts the actor on every request, from the session or an API token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

from hengke.engines.access import origin, token_scope, tokens
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel


class ActorMiddleware:
    """`request.actor` is the person, or None before log-in. Nothing a client sends can name another person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked: Any = request
        is_api, token = request.path.startswith("/api/"), None
        if is_api and (secret := _bearer(request)) is not None:
            token = tokens.find(secret)
            if token is not None and not token.writes and request.method not in ("GET", "HEAD"):
                words = gettext("This token may only read. Make one that may write.")
                return JsonResponse({"code": "read_only_token", "message": words, "fields": {}}, status=403)
            if token is not None:
                tokens.touch(token)
            asked.user = AnonymousUser() if token is None else token.user
            # A bearer token is not sent by browsers on their own, so there is nothing to forge.
            asked._dont_enforce_csrf_checks = True
        channel = Channel.API if is_api else Channel.PAGE
        asked.actor = Actor.of(asked.user, channel) if asked.user.is_authenticated else None
        if asked.actor is not None and token is not None:
            asked.actor, asked.token = token_scope.narrowed(asked.actor, token), token
        with origin.of(request):
            return self.get_response(request)


def _bearer(request: HttpRequest) -> str | None:
    header = request.headers.get("Authorization", "")
    return header[7:].strip() if header.startswith("Bearer ") else None
