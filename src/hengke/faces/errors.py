"""Errors become pages, fragments or JSON that say what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hengke.engines.access.wording import in_words
from hengke.kernel.errors import (
    Conflict,
    FieldErrors,
    HengkeError,
    InputError,
    KeyReused,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    Stale,
    TooLarge,
    TooOften,
    VersionMissing,
    WrongType,
)

# The first that fits counts: narrower kinds stand before wider ones.
STATUS: dict[type[HengkeError], int] = {
    TooLarge: 413, WrongType: 415, VersionMissing: 428, KeyReused: 422, InputError: 400,
    NotLoggedIn: 401, NotAllowed: 403,
    NotFound: 404, Stale: 412, Conflict: 409, TooOften: 429,
}  # fmt: skip
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class ErrorMiddleware:
    """Catches HengkeError from any view, and gives words to answers that have none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        words = _("This address is not called in this way. Go back and use the buttons of the page.")
        told = answer(request, 405, "method_not_allowed", words)
        told["Allow"] = response.get("Allow", "")
        return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, HengkeError):
            return None
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        fields = error.fields if isinstance(error, FieldErrors) else None
        told = answer(request, status, error.code, in_words(error), fields)
        told.code = error.code  # type: ignore[attr-defined]  # for the trace that refusals leave
        if isinstance(error, TooOften) and "seconds" in error.params:
            told["Retry-After"] = str(error.params["seconds"])
        return told


def answer(
    request: HttpRequest,
    status: int,
    code: str,
    words: str,
    fields: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    """The same error for a program or for a person; `fields` says what is wrong with single values."""
    if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
        return problem(status, code, words, fields)
    return page(request, status, words)


def problem(
    status: int, code: str, words: str, fields: Mapping[str, Sequence[str]] | None = None
) -> JsonResponse:
    """The one form of errors in the API."""
    body = {"code": code, "message": words, "fields": dict(fields or {})}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def page(request: HttpRequest, status: int, words: str) -> HttpResponse:
    """The page that names what failed and offers a way on."""
    context = {"status": status, "words": words, "title": _("This did not work")}
    return render(request, "hengke/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TOO_MUCH):
        return answer(request, 413, "too_large", _("More was sent than can be taken at once. Send less."))
    return answer(request, 400, "bad_request", _("The request could not be understood."))


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    words = _("Your role does not allow this, or the page was open for too long. Go back and try again.")
    return answer(request, 403, "forbidden", words)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404, "not_found", _("There is nothing here, or it is not yours to see."))


def failed(request: HttpRequest) -> HttpResponse:
    """A bug: nothing is asked of the database or of the shell, which may be what failed."""
    words = _(
        "Something went wrong on our side. Nothing that you had saved before is lost. Try again in a moment."
    )
    if request.path.startswith("/api/"):
        return problem(500, "failed", words)
    context = {"status": 500, "words": words, "title": _("This did not work")}
    return HttpResponse(render_to_string("hengke/error.html", context), status=500)
