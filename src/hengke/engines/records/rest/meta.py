"""What a program must know before it begins: who it is, and what a record type consists of for that person."""

from __future__ import annotations

from typing import Any

from hengke.engines.access import grants
from hengke.engines.access.models import ApiToken
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading import listing
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.rest import schemas
from hengke.engines.records.rest.door import Answer, only, opened
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.actions import actions_of
from hengke.engines.records.schema.declarations import Field, View
from hengke.engines.records.schema.kinds import Choice, Reference
from hengke.kernel.filters import EVERYTHING, to_json

ACTIONS = ("view", "add", "change", "delete", "assign", "export", "import")


def me(request: StaffRequest) -> Answer:
    """The person, and what the person may do with each record type."""
    only(request)
    actor, user = request.actor, request.user
    rights = {
        record.slug: [action for action in ACTIONS if grants.may(actor, action, record.subject)]
        for record in registry.all_records()
    }
    return Answer({
        "id": user.pk, "username": user.username, "name": user.name, "role": user.role,
        "unit": str(user.unit) if user.unit else None, "rights": {slug: may for slug, may in rights.items() if may},
        "token": _token(getattr(request, "token", None)),
    })  # fmt: skip


def _token(token: ApiToken | None) -> dict[str, Any] | None:
    """What the token that was sent may do, and until when; None for a session."""
    if token is None:
        return None
    slugs = {record.subject: record.slug for record in registry.all_records()}
    bounds = {slugs.get(subject, subject): level for subject, level in token.scopes.items()}
    return {
        "name": token.name, "writes": token.writes, "scope": bounds or None,
        "expires_at": token.expires_at.isoformat(),
    }  # fmt: skip


def meta(request: StaffRequest, slug: str) -> Answer:
    """Fields, sections, views and actions of a record type, as far as they exist for the person."""
    catalogue = opened(request, slug)
    only(request)
    record, actor = catalogue.record, request.actor
    return Answer({
        "slug": slug, "label": record.label, "label_plural": record.label_plural, "sort": record.sort,
        "may": [action for action in ACTIONS if grants.may(actor, action, record.subject)],
        "fields": [_field(catalogue, field) for field in catalogue.fields.values()],
        "sections": [
            {"key": section.key, "label": str(section.label), "fields": [field.name for field in fields]}
            for section, fields in catalogue.sections()
        ],
        "views": [_view(view) for view in listing.visible_views(catalogue)],
        "actions": [
            {"key": act.key, "label": str(act.label), "needs": act.needs, "inputs": schemas.action(act)}
            for act in actions_of(slug) if grants.may(actor, act.needs, record.subject)
        ],
    })  # fmt: skip


def _field(catalogue: Catalogue, field: Field) -> dict[str, Any]:
    kind = field.kind
    said: dict[str, Any] = {
        "name": field.name, "label": str(field.label), "kind": type(kind).__name__.lower(),
        "operators": list(kind.operators) if field.filter else [], "sort": field.sort,
        "write": schemas.sent_field(catalogue.record, field) if field.write else None,
    }  # fmt: skip
    if isinstance(kind, Choice):
        said["choices"] = [{"value": key, "label": str(words)} for key, words in kind.choices]
    if isinstance(kind, Reference) and kind.model is not None:
        target = registry.by_subject(kind.model._meta.label_lower)
        said["refers_to"] = target.slug if target else kind.model._meta.model_name
    return said


def _view(view: View) -> dict[str, Any]:
    where = to_json(view.where) if view.where != EVERYTHING else None
    return {"key": view.key, "label": str(view.label), "filter": where, "sort": view.sort or None}
