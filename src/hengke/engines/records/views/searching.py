"""Search from anywhere: a page, and the list under the palette."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.search import commands
from hengke.engines.records.search.nearness import Place
from hengke.engines.records.search.query import NEAR, SHOWN, Hit, known, matching_ids, search
from hengke.engines.records.views.common import address, opened
from hengke.engines.records.writing.forms import ReferenceField

SUGGESTED, RECENT = 8, 8
COMMANDS = ("action", "page", "view", "setting")
_PLACE = re.compile(r"([-a-z0-9_]{1,60})/([1-9]\d{0,17})")


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """All kinds of objects for one question."""
    text = request.GET.get("q", "").strip()[:100]
    hits = [_shown(hit) for hit in search(text, request.actor, limit=2 * SHOWN)] if text else []
    return render(request, "records/search.html", {"title": _("Search"), "q": text, "hits": hits})


@require_GET
def suggest(request: StaffRequest) -> HttpResponse:
    """Fragment: options of a listbox in groups. `kind` narrows to one of them; `recent` and `here` are records that
    the browser remembers and shows, and only what the person may see of them comes back.
    """
    text, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    recent = _places(request.GET.get("recent", ""))
    here = next(iter(_places(request.GET.get("here", ""))), None)
    kinds = _kinds(request)
    kind = kind if kind in kinds else ""
    found = commands.find(request, text, here, kind) if kind in ("", *COMMANDS) else []
    groups = [(key, [command for command in found if command.kind == key]) for key in COMMANDS]
    hits = _hits(request, text, kind, recent) if kind not in COMMANDS else []
    records = (_("Records") if text else _("Opened lately"), [_shown(hit) for hit in hits])
    # A command has the very words that were typed: it goes before records that only nearly have them.
    first = len(groups) if text and all(hit.reason == NEAR for hit in hits) else 1
    context = {
        "q": text,
        "records": records,
        "before": [(kinds[key], same) for key, same in groups[:first] if same],
        "after": [(kinds[key], same) for key, same in groups[first:] if same],
        "nothing": not hits and not found,
        "kinds": [("", pgettext("palette", "Everything")), *kinds.items()],
        "kind": kind,
    }
    return render(request, "records/suggest_part.html", context)


def _hits(request: StaffRequest, text: str, kind: str, recent: list[Place]) -> list[Hit]:
    slugs = (kind,) if kind else ()
    if text:
        return search(text, request.actor, limit=SUGGESTED, slugs=slugs, recent=recent)
    return known([place for place in recent if not kind or place[0] == kind], request.actor)


def _kinds(request: StaffRequest) -> dict[str, str]:
    """What the palette can be narrowed to."""
    records = (r for r in registry.all_records() if grants.may(request.actor, "view", r.subject))
    words = {
        "action": _("Actions"),
        "page": pgettext("palette", "Pages"),
        "view": _("Views"),
        "setting": _("Settings"),
    }
    return {record.slug: record.label_plural for record in records} | words


def _places(text: str) -> list[Place]:
    """ "customers/5,contacts/7" as slugs and keys; what is malformed is left out, it is only a hint."""
    found = (_PLACE.fullmatch(part) for part in text[:1_000].split(","))
    return [(match[1], int(match[2])) for match in found if match][:RECENT]


def _shown(hit: Hit) -> dict[str, Any]:
    return {
        "title": hit.title,
        "subtitle": hit.subtitle,
        "record": hit.record,
        "url": address(hit.record, "page", hit.pk),
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
