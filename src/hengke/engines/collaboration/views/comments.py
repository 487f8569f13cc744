"""Comments: write, change, delete, bring back, and the people offered after "@"."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.collaboration import subjects
from hengke.engines.collaboration.models import Comment
from hengke.engines.collaboration.services import comments, mentions
from hengke.kernel.numbers import is_whole


@require_POST
def write(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Say something, perhaps as a reply."""
    subject = subjects.by_slug(slug, pk, request.actor)
    parent = request.POST.get("parent", "")
    row = comments.write(
        subject, request.POST.get("text", ""), parent=int(parent[:18]) if is_whole(parent) else None
    )
    return redirect(f"{subject.url}#comment-{row.parent_id or row.pk}")


@require_GET
def people(request: StaffRequest, slug: str, pk: int) -> JsonResponse:
    """People whose names begin as typed; those who may not see the record are offered with the reason why not."""
    subject = subjects.by_slug(slug, pk, request.actor)
    found = mentions.offers(subject, request.GET.get("q", "")[:40])
    return JsonResponse({"people": [
        {
            "name": offer.user.name,
            "word": offer.word,
            "about": str(offer.user.unit or offer.user.get_role_display()),
            "reason": "" if offer.allowed else _("may not see this record"),
        }
        for offer in found
    ]})  # fmt: skip


@require_POST
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Say it otherwise."""
    row = comments.change(
        comments.found(pk, request.actor), request.POST.get("text", ""), actor=request.actor
    )
    return _back(request, row)


@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a comment away, with a way back."""
    row = comments.found(pk, request.actor)
    comments.delete(row, actor=request.actor)
    restore_url = reverse("comment-restore", args=(pk,))
    messages.success(request, _("The comment was deleted."), extra_tags=f"undo={restore_url}")
    return _back(request, row)


@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Bring a comment back."""
    row = comments.found(pk, request.actor, deleted=True)
    comments.restore(row, actor=request.actor)
    return _back(request, row)


def _back(request: StaffRequest, row: Comment) -> HttpResponse:
    return redirect(f"{subjects.of(row, request.actor).url}#comment-{row.parent_id or row.pk}")
