"""Follow a record, or stop."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.collaboration import subjects
from hengke.engines.collaboration.services import following


@require_POST
def follow(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """`on` is "1" to follow, anything else to stop."""
    subject = subjects.by_slug(slug, pk, request.actor)
    following.choose(subject, on=request.POST.get("on") == "1")
    return redirect(subject.url)
