"""Search from anywhere: a page, and the list under the palette."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.catalogue import Catalogue
from hengke.engines.records.forms import ReferenceField
from hengke.engines.records.search.query import SHOWN, Hit, matching_ids, search
from hengke.engines.records.views.common import opened

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


@require_GET
def choices(request: StaffRequest, slug: str) -> JsonResponse:
    """Objects that a reference can mean, for what was typed so far: those the person may change, ten at most."""
    catalogue = opened(request, slug, "change")
    q = request.GET.get("q", "").strip()[:100]
    rows = catalogue.rows("change")
    if q:
        rows = rows.filter(pk__in=matching_ids(catalogue.record, q, request.actor))
    targets = list(rows.order_by("-updated_at")[:10])
    return JsonResponse({"choices": _words(catalogue, targets)})


def _words(catalogue: Catalogue, targets: list[Any]) -> list[dict[str, str]]:
    """What each is entered by: its number or name, or its key where others have the same."""
    field = ReferenceField(catalogue)
    words = {target.pk: field.word_of(target) for target in targets}
    path = field.word.path
    same = catalogue.rows("change").filter(**{f"{path}__in": set(words.values())})
    often = {word for word, n in same.values_list(path).annotate(n=Count("pk")).order_by() if n > 1}
    return [
        {"word": f"#{target.pk}" if words[target.pk] in often else words[target.pk], "title": str(target)}
        for target in targets
    ]
