"""For the security administrator: how each role logs in, and people who cannot."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants, login
from hengke.engines.access.models import User
from hengke.engines.access.people import known_roles
from hengke.engines.access.requests import StaffRequest
from hengke.engines.account import gate, policy, second_steps
from hengke.engines.account.forms import PolicyForm, wait_in_words
from hengke.engines.account.models import Totp
from hengke.kernel import clock
from hengke.kernel.errors import NotFound

PEOPLE = 500


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Rules and people on one page (constant number of queries)."""
    grants.require(request.actor, "view", policy.SUBJECT)
    return render(request, "account/security.html", _context(request, _forms(request)))


@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the rules that were changed; all of them or none."""
    grants.require(request.actor, "change", policy.SUBJECT)
    forms = _forms(request, request.POST)
    if not all(form.is_valid() for form in forms.values()):
        return render(request, "account/security.html", _context(request, forms), status=400)
    for role, form in forms.items():
        if form.has_changed():
            policy.change(role, form.policy(), actor=request.actor)
    messages.success(request, _("Saved. The rules hold from each person's next log-in."))
    return redirect("security")


@require_POST
def help_person(request: StaffRequest, pk: int) -> HttpResponse:
    """Unlock, end the sessions, or take away the second steps of one person."""
    grants.require(request.actor, "change", policy.SUBJECT)
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise NotFound("no_person", "This person does not exist.")
    action = request.POST.get("action")
    if action == "unlock":
        login.unlock(person, actor=request.actor)
        messages.success(request, _("{name} may try again at once.").format(name=person.name))
    elif action == "end":
        gate.end_sessions(person, actor=request.actor)
        messages.success(request, _("{name} is logged out everywhere.").format(name=person.name))
    elif action == "reset":
        second_steps.reset(person, actor=request.actor)
        words = _(
            "{name} logs in with the password alone, or sets up a second step anew if the role requires it."
        )
        messages.success(request, words.format(name=person.name))
    return redirect("security")


def _forms(request: StaffRequest, data: Any = None) -> dict[str, PolicyForm]:
    roles = known_roles(request.actor.standing.stamp)
    return {role: PolicyForm(now, data, prefix=role) for role, now in policy.table(roles).items()}


def _context(request: StaffRequest, forms: dict[str, PolicyForm]) -> dict[str, Any]:
    waits, names = login.waiting(), known_roles(request.actor.standing.stamp)
    live = Q(sessions__expire_date__gt=clock.now())
    people = User.objects.select_related("unit").annotate(
        has_app=Exists(Totp.objects.filter(user=OuterRef("pk"))),
        keys=Count("passkeys", distinct=True),
        open=Count("sessions", filter=live, distinct=True),
    )
    rows = [
        {
            "person": one,
            "role": names.get(one.role, one.role),
            "blocked": wait_in_words(waits[one.username]) if one.username in waits else "",
        }
        for one in people.order_by("pk")[:PEOPLE]
    ]
    return {
        "title": _("Log-in security"),
        "rules": [(names[role], form) for role, form in forms.items()],
        "rows": rows,
        "may_change": grants.may(request.actor, "change", policy.SUBJECT),
        "limits": {"tries": login.TRIES_PER_NAME, "address": login.TRIES_PER_ADDRESS},
    }
