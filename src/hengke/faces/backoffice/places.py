"""Pages about units, teams and territories."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access import changes, grants, organisation
from hengke.engines.access.enums import UnitKind
from hengke.engines.access.models import OrgUnit
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.rows import Team, Territory
from hengke.faces.backoffice import words
from hengke.faces.backoffice.common import can, done
from hengke.faces.backoffice.forms import MembersForm, TerritoryForm, UnitForm
from hengke.kernel.errors import HengkeError, NotFound
from hengke.kernel.filters import from_json
from hengke.kernel.numbers import is_whole

UNITS = changes.UNITS


@require_GET
def units(request: StaffRequest) -> HttpResponse:
    """The tree, and the form that adds to it."""
    grants.require(request.actor, "view", UNITS)
    rows = OrgUnit.objects.annotate(people=Count("users")).order_by("path")
    context = {
        "title": _("Units"), "can": can(request, UNITS), "form": UnitForm(),
        "rows": [{"unit": unit, "level": unit.path.count("/") - 1} for unit in rows],
    }  # fmt: skip
    return render(request, "backoffice/units.html", context)


@require_POST
def add_unit(request: StaffRequest) -> HttpResponse:
    """A unit below another one."""
    form = UnitForm(request.POST)
    if not form.is_valid():
        context = {"title": _("New unit"), "form": form, "crumbs": _crumb("units")}
        return render(request, "backoffice/form.html", context, status=400)
    event = organisation.add_unit(actor=request.actor, **form.cleaned_data)
    return done(
        request, _("{name} was added.").format(name=form.cleaned_data["name"]), event, "backoffice-units"
    )


@require_http_methods(["GET", "POST"])
def unit(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename, move or remove one unit."""
    grants.require(request.actor, "view", UNITS)
    target = organisation.unit(pk)
    start = {"name": target.name, "kind": target.kind, "parent": target.parent_id}
    form = UnitForm(request.POST or None, initial=start)
    form.fields["parent"].required = False
    form.fields["parent"].queryset = OrgUnit.objects.exclude(  # type: ignore[attr-defined]
        path__startswith=target.path
    ).order_by("path")
    if target.parent_id is None:
        del form.fields["parent"]
    if request.method == "POST" and "remove" in request.POST:
        event = organisation.remove_unit(actor=request.actor, target=target)
        return done(request, _("{name} was removed.").format(name=target.name), event, "backoffice-units")
    if request.method == "POST" and form.is_valid():
        return _save_unit(request, target, form.cleaned_data)
    context = {
        "title": target.name, "form": form, "removable": target.parent_id is not None and can(request, UNITS)["delete"],
        "kinds": UnitKind.choices, "crumbs": _crumb("units"), "cancel_url": reverse("backoffice-units"),
    }  # fmt: skip
    return render(request, "backoffice/form.html", context, status=400 if form.errors else 200)


def _save_unit(request: StaffRequest, target: OrgUnit, said: dict[str, Any]) -> HttpResponse:
    event = None
    parent = said.get("parent")
    if (said["name"], said["kind"]) != (target.name, target.kind):
        event = organisation.rename_unit(
            actor=request.actor, target=target, name=said["name"], kind=said["kind"]
        )
    if parent is not None and parent.pk != target.parent_id:
        event = organisation.move_unit(actor=request.actor, target=target, parent=parent)
    return done(request, _("Saved. It holds from the next request."), event, "backoffice-units")


@require_GET
def teams(request: StaffRequest) -> HttpResponse:
    """Every team with its members."""
    grants.require(request.actor, "view", UNITS)
    rows = [
        {"part": team, "url": reverse("backoffice-team", args=(team.pk,)), "members": team.members.all()}
        for team in Team.objects.prefetch_related("members")
    ]
    context = {
        "title": _("Teams"), "rows": rows, "can": can(request, UNITS), "new_url": reverse("backoffice-team-new"),
        "new_label": _("New team"), "empty": _("There is no team yet."), "what": _("Team"),
        "text": _("A team brings people of several units together: the scope “own team” covers what any of them owns."),
    }  # fmt: skip
    return render(request, "backoffice/parts.html", context)


