"""The description of the API as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.rest.document import Part, build
from hengke.engines.records.schema import registry

METHODS = ("get", "post", "patch", "delete")


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Every address that exists for the person, by record type."""
    described = build(request.actor)
    groups: dict[str, list[Part]] = {}
    for call in _calls(described):
        groups.setdefault(call["tag"], []).append(call)
    labels = {record.slug: record.label_plural for record in registry.all_records()}
    context = {
        "title": _("Interface for programs"),
        "groups": [{"key": tag, "label": labels.get(tag, _("General")), "calls": calls}
                   for tag, calls in sorted(groups.items(), key=lambda pair: pair[0] != "general")],
        "base": request.build_absolute_uri("/api/v1"),
    }  # fmt: skip
    return render(request, "records/api_reference.html", context)


def _calls(described: Part) -> Iterator[Part]:
    for path, methods in described["paths"].items():
        for method in METHODS:
            if method in methods:
                said = methods[method]
                yield {
                    "method": method.upper(), "path": path, "key": said["operationId"], "tag": said["tags"][0],
                    "summary": said["summary"],
                    "parameters": [*methods.get("parameters", ()), *said.get("parameters", ())],
                    "body": _fields(described, said.get("requestBody", {})), "codes": ", ".join(said["responses"]),
                }  # fmt: skip


def _fields(described: Part, body: Part) -> list[Part]:
    """The fields that may be sent: name, type, whether needed, and words allowed."""
    schema: Any = body.get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    needed = schema.get("required", ())
    return [
        {
            "name": name,
            "type": _type(one),
            "needed": name in needed,
            "enum": [v for v in one.get("enum", ()) if v],
        }
        for name, one in schema.get("properties", {}).items()
    ]


def _type(schema: Part) -> str:
    kinds = schema.get("type", "")
    text = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{text}, ≤ {schema['maxLength']}" if "maxLength" in schema else text
