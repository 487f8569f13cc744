"""Files of custom fields: handed out or shown to who sees the value that names them."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_GET

from hengke.engines.access.requests import StaffRequest
from hengke.engines.files import serving
from hengke.engines.records.custom import kept
from hengke.kernel.errors import NotFound


@require_GET
def download(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file to keep."""
    file = kept.readable(pk, request.actor)
    return serving.handed_out(file.digest, file.name, file.kind)


@require_GET
def show(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A picture, a PDF or text for a page to show; NotFound for every other type, whatever its name says."""
    file = kept.readable(pk, request.actor)
    if file.kind not in serving.SHOWN:
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    return serving.shown(file.digest, file.name, file.kind)
