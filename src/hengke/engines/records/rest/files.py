"""Files of fields through the API: bytes are sent and fetched by themselves, and a record names them by key."""

from __future__ import annotations

from collections.abc import Iterator

from hengke.engines.access.requests import StaffRequest
from hengke.engines.files import serving, store
from hengke.engines.records.custom import kept
from hengke.engines.records.reading.catalogue import unknown_field
from hengke.engines.records.rest.door import Answer, only, opened
from hengke.engines.records.views.common import found
from hengke.kernel.errors import InputError, NotFound, WrongType

BYTES = "application/octet-stream"


def keep(request: StaffRequest, slug: str, name: str) -> Answer:
    """Keep the bytes of the request for a field; the `id` of the answer is the value to write into it."""
    only(request, "name")
    catalogue = opened(request, slug)
    field = catalogue.field(name, "write")
    if field.kind.control != "file":
        raise unknown_field(name)
    if request.content_type != BYTES:
        raise WrongType("not_bytes", "Send the bytes of the file as application/octet-stream.")
    file_name = request.GET.get("name", "")
    if not file_name.strip():
        raise InputError("file_name", "State the name of the file, as ?name=report.pdf.")
    file = kept.keep(catalogue.record, field, file_name, _blocks(request), actor=request.actor)
    return Answer({"id": file.pk, "name": file.name, "type": file.kind, "size": file.size}, status=201)


def fetch(request: StaffRequest, slug: str, pk: int, name: str) -> Answer:
    """The bytes of the file that the field of an object holds; NotFound when it holds none."""
    only(request)
    catalogue = opened(request, slug)
    field = catalogue.field(name)
    if field.kind.control != "file" or field.masked:
        raise unknown_field(name)
    key = field.key_of(found(catalogue, pk))
    if key is None:
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    file = kept.readable(key, request.actor)
    return Answer(serving.handed_out(file.digest, file.name, file.kind))


def _blocks(request: StaffRequest) -> Iterator[bytes]:
    return iter(lambda: request.read(store.BLOCK), b"")
