"""Buttons of the panel of scores: set one, leave it to the model, refuse scores, allow them, take back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest
from hengke.modules.insight.services.scoring import opinions, rights


@require_POST
def override(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a person's grade in the place of a score."""
    customer = rights.customer(request.actor, pk, "change")
    kind, grade, reason = (request.POST.get(name, "") for name in ("kind", "grade", "reason"))
    event = opinions.override(customer, kind, grade, reason, actor=request.actor)
    return _done(request, pk, event, _("The score is set by you."))


@require_POST
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """Leave a score to the model again."""
    customer = rights.customer(request.actor, pk, "change")
    event = opinions.leave_to_model(customer, request.POST.get("kind", ""), actor=request.actor)
    return _done(request, pk, event, _("The score is left to the model again."))


@require_POST
def refuse(request: StaffRequest, pk: int) -> HttpResponse:
    """Make no more scores of a customer."""
    customer = rights.customer(request.actor, pk, "change")
    event = opinions.refuse(customer, request.POST.get("reason", ""), actor=request.actor)
    return _done(request, pk, event, _("This customer is no longer scored."))


@require_POST
def allow(request: StaffRequest, pk: int) -> HttpResponse:
    """Score a customer again."""
    event = opinions.allow(rights.customer(request.actor, pk, "change"), actor=request.actor)
    return _done(request, pk, event, _("This customer is scored again, in a minute or so."))


@require_POST
def undo(request: StaffRequest, event: int) -> HttpResponse:
    """Take one of these back."""
    customer = opinions.take_back(event, actor=request.actor)
    messages.success(request, _("Undone."))
    return redirect("customers:page", customer.pk)


def _done(request: StaffRequest, pk: int, event: Event, words: str) -> HttpResponse:
    messages.success(request, words, extra_tags=f"undo={reverse('score-undo', args=(event.pk,))}")
    return redirect("customers:page", pk)
