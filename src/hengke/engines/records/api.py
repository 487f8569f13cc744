"""REST from the declarations: /api/v1/<slug>, the same catalogue, filters, rights and services as the pages."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern
from ninja import NinjaAPI, Status
from ninja.utils import check_csrf

from hengke.engines.access import grants
from hengke.engines.access.leaks import reading, usage
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records import listing, registry
from hengke.engines.records.api_actions import add_actions
from hengke.engines.records.api_schemas import (
    CHANGING,
    MAX_PAGE_SIZE,
    PARAMETERS,
    PROBLEMS,
    WRITING,
    change_body,
    item_model,
    new_body,
    page_model,
    with_custom,
)
from hengke.engines.records.catalogue import Catalogue, unknown_field
from hengke.engines.records.declarations import RecordType, Values
from hengke.engines.records.forms import RecordForm, initial_values, usual_values, writable
from hengke.engines.records.listing import Query
from hengke.engines.records.views.common import found
from hengke.kernel.errors import (
    Conflict,
    InputError,
    NotAllowed,
    NotLoggedIn,
    Stale,
    TooLarge,
    VersionMissing,
    WrongType,
)
from hengke.kernel.numbers import is_whole
from hengke.kernel.texts import read_json

MAX_BODY = 200_000
PAGING = frozenset({"cursor", "page_size"})


def _person(request: HttpRequest) -> bool:
    """Session or token, as the middleware found; a session must prove that the page of the same site writes."""
    if getattr(request, "actor", None) is None:
        raise NotLoggedIn("not_logged_in", "Log in, or send a token that is valid and may do this.")
    if request.method not in ("GET", "HEAD") and check_csrf(request) is not None:
        raise NotAllowed("csrf", "The page was open for too long. Load it again and try once more.")
    return True


class RecordsAPI(NinjaAPI):
    """The API, whose document tells of the administrator's own fields as they are at the moment."""

    def get_openapi_schema(self, *args: Any, **options: Any) -> Any:
        """The OpenAPI document."""
        document = deepcopy(super().get_openapi_schema(*args, **options))
        for record in registry.all_records():
            with_custom(document, record)
        return document


def build() -> NinjaAPI:
    """The API over all record types declared so far."""
    api = RecordsAPI(title="Hengke", version="1", urls_namespace="api", docs_url=None, auth=_person)
    for record in registry.all_records():
        _add(api, record)
    return api


def urls(api: NinjaAPI) -> list[URLPattern]:
    """The addresses; without log-in they answer 401 rather than lead to the log-in page."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        if pattern.name not in ("openapi-json", "api-root"):
            pattern.callback.login_required = False  # type: ignore[attr-defined]
    return patterns


def _add(api: NinjaAPI, record: RecordType) -> None:
    slug, item = record.slug, item_model(record)
    words: dict[str, Any] = {"tags": [slug], "exclude_unset": True}
    made = {"response": {201: item} | PROBLEMS | WRITING, "openapi_extra": new_body(record), **words}
    changed = {
        "response": {200: item} | PROBLEMS | WRITING | CHANGING,
        "openapi_extra": change_body(record),
        **words,
    }

    @api.get(
        f"/{slug}",
        response={200: page_model(record, item)} | PROBLEMS,
        operation_id=f"list_{slug}",
        openapi_extra={"parameters": PARAMETERS},
        **words,
    )
    def read_list(request: StaffRequest) -> Any:
        return _list(_opened(request, slug), request)

    @api.get(f"/{slug}/{{int:pk}}", operation_id=f"get_{slug}", response={200: item} | PROBLEMS, **words)
    def read_one(request: StaffRequest, pk: int) -> Any:
        catalogue = _opened(request, slug)
        target = found(catalogue, pk)
        reading.told(request.actor, target)
        return _stored(catalogue, target)

    @api.post(f"/{slug}", operation_id=f"create_{slug}", **made)
    def create(request: StaffRequest) -> Any:
        catalogue = _opened(request, slug, "add")
        given = _given(catalogue, request)
        target = record.create(
            actor=request.actor,
            values=_checked(catalogue, RecordForm(catalogue, None, data=usual_values(catalogue) | given)),
        )
        return Status(201, _stored(catalogue, target))

    @api.patch(f"/{slug}/{{int:pk}}", operation_id=f"update_{slug}", **changed)
    def update(request: StaffRequest, pk: int) -> Any:
        catalogue = _opened(request, slug)
        target = found(catalogue, pk)
        grants.require(request.actor, "change", record.subject)
        version, given = _version(request), _given(catalogue, request)
        form = RecordForm(catalogue, target, data=initial_values(catalogue, target) | given)
        values = {name: value for name, value in _checked(catalogue, form).items() if name in given}
        try:
            saved = record.update(actor=request.actor, target=target, values=values, version=version)
        except Conflict:
            raise Stale(
                "stale", "Somebody else changed this meanwhile. Look at the differences and save again."
            ) from None
        return _stored(catalogue, saved)

    add_actions(api, record, item, _inputs, lambda request, pk: _one(_opened(request, slug), pk))


def _opened(request: StaffRequest, slug: str, action: str = "view") -> Catalogue:
    record = registry.by_slug(slug)
    grants.require(request.actor, action, record.subject)
    return Catalogue(record, request.actor)


def _list(catalogue: Catalogue, request: HttpRequest) -> dict[str, Any]:
    size = request.GET.get("page_size", "50")
    if not is_whole(size) or len(size) > 4 or not 1 <= int(size) <= MAX_PAGE_SIZE:
        raise InputError("page_size", "page_size must be a number from 1 to {n}.", n=MAX_PAGE_SIZE)
    query = Query.read(catalogue, request.GET, ignore=PAGING)
    page = listing.page(query, _paths(catalogue), size=int(size), after=request.GET.get("cursor", ""))
    items = [_item(catalogue, row) for row in page.rows]
    usage.opened(catalogue.actor, len(items))
    return {"items": items, "count": page.count, "more_than_count": page.more_than, "next": page.next or None}


def _one(catalogue: Catalogue, pk: int) -> dict[str, Any]:
    """The object after an action; {} when that took it out of the person's sight."""
    target = catalogue.rows().filter(pk=pk).first()
    return {} if target is None else _stored(catalogue, target)


