"""Lists and single objects: read, make, change, delete, bring back, act, take back."""

from __future__ import annotations

from typing import Any

from hengke.engines.access import grants
from hengke.engines.access.leaks import reading, usage
from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading import listing
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.rest import bodies
from hengke.engines.records.rest.door import Answer, only, opened
from hengke.engines.records.rest.items import PARAMETERS, Item, Shape, etag
from hengke.engines.records.schema import actions
from hengke.engines.records.views.common import found
from hengke.engines.records.writing import services
from hengke.kernel.errors import Conflict, InputError, NotFound, Stale
from hengke.kernel.numbers import is_whole

MAX_PAGE_SIZE = 200
PAGING = frozenset({"cursor", "page_size", "total", *PARAMETERS})


def read_list(request: StaffRequest, slug: str) -> Answer:
    """A page of the objects that fit; `total=true` counts them all, which a long list takes its time for."""
    catalogue = opened(request, slug)
    size, total = request.GET.get("page_size", "50"), request.GET.get("total", "false")
    if not is_whole(size) or len(size) > 4 or not 1 <= int(size) <= MAX_PAGE_SIZE:
        raise InputError("page_size", "page_size must be a number from 1 to {n}.", n=MAX_PAGE_SIZE)
    if total not in ("true", "false"):
        raise InputError("total", "total must be true or false.")
    query, shape = Query.read(catalogue, request.GET, ignore=PAGING), Shape.read(catalogue, request.GET)
    page = listing.page(query, shape.paths, size=int(size), after=request.GET.get("cursor", ""))
    usage.opened(request.actor, len(page.rows))
    answer: dict[str, Any] = {
        "items": [shape.item(row) for row in page.rows], "count": page.count, "more_than_count": page.more_than,
        "next": page.next or None,
    }  # fmt: skip
    if total == "true":
        answer["total"] = query.rows().count() if page.more_than else page.count
    return Answer(answer)


def read_one(request: StaffRequest, slug: str, pk: int) -> Answer:
    """One object with its ETag; 304 when the client has it already."""
    catalogue = opened(request, slug)
    only(request, *PARAMETERS)
    shape = Shape.read(catalogue, request.GET)
    reading.told(request.actor, found(catalogue, pk))
    item = shape.one(pk)
    tag = etag(item)
    known = [word.strip().removeprefix("W/") for word in request.headers.get("If-None-Match", "").split(",")]
    if tag in known or "*" in known:
        return Answer(status=304, headers={"ETag": tag})
    return Answer(item, headers={"ETag": tag})


def create(request: StaffRequest, slug: str) -> Answer:
    """A new object from the fields that were sent."""
    catalogue = opened(request, slug, "add")
    shape = _shape(catalogue, request)
    given = bodies.body(request)
    given.pop("version", None)
    target = catalogue.record.create(actor=request.actor, values=bodies.checked(catalogue, given))
    return _one(shape.of_target(target), status=201, slug=slug)


def update(request: StaffRequest, slug: str, pk: int) -> Answer:
    """Change the fields that were sent, if nobody else has changed the object since it was read."""
    catalogue = opened(request, slug)
    shape = _shape(catalogue, request)
    target = found(catalogue, pk)
    grants.require(request.actor, "change", catalogue.record.subject)
    given = bodies.body(request)
    version = bodies.needed(bodies.version(request, given))
    given.pop("version", None)
    values = bodies.checked(catalogue, given, target)
    try:
        saved = catalogue.record.update(actor=request.actor, target=target, values=values, version=version)
    except Conflict as error:
        raise _as_stale(error) from None
    return _one(shape.of_target(saved))


def delete(request: StaffRequest, slug: str, pk: int) -> Answer:
    """Into the recycle bin; `event` is what an undo takes. A stated version must be the present one."""
    catalogue = opened(request, slug)
    only(request)
    target = found(catalogue, pk)
    grants.require(request.actor, "delete", catalogue.record.subject)
    version = bodies.version(request, {})
    if version not in (None, target.version):
        raise stale()
    return Answer({"event": catalogue.record.delete(actor=request.actor, target=target).pk})


def restore(request: StaffRequest, slug: str, pk: int) -> Answer:
    """Out of the recycle bin: takes back the event that put the object there."""
    catalogue = opened(request, slug)
    shape = _shape(catalogue, request)
    meta = catalogue.record.model._meta
    removals = Event.objects.filter(
        kind=f"{meta.model_name}.deleted", subject_type=meta.label_lower, subject_id=pk
    )
    event = removals.order_by("-pk").values_list("pk", flat=True).first()
    manager: Any = catalogue.record.model._default_manager
    if event is None or not manager.filter(pk=pk, deleted_at__isnull=False).exists():
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    services.undo(event, actor=request.actor)
    return _one(shape.one(pk))


def act(request: StaffRequest, slug: str, pk: int, key: str) -> Answer:
    """Run an action; the object as it stands then, {} when it is out of sight."""
    catalogue = opened(request, slug)
    shape = _shape(catalogue, request)
    actions.find(slug, key)
    actions.perform(catalogue.record, key, actor=request.actor, pk=pk, given=bodies.inputs(request))
    target = catalogue.rows().filter(pk=pk).first()
    return _one({} if target is None else shape.of_target(target))


def undo(request: StaffRequest, event: int) -> Answer:
    """Take one change back; the answer names the event that did."""
    only(request)
    return Answer({"event": services.undo(event, actor=request.actor).pk})


def stale() -> Stale:
    """What is said when somebody else was faster."""
    return Stale("stale", "Somebody else changed this meanwhile. Look at the differences and save again.")


def _as_stale(error: Conflict) -> Conflict:
    return stale() if error.code == "stale" else error


def _shape(catalogue: Catalogue, request: StaffRequest) -> Shape:
    only(request, *PARAMETERS)
    return Shape.read(catalogue, request.GET)


def _one(item: Item, *, status: int = 200, slug: str = "") -> Answer:
    headers = {"ETag": etag(item)} if item else {}
    if slug and item:
        headers["Location"] = f"/api/v1/{slug}/{item['id']}"
    return Answer(item, status, headers)
