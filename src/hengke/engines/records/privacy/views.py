"""Pages of the privacy officer: what is held about a person, hand it over, erase it."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs import words
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.privacy import erasing, places
from hengke.engines.records.privacy.models import ErasureRequest
from hengke.engines.records.privacy.places import Person
from hengke.engines.records.schema import registry
from hengke.engines.records.search.query import matching_ids
from hengke.kernel.errors import NotFound
from hengke.kernel.numbers import is_whole

PERSON = "customers.contact"
words.say(erasing.KIND, words.Words(gettext_lazy("Erasure of personal data")))
SHOWN = 30


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Find a person; with `?contact=` what would be removed."""
    grants.require(request.actor, "view", erasing.SUBJECT)
    if "contact" in request.GET:
        return _preview(request)
    query = request.GET.get("q", "").strip()[:100]
    done = ErasureRequest.objects.select_related("asked_by").order_by("-pk")[:SHOWN]
    context = {"title": _("Personal data"), "query": query, "found": _found(request, query), "requests": done}
    return render(request, "privacy/page.html", context)


def _found(request: StaffRequest, query: str) -> list[SearchEntry]:
    if not query:
        return []
    record = registry.by_subject(PERSON)
    assert record is not None
    ids = matching_ids(record, query, request.actor)
    return list(
        SearchEntry.objects.filter(Q(record=record.slug), object_id__in=ids).order_by("title")[:SHOWN]
    )


def _preview(request: StaffRequest) -> HttpResponse:
    known, candidates = places.describe(PERSON, _key(request.GET))
    person = _chosen(known, request.GET, [c.value for c in candidates if not c.others])
    found = erasing.look(person, actor=request.actor)
    return render(request, "privacy/preview.html", {
        "title": known.title,
        "person": person,
        "candidates": [(candidate, candidate.value in person.values) for candidate in candidates],
        "more": "\n".join(value for value in person.values if value not in known.values),
        "found": found,
        "total": sum(finding.count for finding in found),
        "shortest": erasing.SHORTEST_REASON,
        "may_export": grants.may(request.actor, "export", erasing.SUBJECT),
        "may_erase": grants.may(request.actor, "change", erasing.SUBJECT),
    })  # fmt: skip


@require_POST
def export(request: StaffRequest) -> HttpResponse:
    """Everything held about the person as a file for the person."""
    known, _candidates = places.describe(PERSON, _key(request.POST))
    package = erasing.package(_chosen(known, request.POST, []), actor=request.actor)
    body = json.dumps(package, ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="person-{known.key}.json"'
    return response


@require_POST
def erase(request: StaffRequest) -> HttpResponse:
    """Queue the erasure and go to the job."""
    known, _candidates = places.describe(PERSON, _key(request.POST))
    person = _chosen(known, request.POST, [])
    _row, job = erasing.ask(person, request.POST.get("reason", ""), actor=request.actor)
    return redirect("job", job.pk)


def _key(params: QueryDict) -> int:
    text = params.get("contact", "")[:18]
    if not is_whole(text):
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    return int(text)


def _chosen(known: Person, params: QueryDict, usual: list[str]) -> Person:
    """The person with the ticked values and further spellings; `usual` before anybody chose."""
    if "chosen" not in params:
        return known.with_values(tuple(usual))
    ticked: list[Any] = [value for value in params.getlist("value") if value in known.values]
    more = [line.strip()[:100] for line in params.get("more", "").splitlines()[:20]]
    long = [value for value in more if len(value) >= places.SHORTEST_VALUE]
    return known.with_values(tuple(dict.fromkeys([*ticked, *long])))
