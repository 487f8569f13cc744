"""Types of the API, made from declarations; a field that a person may not see is simply not set."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from hengke.engines.records import limits
from hengke.engines.records.custom import definitions
from hengke.engines.records.declarations import Field, RecordType, column_of
from hengke.engines.records.kinds import Choice

MAX_PAGE_SIZE = 200
TEXT = {"type": "string"}
PARAMETERS = [
    {"in": "query", "name": name, "schema": schema, "description": words}
    for name, schema, words in (
        (
            "filter",
            TEXT,
            'JSON: ["city","eq","合肥市"], {"and":[…]}, {"or":[…]}, {"not":…}; or simply ?city=…&due__lte=…',
        ),
        ("sort", TEXT, "A sortable field, with - for descending."),
        ("q", TEXT, "Full-text search within the list."),
        ("view", TEXT, "A shipped view."),
        ("cursor", TEXT, "The next of the previous answer."),
        ("page_size", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE}, "How many at a time."),
    )
]


def item_model(record: RecordType) -> type[BaseModel]:
    """One object."""
    fields: dict[str, Any] = {"id": (int, ...), "version": (int, ...)}
    for field in record.declared:
        fields[field.name] = (field.kind.json_type | None, None)
    name = record.model.__name__
    # The administrator's own fields come and go while the server runs; see `with_custom`.
    model: type[BaseModel] = create_model(name, __config__=ConfigDict(extra="allow"), **fields)
    return model


def page_model(record: RecordType, item: type[BaseModel]) -> type[BaseModel]:
    """One page of objects, the bounded count, and the cursor of the next page."""
    model: type[BaseModel] = create_model(
        f"{record.model.__name__}Page",
        items=(list[item], ...),  # type: ignore[valid-type]
        count=(int, ...),
        more_than_count=(bool, ...),
        next=(str | None, None),
    )
    return model


class Problem(BaseModel):
    """Why a request was not done: a code that stays, and a sentence in the language of the site."""

    code: str
    message: str


PROBLEMS = dict.fromkeys((400, 401, 403, 404, 405), Problem)
WRITING = dict.fromkeys((413, 415), Problem)
CONFLICT = {409: Problem}
CHANGING = dict.fromkeys((412, 428), Problem)


def new_body(record: RecordType) -> dict[str, Any]:
    """What may be sent for a new object, as OpenAPI."""
    return _body(
        _properties(record), required=[f.name for f in record.declared if f.write and _is_needed(record, f)]
    )


def change_body(record: RecordType) -> dict[str, Any]:
    """What may be sent to change an object: some fields, and the version that was read."""
    version = {"type": "integer", "minimum": 1}
    return _body({"version": version} | _properties(record), required=[])


def _body(properties: dict[str, Any], *, required: list[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = required
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _properties(record: RecordType) -> dict[str, Any]:
    return {field.name: _property(record, field) for field in record.declared if field.write}


def _property(record: RecordType, field: Field) -> dict[str, Any]:
    """Type and limits of one field; null empties it."""
    names = {int: "integer", float: "number", str: "string", bool: "boolean", list: "array"}
    column: Any = column_of(type(record), field)
    filled = not column.blank
    types = [names[each] for each in field.kind.given] + ([] if filled else ["null"])
    said: dict[str, Any] = {"type": types if len(types) > 1 else types[0]}
    if isinstance(field.kind, Choice) and field.kind.many:
        said["items"] = {"enum": [key for key, _words in field.kind.choices]}
    elif isinstance(field.kind, Choice):
        said["enum"] = [*(() if filled else ("", None)), *(key for key, _words in field.kind.choices)]
    elif "string" in types:
        said |= _text_limits(field, column)
    if (ends := limits.bounds(column)) is not None and "integer" in types:
        said |= {"minimum": ends[0], "maximum": ends[1]}
    return said


def _text_limits(field: Field, column: Any) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if column.max_length:
        said["maxLength"] = column.max_length
    if not column.blank:
        said["minLength"] = 1
    if field.kind.control == "date":
        said["format"] = "date"
    return said


def _is_needed(record: RecordType, field: Field) -> bool:
    """Whether a new object must be given the field: the column may not be blank, and no value is usual."""
    column: Any = column_of(type(record), field)
    return not column.blank and not column.has_default()


def with_custom(document: dict[str, Any], record: RecordType) -> None:
    """Add the administrator's own fields, as they are now, to what the OpenAPI document says of a record type."""
    fields = definitions.fields_of(record.slug)
    own = {field.name: _property(record, field) | {"title": str(field.label)} for field in fields}
    shown = document["components"]["schemas"].get(record.model.__name__)
    if shown is not None:
        shown["properties"] = shown["properties"] | own
        shown.pop("additionalProperties", None)
    needed = [field.name for field in fields if _is_needed(record, field)]
    for path, method in ((f"/api/v1/{record.slug}", "post"), (f"/api/v1/{record.slug}/{{pk}}", "patch")):
        operation = document["paths"].get(path, {}).get(method, {})
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"]
            schema["properties"] = schema["properties"] | own
            if needed and method == "post":
                schema["required"] = [*schema.get("required", ()), *needed]
