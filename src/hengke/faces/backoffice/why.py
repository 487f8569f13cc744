"""Pages that explain: all rights of a person, and why somebody sees a record or does not."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access import explaining, grants, people
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.engines.records.schema.declarations import RecordType
from hengke.engines.records.schema.kinds import Reference
from hengke.faces.backoffice import words
from hengke.faces.backoffice.forms import active_people
from hengke.faces.backoffice.roles import field_label
from hengke.faces.context import menu_entries
from hengke.kernel.filters import EVERYTHING
from hengke.kernel.numbers import is_whole

_SCOPE = grants.Scope
# What is one's own lies within these, so that it need not be said beside them.
INCLUDE_OWN = frozenset({_SCOPE.TEAM, _SCOPE.UNIT, _SCOPE.SUBTREE, _SCOPE.TERRITORY, _SCOPE.ALL})
ASKED = ("view", "change", "delete", "export", "assign", "share", "reveal")


@require_GET
def rights(request: StaffRequest, pk: int) -> HttpResponse:
    """What one person may now, all roles, shares and absences together."""
    grants.require(request.actor, "view", "access.user")
    user = people.person(pk)
    actor = Actor.of(user)
    subjects = sorted(grants.subjects(), key=lambda s: (not words.is_rowed(s), s))
    lines = [_line(actor, subject) for subject in subjects]
    context = {
        "title": _("Rights of {name}").format(name=user.name), "person": user, "actor_shown": actor,
        "roles": [words.role(role, actor) for role in actor.roles],
        "lines": [line for line in lines if line["cells"]],
        "menu": [label for name, label in menu_entries(actor) if not grants.menu_hides(actor, name)],
        "mates": User.objects.filter(pk__in=actor.standing.mates).exclude(pk=pk).values_list("name", flat=True),
        "territory": words.condition(actor.standing.territory) if user.territories.exists() else "",
        "absent": [name for _pk, name in actor.standing.absent],
        "shared": sum(len(keys) for _subject, _level, keys in actor.standing.shares),
        "crumbs": [
            {"label": _("People"), "url": reverse("backoffice-people")},
            {"label": user.name, "url": reverse("backoffice-person", args=(pk,))},
        ],
    }  # fmt: skip
    return render(request, "backoffice/rights.html", context)


def _line(actor: Actor, subject: str) -> dict[str, Any]:
    cells = []
    for action in words.actions_of(subject):
        found = grants.matching(actor, subject, action)
        if found:
            wider = any(g.scope in INCLUDE_OWN and g.where == EVERYTHING for g in found)
            told = [g for g in found if not (wider and g.scope is grants.Scope.OWN)]
            said = dict.fromkeys(_scope(grant) for grant in told)
            cells.append({"label": words.ACTIONS[action], "text": _(" or ").join(said)})
    fields = grants.FieldRights(actor, subject)
    return {
        "label": words.subject(subject), "cells": cells, "rowed": words.is_rowed(subject),
        "fields": [
            f"{field_label(subject, name)}: {words.LEVELS[fields.level(name)]}"
            for name in sorted(fields.words()) if fields.level(name) < grants.Level.WRITE
        ],
    }  # fmt: skip


def _scope(grant: grants.Grant) -> str:
    text = str(words.SCOPES[grant.scope])
    return text if grant.where == EVERYTHING else f"{text}（{words.condition(grant.where)}）"


@require_GET
def why(request: StaffRequest) -> HttpResponse:
    """Why a person can or cannot do something with a record, and who can."""
    grants.require(request.actor, "view", "access.grant")
    slug, text = request.GET.get("kind", ""), request.GET.get("record", "").strip()[:60]
    person_pk, action = request.GET.get("person", ""), request.GET.get("action", "view")
    action = action if action in ASKED else "view"
    record = next((r for r in registry.all_records() if r.slug == slug), registry.all_records()[0])
    target = _target(record, text)
    context: dict[str, Any] = {
        "title": _("Who sees what, and why"), "kinds": registry.all_records(), "kind": record, "asked": text,
        "people": active_people(), "person_pk": person_pk, "actions": [(a, words.ACTIONS[a]) for a in ASKED],
        "action": action, "missing": bool(text) and target is None,
    }  # fmt: skip
    if target is not None:
        context |= _answer(request, record, target, person_pk, action)
    return render(request, "backoffice/why.html", context)


def _target(record: RecordType, text: str) -> Any:
    """The record with this key, number or name; deleted ones are nobody's."""
    if not text:
        return None
    manager: Any = record.model._default_manager
    live = manager.filter(record.model.live)  # type: ignore[attr-defined]
    second = next((f for f in record.fields if f.title == 2 and not isinstance(f.kind, Reference)), None)
    for path in [second.path if second else "", record.title_field.path]:
        if path and (target := live.filter(**{path: text}).first()) is not None:
            return target
    return live.filter(pk=int(text)).first() if is_whole(text) and len(text) < 19 else None


def _answer(
    request: StaffRequest, record: RecordType, target: Any, person_pk: str, action: str
) -> dict[str, Any]:
    row, units = explaining.words_of(target), words.unit_names()
    found: dict[str, Any] = {"target": _named(request, record, target)}
    if is_whole(person_pk) and len(person_pk) < 19:
        user = people.person(int(person_pk))
        asked = Actor.of(user)
        reasons = explaining.reasons(asked, record.subject, row, action)
        giving = [words.because(r, asked, units) for r in reasons if r.holds]
        found |= {
            "asked_person": user, "yes": giving, "inactive": not user.is_active,
            "no": [] if giving else words.why_not(reasons, asked, units, action),
        }  # fmt: skip
        found["person"] = user
    everybody = explaining.who_can(record.subject, row, action)
    actors = explaining.actors_of([person for person, _reasons in everybody])
    found["who"] = [
        {"person": person, "because": [words.because(r, actor, units) for r in reasons]}
        for (person, reasons), actor in zip(everybody, actors, strict=True)
    ]
    return found


def _named(request: StaffRequest, record: RecordType, target: Any) -> dict[str, str]:
    """The record as the person asking may see it: by name if it is visible, else by number only."""
    manager: Any = record.model._default_manager
    if manager.visible_to(request.actor).filter(pk=target.pk).exists():
        return {"label": str(target), "url": address(record.slug, "page", target.pk)}
    return {"label": str(getattr(target, "number", "") or f"{record.label} {target.pk}"), "url": ""}