def _stored(catalogue: Catalogue, target: Any) -> dict[str, Any]:
    """The object as it stands; {} in the rare case that the person may make but not see it."""
    values = catalogue.values_of(target)
    if values is None:
        return {}
    shown = {name: field.kind.json(values[name]) for name, field in catalogue.fields.items()}
    return {"id": target.pk, "version": target.version, **shown}


def _paths(catalogue: Catalogue) -> list[str]:
    return ["version", *catalogue.paths.values()]


def _item(catalogue: Catalogue, row: tuple[Any, ...]) -> dict[str, Any]:
    values = {
        field.name: field.kind.json(value)
        for field, value in zip(catalogue.fields.values(), row[2:], strict=True)
    }
    return {"id": row[0], "version": row[1], **values}


def _inputs(request: HttpRequest) -> Values:
    """The inputs of an action; an action that asks for nothing needs no body."""
    given = _body(request) if request.META.get("CONTENT_LENGTH") not in (None, "", "0") else {}
    for name, value in given.items():
        if isinstance(value, (dict, list)):
            raise unknown_field(name)
    return given


def _given(catalogue: Catalogue, request: HttpRequest) -> Values:
    """The body: only fields that exist for the person and may be entered, each a value of its type."""
    given = _body(request)
    given.pop("version", None)
    fields = {field.name: field for field in writable(catalogue)}
    for name, value in given.items():
        if name not in fields:
            raise unknown_field(name)
        # By type itself: True is an int to Python, and the key of the first customer.
        if value is not None and type(value) not in fields[name].kind.given:
            raise InputError(
                "wrong_type", "{field}: this is not the type of value expected here.", field=name
            )
    return given


def _body(request: HttpRequest) -> dict[str, Any]:
    """The object that was sent."""
    if request.content_type != "application/json":
        raise WrongType("not_json", "Send the values as application/json.")
    if len(request.body) > MAX_BODY:
        raise TooLarge("body_too_long", "The request is too long.")
    body = read_json(request.body)
    if not isinstance(body, dict):
        raise InputError("json_unreadable", "The request is not valid JSON.")
    return body


def _checked(catalogue: Catalogue, form: RecordForm) -> Values:
    if not form.is_valid():
        name, words = next(iter(form.errors.items()))
        raise InputError("invalid_value", "{field}: {words}", field=name, words=" ".join(map(str, words)))
    return form.values()


def _version(request: HttpRequest) -> int:
    """The version that the client has read, from If-Match or the body."""
    text = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    said = text if text else _body(request).get("version")
    if said is None:
        raise VersionMissing(
            "version_missing", "State the version that you have read, in If-Match or as version."
        )
    if type(said) not in (int, str) or not is_whole(str(said)) or len(str(said)) > 9:
        raise Stale("version_unknown", "This version does not exist.")
    return int(said)
