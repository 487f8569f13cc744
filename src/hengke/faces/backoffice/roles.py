"""Pages about roles: the matrix of what each may, and the form of one line of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access import changes, grants, roles, table
from hengke.engines.access.models import User
from hengke.engines.access.people import known_roles
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.rows import RoleHolding
from hengke.engines.access.scopes import Grant, Level, Scope
from hengke.engines.records.schema import registry
from hengke.faces.backoffice import words
from hengke.faces.backoffice.common import can, done
from hengke.faces.backoffice.forms import WhereForm
from hengke.faces.context import menu_entries
from hengke.kernel.errors import NotFound
from hengke.kernel.filters import EVERYTHING, And, Condition, Filter, Or, from_json, to_json

ROLES, GRANTS = changes.ROLES, "access.grant"


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Every role, how many hold it, and whether it was changed."""
    grants.require(request.actor, "view", ROLES)
    held: dict[str, int] = {}
    for key in [
        *User.objects.values_list("role", flat=True),
        *RoleHolding.objects.values_list("role", flat=True),
    ]:
        held[key] = held.get(key, 0) + 1
    changed = {role for role, _subject in roles.changed_pairs()}
    rows = [
        {
            "key": key,
            "name": name,
            "held": held.get(key, 0),
            "own": roles.is_own(key),
            "changed": key in changed,
        }
        for key, name in known_roles(request.actor.standing.stamp).items()
    ]
    context = {"title": _("Roles and rights"), "rows": rows, "can": can(request, ROLES)}
    return render(request, "backoffice/roles.html", context)


@require_POST
def new(request: StaffRequest) -> HttpResponse:
    """A role of one's own, beginning with the rights of another."""
    name = request.POST.get("name", "").strip()[:60]
    key, event = roles.create(actor=request.actor, name=name, like=request.POST.get("like", ""))
    return done(request, _("{name} was added.").format(name=name), event, "backoffice-role", key)


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, key: str) -> HttpResponse:
    """The matrix of one role, its name and its menu."""
    grants.require(request.actor, "view", ROLES)
    names = known_roles(request.actor.standing.stamp)
    if key not in names:
        raise NotFound("role_unknown", "This role does not exist.")
    if request.method == "POST":
        if "remove" in request.POST:
            return done(
                request, _("{name} was removed.").format(name=names[key]),
                roles.remove(key, actor=request.actor), "backoffice-roles",
            )  # fmt: skip
        hidden = [name for name, _label in menu_entries() if name not in request.POST.getlist("menu")]
        name = request.POST.get("name", "").strip()[:60]
        kept = (
            ""
            if name == table.shipped().names.get(key, name) and not roles.is_own(key) and name == names[key]
            else name
        )
        event = roles.change_entry(key, actor=request.actor, name=kept, hidden_menu=hidden)
        return done(request, _("Saved. It holds from the next request."), event, "backoffice-role", key)
    known = grants.table_of(request.actor)
    changed = roles.changed_pairs()
    hidden_menu = known.hidden_menu.get(key, frozenset())
    subjects = sorted(grants.subjects(), key=lambda s: (not words.is_rowed(s), s))
    lines = [_line(known, key, subject, (key, subject) in changed) for subject in subjects]
    context = {
        "title": names[key], "key": key, "own": roles.is_own(key), "can": can(request, ROLES),
        "may_grant": grants.may(request.actor, "change", GRANTS),
        "objects": [line for line in lines if line["rowed"]], "pages": [line for line in lines if not line["rowed"]],
        "actions": words.ACTIONS.values(), "page_actions": [words.ACTIONS[a] for a in words.actions_of("jobs.job")],
        "menu": [(name, label, name not in hidden_menu) for name, label in menu_entries()],
        "crumbs": [{"label": _("Roles and rights"), "url": reverse("backoffice-roles")}],
    }  # fmt: skip
    return render(request, "backoffice/role.html", context)


def _line(known: table.Table, key: str, subject: str, changed: bool) -> dict[str, Any]:
    given = known.grants.get((key, subject), ())
    actions = words.actions_of(subject)
    columns = list(words.ACTIONS) if words.is_rowed(subject) else actions
    cells = []
    for action in columns:
        scope = words.widest(g.scope for g in given if action in g.actions)
        cells.append({
            "label": words.ACTIONS[action], "fits": action in actions, "scope": scope,
            "text": words.SCOPES[scope] if scope else "",
        })  # fmt: skip
    levels = known.fields.get((key, subject), {})
    return {
        "subject": subject, "label": words.subject(subject), "rowed": words.is_rowed(subject), "cells": cells,
        "changed": changed, "url": reverse("backoffice-rule", args=(key, subject)),
        "where": [words.condition(g.where) for g in given if g.where != EVERYTHING],
        "fields": [f"{field_label(subject, name)}: {words.LEVELS[level]}" for name, level in levels.items()],
    }  # fmt: skip


def field_label(subject: str, name: str) -> str:
    """A sensitivity or a field in words."""
    if name in words.SENSITIVITIES:
        return str(words.SENSITIVITIES[name])
    record = registry.by_subject(subject)
    field = next((f for f in record.fields if f.name == name), None) if record else None
    return str(field.label) if field else name


