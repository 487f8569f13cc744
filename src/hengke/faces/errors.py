"""Expected errors become pages, fragments or JSON that say what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hengke.engines.access.wording import in_words
from hengke.kernel.errors import Conflict, HengkeError, InputError, NotAllowed, NotFound

STATUS: dict[type[HengkeError], int] = {InputError: 400, NotAllowed: 403, NotFound: 404, Conflict: 409}


class ErrorMiddleware:
    """Catches HengkeError from any view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, HengkeError):
            return None
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        words = in_words(error)
        if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith(
            "application/json"
        ):
            return JsonResponse({"code": error.code, "message": words}, status=status)
        return page(request, status, words)


def page(request: HttpRequest, status: int, words: str) -> HttpResponse:
    """The page that names what failed and offers a way on."""
    context = {"status": status, "words": words, "title": _("This did not work")}
    return render(request, "hengke/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400, _("The request could not be understood."))


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    return page(
        request,
        403,
        _("Your role does not allow this, or the page was open for too long. Go back and try again."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404, _("There is nothing here, or it is not yours to see."))
