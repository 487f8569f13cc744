"""The door of the API: who asks, how often, in which form; every answer is JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from hengke.engines.access import grants, token_scope
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.rest import once, throttle
from hengke.engines.records.schema import registry
from hengke.kernel.errors import InputError, NotAllowed, NotLoggedIn

READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Answer:
    """What a handler gives back; `body` is plain JSON values, or a response that is no JSON, such as a file."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[..., Answer]


def door(**handlers: Handler) -> Callable[..., HttpResponseBase]:
    """A view that lets a person or program in and answers by the handler named like the method."""

    @csrf_exempt
    @login_not_required
    def view(request: StaffRequest, **places: Any) -> HttpResponseBase:
        _let_in(request)
        method = str(request.method).lower()
        handler = handlers.get("get" if method == "head" else method)
        if handler is None:
            return HttpResponseNotAllowed([name.upper() for name in handlers])
        _keep_to_scope(request, places.get("slug", ""))
        throttle.take(request)
        if method != "post":
            return _response(handler(request, **places))
        return _response(once.once(request, lambda: handler(request, **places)))

    return view


def opened(request: StaffRequest, slug: str, action: str = "view") -> Catalogue:
    """The record type with the eyes of who asks; NotAllowed without the right to `action` at all."""
    record = registry.by_slug(slug)
    grants.require(request.actor, action, record.subject)
    return Catalogue(record, request.actor)


def only(request: HttpRequest, *names: str) -> None:
    """InputError for a parameter that the address does not know."""
    for name in request.GET:
        if name not in names:
            raise InputError("unknown_parameter", "This address is not valid.")


def _let_in(request: HttpRequest) -> None:
    """Session or token, as the middleware found; a session must prove that a page of the same site asks."""
    if getattr(request, "actor", None) is None:
        raise NotLoggedIn("not_logged_in", "Log in, or send a token that is valid and may do this.")
    if request.method not in READING and _is_forged(request):
        raise NotAllowed("csrf", "The page was open for too long. Load it again and try once more.")


def _keep_to_scope(request: StaffRequest, slug: str) -> None:
    """NotAllowed, in words, for an object that the token was not made for; see token_scope."""
    if slug:
        level = token_scope.READ if request.method in READING else token_scope.WRITE
        record = registry.by_slug(slug)
        token_scope.require(request.actor, record.subject, level, record.label)


def _is_forged(request: HttpRequest) -> bool:
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _request: HttpResponse(), (), {}) is not None


def _response(answer: Answer) -> HttpResponseBase:
    if isinstance(answer.body, HttpResponseBase):
        return answer.body
    if answer.status in (204, 304):
        return HttpResponse(status=answer.status, headers=dict(answer.headers))
    return JsonResponse(
        answer.body,
        status=answer.status,
        headers={"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
        | dict(answer.headers),
        json_dumps_params={"ensure_ascii": False},
    )