@require_http_methods(["GET", "POST"])
def rule(request: StaffRequest, key: str, subject: str) -> HttpResponse:
    """What one role may do with one kind of object: a scope per action, a condition, levels of fields."""
    grants.require(request.actor, "view", GRANTS)
    names = known_roles(request.actor.standing.stamp)
    if key not in names or subject not in grants.subjects():
        raise NotFound("role_unknown", "This role does not exist.")
    if request.method == "POST" and "reset" in request.POST:
        event = roles.reset_rule(key, subject, actor=request.actor)
        return done(request, _("Back to what was delivered."), event, "backoffice-role", key)
    known = grants.table_of(request.actor)
    given = known.grants.get((key, subject), ())
    where = _simple_where(given)
    form = WhereForm(request.POST or None, where=where or [])
    if request.method == "POST" and form.is_valid():
        chosen = _chosen(
            request, key, subject, form.cleaned_data["where"] if where is not None else None, given
        )
        levels = _levels(request, subject)
        event = roles.set_rule(key, subject, actor=request.actor, given=chosen, fields=levels)
        return done(request, _("Saved. It holds from the next request."), event, "backoffice-role", key)
    rowed = words.is_rowed(subject)
    levels_now = known.fields.get((key, subject), {})
    context = {
        "title": words.subject(subject), "key": key, "rowed": rowed, "form": form,
        "rows": [
            {"action": action, "label": words.ACTIONS[action], "scope": _value(given, action)}
            for action in words.actions_of(subject)
        ],
        "scopes": [(scope.value, label) for scope, label in words.SCOPES.items()],
        "where_editable": where is not None, "where_words": [words.condition(g.where) for g in given],
        "levels": [(level.name.lower(), label) for level, label in words.LEVELS.items()],
        "fields": [
            {"name": name, "label": label, "group": group, "level": levels_now.get(name, Level.WRITE).name.lower()}
            for name, label, group in _fields(subject)
        ],
        "changed": (key, subject) in roles.changed_pairs(), "may_grant": grants.may(request.actor, "change", GRANTS),
        "crumbs": [
            {"label": _("Roles and rights"), "url": reverse("backoffice-roles")},
            {"label": names[key], "url": reverse("backoffice-role", args=(key,))},
        ],
    }  # fmt: skip
    return render(request, "backoffice/rule.html", context, status=400 if form.errors else 200)


def _value(given: Any, action: str) -> str:
    scope = words.widest(g.scope for g in given if action in g.actions)
    return scope.value if scope else ""


def _simple_where(given: Any) -> list[Any] | None:
    """The conditions that all grants share, as the form knows them; None when they are of another shape."""
    trees = {g.where for g in given}
    if len(trees) > 1:
        return None
    tree: Filter = next(iter(trees), EVERYTHING)
    parts = tree.parts if isinstance(tree, And) else (tree,)
    if len(parts) > 3 or not all(isinstance(part, Condition) for part in parts):
        return None
    return [to_json(part) for part in parts]


def _chosen(
    request: StaffRequest, key: str, subject: str, where: list[Any] | None, given: Any
) -> list[Grant]:
    """The grants of the form: actions of one scope together; a condition that it cannot show is kept."""
    tree = And(tuple(from_json(part) for part in where)) if where is not None else _joined(given)
    tree = tree if where else (EVERYTHING if where is not None else tree)
    by_scope: dict[Scope, set[str]] = {}
    for action in words.actions_of(subject):
        value = request.POST.get(f"scope_{action}", "")
        if value in {scope.value for scope in Scope}:
            by_scope.setdefault(Scope(value), set()).add(action)
    return [Grant(key, subject, frozenset(actions), scope, where=tree) for scope, actions in by_scope.items()]


def _joined(given: Any) -> Filter:
    trees = list(dict.fromkeys(g.where for g in given))
    return trees[0] if len(trees) == 1 else Or(tuple(trees))


def _levels(request: StaffRequest, subject: str) -> dict[str, Level]:
    found = {}
    for name, _label, _group in _fields(subject):
        value = request.POST.get(f"level_{name}", "write").upper()
        found[name] = Level[value] if value in Level.__members__ else Level.WRITE
    return found


def _fields(subject: str) -> list[tuple[str, str, bool]]:
    """Groups of fields first, then single fields that belong to no group; the name always shows."""
    record = registry.by_subject(subject)
    if record is None:
        groups = ["money", "phone"] if subject == "insight.ledgerline" else []
        return [(name, str(words.SENSITIVITIES[name]), True) for name in groups]
    names = dict.fromkeys(field.sensitivity for field in record.fields if field.sensitivity)
    found = [(name, f"{field_label(subject, name)}（{_members(record, name)}）", True) for name in names]
    return found + [
        (f.name, str(f.label), False) for f in record.fields if not f.sensitivity and f.title != 1
    ]


def _members(record: Any, sensitivity: str) -> str:
    return _(", ").join(str(f.label) for f in record.fields if f.sensitivity == sensitivity)


@require_POST
def undo_all(request: StaffRequest, key: str) -> HttpResponse:
    """Every line of the role back to what was delivered."""
    for role, subject in sorted(roles.changed_pairs()):
        if role == key:
            roles.reset_rule(role, subject, actor=request.actor)
    messages.success(request, _("Back to what was delivered."))
    return redirect("backoffice-role", key)
