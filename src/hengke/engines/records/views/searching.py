"""Search from anywhere: a page, and the list under the palette."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.search.query import SHOWN, Hit, search

SUGGESTED = 8


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """All kinds of objects for one question."""
    text = request.GET.get("q", "").strip()[:100]
    hits = [_shown(hit) for hit in search(text, request.actor, limit=2 * SHOWN)] if text else []
    return render(request, "records/search.html", {"title": _("Search"), "q": text, "hits": hits})


@require_GET
def suggest(request: StaffRequest) -> HttpResponse:
    """Fragment: options of a listbox."""
    text = request.GET.get("q", "").strip()[:100]
    hits = [_shown(hit) for hit in search(text, request.actor, limit=SUGGESTED)] if text else []
    return render(request, "records/suggest_part.html", {"q": text, "hits": hits})


def _shown(hit: Hit) -> dict[str, Any]:
    return {
        "title": hit.title,
        "subtitle": hit.subtitle,
        "record": hit.record,
        "url": reverse(f"{hit.record.slug}:page", args=(hit.pk,)),
    }