@require_GET
def territories(request: StaffRequest) -> HttpResponse:
    """Every territory with what it covers and its members."""
    grants.require(request.actor, "view", UNITS)
    rows = [
        {
            "part": one, "url": reverse("backoffice-territory", args=(one.pk,)), "members": one.members.all(),
            "parent": one.parent, "where": [words.condition(from_json(data)) for data in one.where],
        }
        for one in Territory.objects.select_related("parent").prefetch_related("members")
    ]  # fmt: skip
    context = {
        "title": _("Territories"), "rows": rows, "can": can(request, UNITS), "with_where": True,
        "new_url": reverse("backoffice-territory-new"), "new_label": _("New territory"), "what": _("Territory"),
        "empty": _("There is no territory yet."),
        "text": _("A territory is a part of the market, by region or industry; the scope “own territory” covers it."),
    }  # fmt: skip
    return render(request, "backoffice/parts.html", context)


@require_http_methods(["GET", "POST"])
def team(request: StaffRequest, pk: int = 0) -> HttpResponse:
    """Make, change or remove a team."""
    target = _found(Team, pk)
    start = {"name": target.name, "members": target.members.values_list("pk", flat=True)} if target else {}
    form = MembersForm(request.POST or None, initial=start)
    return _part(request, target, form, "teams", _("New team"))


@require_http_methods(["GET", "POST"])
def territory(request: StaffRequest, pk: int = 0) -> HttpResponse:
    """Make, change or remove a territory."""
    target = _found(Territory, pk)
    start: dict[str, Any] = {}
    if target is not None:
        members = target.members.values_list("pk", flat=True)
        start = {"name": target.name, "parent": target.parent_id, "members": members}
    form = TerritoryForm(request.POST or None, initial=start, where=target.where if target else [])
    if target is not None:
        form.fields["parent"].queryset = Territory.objects.exclude(pk=target.pk)  # type: ignore[attr-defined]
    return _part(request, target, form, "territories", _("New territory"))


def _part(request: StaffRequest, target: Any, form: Any, name: str, title: str) -> HttpResponse:
    grants.require(request.actor, "view", UNITS)
    back = f"backoffice-{name}"
    if request.method == "POST" and target is not None and "remove" in request.POST:
        removed = _("{name} was removed.").format(name=target.name)
        return done(request, removed, organisation.remove(target, actor=request.actor), back)
    if request.method == "POST" and form.is_valid():
        values = {
            key: form.cleaned_data[key]
            for key in ("name", "parent", "where", "members")
            if key in form.cleaned_data
        }
        save: Any = organisation.save_team if name == "teams" else organisation.save_territory
        try:
            event = save(actor=request.actor, target=target, **values)
            return done(request, _("Saved. It holds from the next request."), event, back)
        except HengkeError as error:
            form.add_error("name", _(error.template))
    context = {
        "title": target.name if target else title, "form": form, "cancel_url": reverse(back), "crumbs": _crumb(name),
        "removable": target is not None and can(request, UNITS)["delete"],
    }  # fmt: skip
    return render(request, "backoffice/form.html", context, status=400 if form.errors else 200)


def _found(model: Any, pk: int) -> Any:
    if not pk:
        return None
    target = model.objects.filter(pk=pk).first()
    if target is None:
        raise NotFound("part_not_found", "There is nothing here, or it is not yours to see.")
    return target


def _crumb(name: str) -> list[dict[str, str]]:
    labels = {"units": _("Units"), "teams": _("Teams"), "territories": _("Territories")}
    return [{"label": labels[name], "url": reverse(f"backoffice-{name}")}]


@require_POST
def move_unit(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a unit by the menu of its row."""
    grants.require(request.actor, "change", UNITS)
    parent = request.POST.get("parent", "")
    target = organisation.unit(pk)
    if not is_whole(parent):
        return redirect("backoffice-units")
    event = organisation.move_unit(actor=request.actor, target=target, parent=organisation.unit(int(parent)))
    return done(request, _("{name} was moved.").format(name=target.name), event, "backoffice-units")
