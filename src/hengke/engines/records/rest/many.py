"""POST /api/v1/<slug>/bulk: up to 1,000 new, changed and deleted objects under one event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import models

from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.wording import in_words
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.rest import bodies
from hengke.engines.records.rest.door import Answer, only, opened
from hengke.engines.records.rest.objects import stale
from hengke.engines.records.views.common import found
from hengke.engines.records.writing import bulk_write
from hengke.engines.records.writing.bulk_write import LIMIT, Change, Outcome
from hengke.kernel.errors import FieldErrors, HengkeError, InputError, NotFound

KINDS = ("create", "update", "delete")
MODES = ("all", "each")
LARGEST_KEY = 2**63


def write(request: StaffRequest, slug: str) -> Answer:
    """Do what the lists `create`, `update` and `delete` say, in this order; `mode=each` keeps what can be done."""
    catalogue = opened(request, slug)
    only(request, "mode")
    mode = request.GET.get("mode", "all")
    if mode not in MODES:
        raise InputError("bulk_mode", "mode must be all or each.")
    sent = _sent(request)
    outcome = bulk_write.write(
        catalogue.record, list(_changes(catalogue, sent)), actor=request.actor,
        asked={kind: len(rows) for kind, rows in sent.items() if rows}, all_or_nothing=mode == "all",
    )  # fmt: skip
    if outcome.failed and mode == "all":
        raise _refused(outcome)
    results = {kind: [_result(outcome, kind, n) for n in range(len(rows))] for kind, rows in sent.items()}
    return Answer({"event": outcome.event, **results})


def _sent(request: StaffRequest) -> dict[str, list[dict[str, Any]]]:
    """The three lists, each of objects; at most LIMIT in all."""
    given = bodies.body(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    lists = {kind: given.pop(kind, []) for kind in KINDS}
    if given or not all(isinstance(rows, list) for rows in lists.values()):
        raise InputError(
            "bulk_malformed", "Send the lists create, update and delete, with an object for each row."
        )
    rows = [row for rows in lists.values() for row in rows]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise InputError(
            "bulk_malformed", "Send the lists create, update and delete, with an object for each row."
        )
    if len(rows) > LIMIT:
        raise InputError("bulk_too_long", "Send at most {n} rows at once.", n=LIMIT)
    return lists


def _changes(catalogue: Catalogue, sent: dict[str, list[dict[str, Any]]]) -> Iterator[Change]:
    makers: dict[str, Callable[[Catalogue, dict[str, Any]], models.Model]] = {
        "create": _create, "update": _update, "delete": _delete,
    }  # fmt: skip
    for kind, rows in sent.items():
        for n, row in enumerate(rows):
            yield Change(f"{kind}[{n}]", lambda make=makers[kind], row=row: make(catalogue, dict(row)))  # type: ignore[misc]


def _create(catalogue: Catalogue, row: dict[str, Any]) -> models.Model:
    return catalogue.record.create(actor=catalogue.actor, values=bodies.checked(catalogue, row))


def _update(catalogue: Catalogue, row: dict[str, Any]) -> models.Model:
    target = _target(catalogue, row)
    version = bodies.needed(bodies.stated(row.pop("version", None)))
    values = bodies.checked(catalogue, row, target)
    return catalogue.record.update(actor=catalogue.actor, target=target, values=values, version=version)


def _delete(catalogue: Catalogue, row: dict[str, Any]) -> models.Model:
    target: Any = _target(catalogue, row)
    version = bodies.stated(row.pop("version", None))
    if row:
        raise InputError(
            "bulk_malformed", "Send the lists create, update and delete, with an object for each row."
        )
    if version not in (None, target.version):
        raise stale()
    catalogue.record.delete(actor=catalogue.actor, target=target)
    deleted: models.Model = target
    return deleted


def _target(catalogue: Catalogue, row: dict[str, Any]) -> Any:
    pk = row.pop("id", None)
    if type(pk) is not int or not 0 < pk < LARGEST_KEY:
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    return found(catalogue, pk)


def _result(outcome: Outcome, kind: str, n: int) -> dict[str, Any]:
    key = f"{kind}[{n}]"
    if key in outcome.done:
        target: Any = outcome.done[key]
        done = {"done": True, "id": target.pk}
        return done if kind == "delete" else done | {"version": target.version}
    return {"done": False, **_told(outcome.failed[key])}


def _told(error: HengkeError) -> dict[str, Any]:
    fields = error.fields if isinstance(error, FieldErrors) else {}
    return {"code": error.code, "message": in_words(error), "fields": dict(fields)}


def _refused(outcome: Outcome) -> FieldErrors:
    """Everything that is wrong with any row, named by its place: "create[3].name"."""
    wrong: dict[str, list[str]] = {}
    for key, error in outcome.failed.items():
        if isinstance(error, FieldErrors):
            wrong |= {f"{key}.{name}": list(texts) for name, texts in error.fields.items()}
        else:
            wrong[key] = [in_words(error)]
    return FieldErrors(
        "bulk_refused",
        "Nothing was done: {n} of the rows cannot be used.",
        fields=wrong,
        n=len(outcome.failed),
    )
