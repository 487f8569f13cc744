"""Actions in the API: POST /api/v1/<slug>/<key of the object>/<action>, the same runner as the buttons."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records import actions
from hengke.engines.records.actions import Action, Input
from hengke.engines.records.api_schemas import CONFLICT, PROBLEMS, WRITING
from hengke.engines.records.declarations import RecordType
from hengke.engines.records.kinds import Choice


def body_schema(act: Action) -> dict[str, Any]:
    """What the action asks for, as JSON Schema."""
    return {
        "type": "object",
        "properties": {one.name: _property(one) for one in act.inputs},
        "required": [one.name for one in act.inputs if one.required],
        "additionalProperties": False,
    }


def _property(one: Input) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": {int: "integer", float: "number"}.get(one.kind.json_type, "string")}
    if isinstance(one.kind, Choice):
        kind["enum"] = [key for key, _words in one.kind.choices]
    return kind


def add_actions(api: NinjaAPI, record: RecordType, item: Any, given: Any, answer: Any) -> None:
    """One address per action; `given(request)` reads the body, `answer(request, pk)` shows the object after it."""
    for act in actions.actions_of(record.slug):
        _add(api, record, act, item, given, answer)


def _add(api: NinjaAPI, record: RecordType, act: Action, item: Any, given: Any, answer: Any) -> None:
    body = {"content": {"application/json": {"schema": body_schema(act)}}}

    @api.post(
        f"/{record.slug}/{{int:pk}}/{act.key}",
        response={200: item} | PROBLEMS | WRITING | CONFLICT,
        operation_id=f"{act.key}_{record.slug}",
        summary=act.summary,
        tags=[record.slug],
        exclude_unset=True,
        openapi_extra={"requestBody": body},
    )
    def run(request: StaffRequest, pk: int) -> Any:
        actions.perform(record, act.key, actor=request.actor, pk=pk, given=given(request))
        return answer(request, pk)
