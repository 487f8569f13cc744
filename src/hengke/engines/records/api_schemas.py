"""Types of the API, made from declarations; a field that a person may not see is simply not set."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, create_model

from hengke.engines.records.declarations import RecordType
from hengke.engines.records.kinds import Choice

PARAMETERS = [
    {"in": "query", "name": name, "schema": {"type": kind}, "description": words}
    for name, kind, words in (
        (
            "filter",
            "string",
            'JSON: ["city","eq","合肥市"], {"and":[…]}, {"or":[…]}, {"not":…}; or simply ?city=…&due__lte=…',
        ),
        ("sort", "string", "A sortable field, with - for descending."),
        ("q", "string", "Full-text search within the list."),
        ("view", "string", "A shipped view."),
        ("cursor", "string", "The next of the previous answer."),
        ("page_size", "integer", "1 to 200."),
    )
]


def item_model(record: RecordType) -> type[BaseModel]:
    """One object."""
    fields: dict[str, Any] = {"id": (int, ...), "version": (int, ...)}
    for field in record.fields:
        fields[field.name] = (field.kind.json_type | None, None)
    name = record.model.__name__
    model: type[BaseModel] = create_model(name, **fields)
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


def body_schema(record: RecordType) -> dict[str, Any]:
    """What may be sent, as JSON Schema."""
    properties: dict[str, Any] = {"version": {"type": "integer"}}
    for field in record.fields:
        if field.write:
            kind = {int: "integer", float: "number"}.get(field.kind.json_type, "string")
            properties[field.name] = {"type": kind}
            if isinstance(field.kind, Choice):
                properties[field.name]["enum"] = ["", *(key for key, _words in field.kind.choices)]
    return {"type": "object", "properties": properties, "additionalProperties": False}
