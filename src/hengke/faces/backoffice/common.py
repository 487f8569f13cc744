"""What every page of the back office begins and ends with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hengke.engines.access import grants
from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest


def done(request: StaffRequest, words: str, event: Event | None, to: str, *args: Any) -> HttpResponse:
    """Say what was done, with the way back, and go on."""
    tags = f"undo={reverse('backoffice-undo', args=(event.pk,))}" if event is not None else ""
    messages.success(request, words, extra_tags=tags)
    return redirect(to, *args)


def can(request: StaffRequest, subject: str) -> dict[str, bool]:
    """What the person may do with a part of the back office."""
    return {action: grants.may(request.actor, action, subject) for action in ("add", "change", "delete")}
