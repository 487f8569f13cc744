"""Pages about people: list, form, way in, absence, hand-over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access import changes, grants, people
from hengke.engines.access.models import User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.rows import Absence
from hengke.engines.records.writing import handover
from hengke.faces.backoffice import words
from hengke.faces.backoffice.common import can, done
from hengke.faces.backoffice.forms import AbsenceForm, HandOverForm, PersonForm
from hengke.kernel import clock
from hengke.kernel.errors import HengkeError, NotFound
from hengke.kernel.numbers import is_whole

USERS = changes.USERS
SHOWN = 2_000


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Everybody, with roles, unit and teams; four queries."""
    grants.require(request.actor, "view", USERS)
    text = request.GET.get("q", "").strip()[:60]
    found = User.objects.select_related("unit").prefetch_related("holdings", "teams")
    if text:
        found = found.filter(name__contains=text) | found.filter(username__contains=text)
    rows = [
        {"person": one, "roles": [words.role(role, request.actor) for role in _roles(one)]}
        for one in found.order_by("-is_active", "name")[:SHOWN]
    ]
    context = {"title": _("People"), "rows": rows, "q": text, "can": can(request, USERS)}
    return render(request, "backoffice/people.html", context)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """A new person; the page that follows gives the one-time link."""
    grants.require(request.actor, "add", USERS)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, _event = people.create(actor=request.actor, **form.said())
        messages.success(request, _("{name} was added. Send the one-time link below.").format(name=user.name))
        return redirect(f"{reverse('backoffice-person', args=(user.pk,))}?link=1")
    return _show(request, _("New person"), form)


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: form, and everything that can be done for the person."""
    grants.require(request.actor, "view", USERS)
    user = people.person(pk)
    if request.method == "POST":
        grants.require(request.actor, "change", USERS)
    start = {
        "name": user.name, "role": user.role, "more": [r for r in _roles(user) if r != user.role],
        "unit": user.unit_id, "teams": user.teams.values_list("pk", flat=True),
    }  # fmt: skip
    form = PersonForm(request.POST or None, user=user, initial=start)
    if request.method == "POST" and form.is_valid():
        event = people.update(actor=request.actor, user=user, **form.said())
        return done(request, _("Saved. It holds from the next request."), event, "backoffice-person", pk)
    return _show(
        request, user.name, form, person=user, link=_fresh_link(request, user),
        absences=Absence.objects.filter(person=user, last__gte=clock.today()).select_related("deputy"),
        absence_form=AbsenceForm(),
    )  # fmt: skip


def _fresh_link(request: StaffRequest, user: User) -> str:
    """The link right after the person was made; later ones are asked for by a button."""
    if (
        "link" not in request.GET
        or user.has_usable_password()
        or not grants.may(request.actor, "change", USERS)
    ):
        return ""
    return request.build_absolute_uri(people.one_time_link(actor=request.actor, user=user))


def _show(request: StaffRequest, title: str, form: PersonForm, **more: Any) -> HttpResponse:
    context = {
        "title": title, "form": form, "can": can(request, USERS),
        "crumbs": [{"label": _("People"), "url": reverse("backoffice-people")}], **more,
    }  # fmt: skip
    return render(request, "backoffice/person.html", context, status=400 if form.errors else 200)


@require_POST
def act(request: StaffRequest, pk: int) -> HttpResponse:
    """Disable, enable, unlock, or make a one-time link."""
    grants.require(request.actor, "change", USERS)
    user, wanted = people.person(pk), request.POST.get("action", "")
    if wanted in ("disable", "enable"):
        event = people.set_active(actor=request.actor, user=user, active=wanted == "enable")
        said = _("{name} may log in again.") if wanted == "enable" else _("{name} can no longer log in.")
        return done(request, said.format(name=user.name), event, "backoffice-person", pk)
    if wanted == "unlock":
        people.unlock(actor=request.actor, user=user)
        return done(
            request, _("{name} may try again at once.").format(name=user.name), None, "backoffice-person", pk
        )
    if wanted == "link":
        link = request.build_absolute_uri(people.one_time_link(actor=request.actor, user=user))
        start = {"name": user.name, "role": user.role, "unit": user.unit_id}
        return _show(
            request, user.name, PersonForm(user=user, initial=start), person=user, link=link, only_link=True
        )
    raise NotFound("action_unknown", "There is nothing here, or it is not yours to see.")


@require_POST
def absence(request: StaffRequest, pk: int) -> HttpResponse:
    """Name a deputy for some days, or end it."""
    own = pk == request.actor.user_id
    if not own:
        grants.require(request.actor, "change", USERS)
    user = people.person(pk)
    back = ("backoffice-my-absence",) if own and not grants.may(request.actor, "view", USERS) else (
        "backoffice-person", pk,
    )  # fmt: skip
    if "end" in request.POST:
        key = request.POST["end"][:18]
        mine = Absence.objects.filter(person=user, pk=int(key) if is_whole(key) else 0)
        row = mine.select_related("deputy").first()
        if row is None:
            raise NotFound("absence_not_found", "This absence has ended already.")
        event = people.end_absence(actor=request.actor, row=row)
        return done(request, _("The deputy no longer stands in."), event, *back)
    form = AbsenceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a deputy and both days."))
        return redirect(*back)
    event = people.stand_in(actor=request.actor, absent=user, **form.cleaned_data)
    said = _("{deputy} stands in.").format(deputy=form.cleaned_data["deputy"].name)
    return done(request, said, event, *back)


@require_GET
def my_absence(request: StaffRequest) -> HttpResponse:
    """Where everybody names a deputy for the own absence."""
    mine = Absence.objects.filter(person=request.user, last__gte=clock.today()).select_related("deputy")
    context = {
        "title": _("My absence"), "person": request.user, "absences": mine, "absence_form": AbsenceForm(),
        "stands_in": [name for _pk, name in request.actor.standing.absent],
    }  # fmt: skip
    return render(request, "backoffice/my_absence.html", context)


@require_http_methods(["GET", "POST"])
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """What a leaver owns, and to whom it goes."""
    grants.require(request.actor, "view", USERS)
    user = people.person(pk)
    form = HandOverForm(request.POST if request.method == "POST" else None, person=user)
    if request.method == "POST" and form.is_valid():
        try:
            event = handover.hand_over(user, list(form.cleaned_data["takers"]), actor=request.actor)
            messages.success(request, _("Handed over."), extra_tags=f"undo=/undo/{event.pk}")
            return redirect("backoffice-person", pk)
        except HengkeError as error:
            form.add_error(None, _(error.template))
    holdings = handover.preview(user, actor=request.actor)
    context = {
        "title": _("Hand over"), "person": user, "holdings": holdings, "form": form,
        "movable": sum(holding.movable for holding in holdings),
        "crumbs": [
            {"label": _("People"), "url": reverse("backoffice-people")},
            {"label": user.name, "url": reverse("backoffice-person", args=(pk,))},
        ],
    }  # fmt: skip
    return render(request, "backoffice/hand_over.html", context, status=400 if form.errors else 200)


@require_POST
def undo(request: StaffRequest, event: int) -> HttpResponse:
    """Take a change of people or rights back."""
    changes.undo(event, actor=request.actor)
    messages.success(request, _("Undone."))
    return redirect(_safe_back(request))


def _safe_back(request: StaffRequest) -> str:
    from django.utils.http import url_has_allowed_host_and_scheme

    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if safe else "/"


def _roles(user: User) -> list[str]:
    return [user.role, *(holding.role for holding in user.holdings.all())]
