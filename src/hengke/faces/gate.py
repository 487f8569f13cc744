"""Before anything is read: requests that no page could make sense of, or that are too large for who sends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from hengke.faces.errors import answer, not_found
from hengke.kernel.texts import is_usable

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

LARGEST = 2**63  # what no key of a database reaches


class GateMiddleware:
    """Lets only texts that can be stored through, in address and form, so that no view need ask."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > _longest(request):
            return answer(request, 413, "too_large", _("More was sent than can be taken at once. Send less."))
        if not is_usable(request.path) or not _is_usable(request.GET):
            return _refused(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _arguments: Any, places: dict[str, Any]
    ) -> HttpResponse | None:
        """Keys in the address, and the form, which the check against forged requests has read already."""
        if any(isinstance(value, int) and value >= LARGEST for value in places.values()):
            return not_found(request)
        if request.method != "POST" or request.content_type not in FORMS or request.path.startswith("/api/"):
            return None
        names = (str(file.name) for files in request.FILES.lists() for file in files[1])
        if _is_usable(request.POST) and all(map(is_usable, names)):
            return None
        return _refused(request)


def _refused(request: HttpRequest) -> HttpResponse:
    return answer(
        request, 400, "text_unusable", _("The request holds characters that cannot be read or stored.")
    )


def _is_usable(given: QueryDict) -> bool:
    return all(is_usable(name) and all(map(is_usable, values)) for name, values in given.lists())


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _longest(request: HttpRequest) -> int:
    """Files come from people who have logged in; anybody else would fill the disk with them."""
    known = getattr(request, "actor", None) is not None
    return int(settings.MAX_REQUEST_BYTES if known else settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
