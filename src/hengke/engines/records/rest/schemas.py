"""JSON Schemas made from declarations: what an object is, what may be sent for it, how an error looks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import limits
from hengke.engines.records.schema.actions import Action
from hengke.engines.records.schema.declarations import Field, RecordType, column_of
from hengke.engines.records.schema.kinds import Choice, Kind
from hengke.engines.records.writing.forms import writable

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
KEY: Schema = {"type": "integer", "minimum": 1}
OPEN: Schema = {"type": "object", "additionalProperties": True}
TYPES: dict[Any, Schema] = {
    str: TEXT, int: WHOLE, float: {"type": "number"}, date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"}, bool: {"type": "boolean"}, list: {"type": "array"},
    list[str]: {"type": "array", "items": TEXT},
}  # fmt: skip
GIVEN: dict[Any, str] = {int: "integer", float: "number", str: "string", bool: "boolean", list: "array"}
PROBLEM: Schema = {
    "type": "object",
    "description": "Why a request was not done: a code that stays, a sentence in the language of the site, and what is "
    "wrong with single values.",
    "properties": {
        "code": TEXT, "message": TEXT,
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}},
    },
    "required": ["code", "message", "fields"],
}  # fmt: skip


def items(catalogue: Catalogue) -> Schema:
    """One object; `fields` leaves some out, `expand` brings names."""
    names = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
    shown = {
        name: _shown(field.kind)
        | {"title": str(field.label)}
        | ({"readOnly": True} if field.computed is not None else {})
        for name, field in catalogue.fields.items()
    }
    properties = {"id": KEY, "version": KEY, **shown, "names": names}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def page(name: str) -> Schema:
    """One page of objects, the bounded count, and the cursor of the next page."""
    properties = {
        "items": {"type": "array", "items": ref(name)}, "count": WHOLE, "more_than_count": {"type": "boolean"},
        "next": {"type": ["string", "null"]}, "total": WHOLE,
    }  # fmt: skip
    return {
        "type": "object",
        "properties": properties,
        "required": ["items", "count", "more_than_count", "next"],
        "additionalProperties": False,
    }


def new(catalogue: Catalogue) -> Schema:
    """What may be sent for a new object."""
    needed = [field.name for field in writable(catalogue) if _is_needed(catalogue.record, field)]
    return _object(_sent(catalogue), needed)


def change(catalogue: Catalogue) -> Schema:
    """What may be sent to change an object: some fields, and the version that was read."""
    return _object({"version": KEY} | _sent(catalogue), [])


def bulk(name: str) -> Schema:
    """What may be sent for many objects."""
    rows: dict[str, Schema] = {
        "create": ref(f"New{name}"),
        "update": OPEN
        | {"description": f"As Change{name}, with id and version.", "required": ["id", "version"]},
        "delete": _object({"id": KEY, "version": KEY}, ["id"]),
    }
    return _object(
        {kind: {"type": "array", "items": row, "maxItems": 1_000} for kind, row in rows.items()}, []
    )


def bulk_result() -> Schema:
    """What became of each row."""
    row = _object({"done": {"type": "boolean"}, "id": KEY, "version": KEY, **PROBLEM["properties"]}, ["done"])
    lists = {kind: {"type": "array", "items": row} for kind in ("create", "update", "delete")}
    return _object({"event": {"type": ["integer", "null"]}, **lists}, ["event", *lists])


def kept() -> Schema:
    """A file that was sent: its key is the value to write."""
    return _object({"id": KEY, "name": TEXT, "type": TEXT, "size": WHOLE}, ["id", "name", "type", "size"])


def action(act: Action) -> Schema:
    """What an action asks for."""
    properties = {one.name: _input(one.kind) for one in act.inputs}
    return _object(properties, [one.name for one in act.inputs if one.required])


def sent_field(record: RecordType, field: Field) -> Schema:
    """Type and limits of one field that may be sent; null empties it."""
    column: Any = column_of(type(record), field)
    filled = not column.blank
    types = [GIVEN[each] for each in field.kind.given] + ([] if filled else ["null"])
    said: Schema = {"type": types if len(types) > 1 else types[0]}
    if isinstance(field.kind, Choice) and field.kind.many:
        said["items"] = {"enum": [key for key, _words in field.kind.choices]}
    elif isinstance(field.kind, Choice):
        said["enum"] = [*(() if filled else ("", None)), *(key for key, _words in field.kind.choices)]
    elif "string" in types:
        said |= _text_limits(field, column)
    if (ends := limits.bounds(column)) is not None and "integer" in types:
        said |= {"minimum": ends[0], "maximum": ends[1]}
    return said


def ref(name: str) -> Schema:
    """A schema of the document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    said: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return said | ({"required": required} if required else {})


def _shown(kind: Kind) -> Schema:
    said = dict(TYPES.get(kind.json_type, {"type": "object"}))
    return said | {"type": [said["type"], "null"]}


def _sent(catalogue: Catalogue) -> dict[str, Schema]:
    return {field.name: sent_field(catalogue.record, field) for field in writable(catalogue)}


def _text_limits(field: Field, column: Any) -> Schema:
    said: Schema = {}
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


def _input(kind: Kind) -> Schema:
    said: Schema = {"type": GIVEN.get(kind.json_type, "string")}
    return said | ({"enum": [key for key, _words in kind.choices]} if isinstance(kind, Choice) else {})
