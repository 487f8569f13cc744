"""The API described by itself: OpenAPI 3.1 of everything that the person who asks may see."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.rest import schemas
from hengke.engines.records.rest.door import Answer, only
from hengke.engines.records.rest.files import BYTES
from hengke.engines.records.rest.objects import MAX_PAGE_SIZE
from hengke.engines.records.rest.schemas import KEY, OPEN, TEXT, Schema, ref
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.actions import Action, actions_of
from hengke.engines.records.schema.declarations import Field

Part = dict[str, Any]
READ, WRITE = (400, 401, 403, 404, 405, 429), (409, 413, 415, 422)
PK = {"in": "path", "name": "id", "required": True, "schema": KEY}


def document(request: StaffRequest) -> Answer:
    """The document."""
    only(request)
    return Answer(build(request.actor))


def build(actor: Actor) -> Part:
    """All addresses, as far as they exist for the actor."""
    paths: Part = {
        "/me": {"get": _call("me", _("Who asks, and with which rights"), OPEN, tag="general")},
        "/undo/{event}": {
            "post": _call("undo", _("Take a change back"), _event(), tag="general", codes=WRITE)
            | {"parameters": [PK | {"name": "event"}, _once()]}
        },
    }
    components: Part = {"Problem": schemas.PROBLEM, "BulkResult": schemas.bulk_result()}
    for record in registry.all_records():
        if grants.may(actor, "view", record.subject):
            catalogue = Catalogue(record, actor)
            paths |= _paths(catalogue)
            components |= _components(catalogue)
    return {
        "openapi": "3.1.0",
        "info": {"title": _("Hengke"), "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
        },
    }


def _components(catalogue: Catalogue) -> dict[str, Schema]:
    name = _name(catalogue)
    return {
        name: schemas.items(catalogue), f"{name}Page": schemas.page(name), f"New{name}": schemas.new(catalogue),
        f"Change{name}": schemas.change(catalogue), f"Many{name}": schemas.bulk(name),
    }  # fmt: skip


def _paths(catalogue: Catalogue) -> Part:
    slug, name = catalogue.record.slug, _name(catalogue)
    what = {"what": catalogue.record.label}
    shape = _shape()

    def call(word: str, words: str, answer: Schema, **more: Any) -> Part:
        return _call(f"{word}_{slug}", words % what, answer, tag=slug, **more)

    base, one = f"/{slug}", f"/{slug}/{{id}}"
    paths: Part = {
        base: {
            "get": call("list", _("List: %(what)s"), ref(f"{name}Page")) | {"parameters": _list_words() + shape},
            "post": call("create", _("New: %(what)s"), ref(name), body=ref(f"New{name}"), status=201, codes=WRITE)
            | {"parameters": [*shape, _once()]},
        },
        f"{base}/meta": {"get": call("meta", _("Fields, views and actions: %(what)s"), OPEN)},
        f"{base}/bulk": {
            "post": call("bulk", _("Many at once: %(what)s"), ref("BulkResult"), body=ref(f"Many{name}"), codes=WRITE)
            | {"parameters": [_word("mode", {"enum": ["all", "each"]}, _("All or nothing, or each row for itself.")),
                              _once()]},
        },
        one: {
            "parameters": [PK],
            "get": call("get", _("One object: %(what)s"), ref(name))
            | {"parameters": [*shape, _header("If-None-Match")]},
            "patch": call("update", _("Change: %(what)s"), ref(name), body=ref(f"Change{name}"),
                          codes=(*WRITE, 412, 428)) | {"parameters": [*shape, _header("If-Match")]},
            "delete": call("delete", _("Into the recycle bin: %(what)s"), _event(), codes=(409, 412))
            | {"parameters": [_header("If-Match")]},
        },
        f"{one}/restore": {
            "parameters": [PK],
            "post": call("restore", _("Out of the recycle bin: %(what)s"), ref(name), codes=WRITE)
            | {"parameters": [*shape, _once()]},
        },
    }  # fmt: skip
    for field in catalogue.fields.values():
        if field.kind.control == "file" and not field.masked:
            paths |= _file_paths(slug, field)
    for act in actions_of(slug):
        paths[f"{one}/{act.key}"] = {"parameters": [PK], "post": _action(act, name, shape)}
    return paths


def _file_paths(slug: str, field: Field) -> Part:
    """The addresses at which the file of a field is sent and fetched."""
    what, name = {"what": field.label}, f"{field.name}_{slug}"
    paths: Part = {
        f"/{slug}/{{id}}/files/{field.name}": {
            "parameters": [PK],
            "get": _call(f"fetch_{name}", _("Fetch a file: %(what)s") % what, TEXT, tag=slug, media=BYTES),
        }
    }
    if field.write:
        said = _call(
            f"keep_{name}",
            _("Send a file: %(what)s") % what,
            schemas.kept(),
            tag=slug,
            status=201,
            codes=WRITE,
        )
        said["requestBody"] = {"required": True, "content": {BYTES: {"schema": TEXT}}}
        file_name = _word("name", TEXT | {"minLength": 1}, _("The name of the file.")) | {"required": True}
        paths[f"/{slug}/files/{field.name}"] = {"post": said | {"parameters": [file_name, _once()]}}
    return paths


def _action(act: Action, name: str, shape: list[Part]) -> Part:
    said = _call(
        f"{act.key}_{act.slug}",
        str(act.label),
        ref(name),
        tag=act.slug,
        body=schemas.action(act),
        codes=WRITE,
    )
    said["requestBody"]["required"] = any(one.required for one in act.inputs)
    return said | {"description": act.summary, "parameters": [*shape, _once()]}


def _call(
    word: str, words: str, answer: Schema, *, tag: str, body: Schema | None = None, status: int = 200,
    codes: tuple[int, ...] = (), media: str = "application/json",
) -> Part:  # fmt: skip
    problem = {"description": _("Refused"), "content": {"application/json": {"schema": ref("Problem")}}}
    headers = {"ETag": {"schema": TEXT}} if "$ref" in answer else {}
    good: Part = {"description": words, "content": {media: {"schema": answer}}}
    responses: Part = {str(status): good | ({"headers": headers} if headers else {})}
    responses |= {str(code): problem for code in (*READ, *codes)}
    if word.startswith("get_"):
        responses["304"] = {"description": _("Not changed")}
    said: Part = {"operationId": word, "summary": words, "tags": [tag], "responses": responses}
    if body is not None:
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return said


def _list_words() -> list[Part]:
    size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": 50}
    return [
        _word("filter", TEXT, _(
            'JSON: ["city","eq","合肥市"], {"and":[…]}, {"or":[…]}, {"not":…}; or simply ?city=…&due__lte=…'
        )),
        _word("sort", TEXT, _("A sortable field, with - for descending.")),
        _word("q", TEXT, _("Full-text search within the list.")),
        _word("view", TEXT, _("A shipped or saved view.")),
        _word("cursor", TEXT, _("The next of the previous answer.")),
        _word("page_size", size, _("How many at a time.")),
        _word("total", {"enum": ["true", "false"]}, _("Count all that fit, exactly.")),
    ]  # fmt: skip


def _shape() -> list[Part]:
    return [
        _word("fields", TEXT, _("Only these fields, with commas between.")),
        _word("expand", TEXT, _("References whose names stand beside their keys, with commas between.")),
    ]


def _word(name: str, schema: Schema, words: str) -> Part:
    return {"in": "query", "name": name, "schema": schema, "description": words}


def _header(name: str) -> Part:
    return {
        "in": "header",
        "name": name,
        "schema": TEXT,
        "description": _("An ETag that was answered before."),
    }


def _once() -> Part:
    words = _("The same key with the same request is done once and answered alike, for 24 hours.")
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
    return {"in": "header", "name": "Idempotency-Key", "schema": schema, "description": words}


def _event() -> Schema:
    return {
        "type": "object",
        "properties": {"event": KEY},
        "required": ["event"],
        "additionalProperties": False,
    }


def _name(catalogue: Catalogue) -> str:
    return str(catalogue.record.model.__name__)
