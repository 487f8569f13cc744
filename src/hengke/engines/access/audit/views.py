"""Pages of the audit: the list, one entry, the export, notices of unusual use."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import events, grants
from hengke.engines.access.audit import entries, search, words
from hengke.engines.access.audit.search import Question
from hengke.engines.access.leaks import exporting
from hengke.engines.access.leaks.models import UnusualUse
from hengke.engines.access.models import Event, User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.table import role_name
from hengke.kernel import clock
from hengke.kernel.errors import NotFound
from hengke.kernel.sheets import harmless

SUBJECT = "access.audit"
CHUNK = 500


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Everything that happened and fits the filters, newest first; a constant number of queries."""
    grants.require(request.actor, "view", SUBJECT)
    question = Question.read(request.GET)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found, newer, older = search.page(question, after, before)
    given = question.values()
    return render(request, "audit/list.html", {
        "title": _("Audit"),
        "rows": entries.of(found),
        "question": question,
        "given": given,
        "chips": _chips(given),
        "people": User.objects.order_by("name").values_list("pk", "name"),
        "groups": [(key, label) for key, (label, _q) in words.GROUPS.items()],
        "types": words.types(),
        "notices": _notices(),
        "page": {
            "text": "",
            "previous_url": _address(given, before=found[0].pk) if found and newer else "",
            "next_url": _address(given, after=found[-1].pk) if found and older else "",
        },
        "may_export": grants.may(request.actor, "export", SUBJECT),
    })  # fmt: skip


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One event with everything it holds."""
    grants.require(request.actor, "view", SUBJECT)
    event = Event.objects.select_related("actor", "seal").filter(pk=pk).first()
    if event is None:
        raise NotFound("event_not_found", "There is no such entry.")
    rows, count = entries.rows(event)
    entry = entries.of([event])[0]
    about = f"{event.subject_type}:{event.subject_id}" if event.subject_id is not None else ""
    return render(request, "audit/page.html", {
        "title": entry.what,
        "entry": entry,
        "event": event,
        "seal": getattr(event, "seal", None),
        "actor_role": role_name(event.actor.role, request.actor.standing.stamp) if event.actor else "",
        "changes": entries.changes(event),
        "facts": entries.facts(event),
        "rows": rows,
        "more_rows": max(0, count - entries.SHOWN_ROWS),
        "same_person": _address({"person": str(event.actor_id or search.SYSTEM)}),
        "same_kind": _address({"kind": event.kind}),
        "same_object": _address({"object": about}) if about else "",
    })  # fmt: skip


@require_POST
def export(request: StaffRequest) -> HttpResponseBase:
    """The entries that fit, as csv; needs the right, keeps to the role's limits and is an event itself."""
    grants.require(request.actor, "export", SUBJECT)
    if (asked := exporting.ask_reason(request)) is not None:
        return asked
    question = Question.read(request.POST)
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = question.events().filter(pk__lte=newest)
    payload = {"form": "csv", "filter": question.values()}
    exporting.allow(
        "audit.exported", actor=request.actor, rows=found.count(), reason=exporting.reason_of(request),
        payload=payload,
    )  # fmt: skip
    rows = found.select_related("actor").order_by("-pk").iterator(CHUNK)
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{clock.today():%Y%m%d}.csv"'
    return response


@require_POST
def seen(request: StaffRequest, pk: int) -> HttpResponse:
    """A notice of unusual use has been dealt with."""
    grants.require(request.actor, "change", SUBJECT)
    with transaction.atomic():
        row = UnusualUse.objects.select_related("user").filter(pk=pk, seen_at=None).first()
        if row is not None:
            row.seen_by_id, row.seen_at = request.actor.user_id, clock.now()
            row.save(update_fields=["seen_by", "seen_at"])
            events.record("usage.seen", actor=request.actor, subject=row.user, payload={"what": row.kind})
    messages.success(request, _("The notice is marked as dealt with."))
    return redirect("audit")


def _csv(found: Iterator[Event]) -> Iterator[bytes]:
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([
        _("Number"), _("Time"), _("Person"), _("What"), _("Kind"), _("Object"), _("Channel"), _("Address"),
        _("Device"), _("Content"),
    ])  # fmt: skip
    for number, event in enumerate(found, 1):
        writer.writerow([harmless(cell) for cell in _cells(event)])
        if number % CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _cells(event: Event) -> list[Any]:
    about = f"{event.subject_type} {event.subject_id}" if event.subject_id is not None else ""
    content = "; ".join(f"{name}: {value}" for name, value in entries.facts(event))
    changed = "; ".join(f"{c.field}: {c.old} → {c.new}" for c in entries.changes(event))
    return [
        event.pk, f"{localtime(event.at):%Y-%m-%d %H:%M:%S}", event.actor.name if event.actor else "",
        words.of_kind(event.kind), event.kind, about, str(event.get_channel_display()), event.address, event.device,
        "; ".join(filter(None, (changed, content))),
    ]  # fmt: skip


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _notices() -> list[UnusualUse]:
    """Open notices; one query."""
    return list(UnusualUse.objects.filter(seen_at=None).select_related("user").order_by("-pk")[:10])


def _chips(given: dict[str, str]) -> list[dict[str, str]]:
    """The one filter that no control of the bar shows: a single object, or a single kind."""
    chips = []
    if ":" in given.get("object", ""):
        label, _colon, key = given["object"].partition(":")
        name = words.things([(label, int(key))])[label, int(key)].title
        chips.append(_chip(_("Object"), name, given, "object"))
    if given.get("kind", "") not in {"", *words.GROUPS}:
        chips.append(_chip(_("What"), words.of_kind(given["kind"]), given, "kind"))
    return chips


def _chip(label: str, value: str, given: dict[str, str], name: str) -> dict[str, str]:
    rest = {key: text for key, text in given.items() if key != name}
    return {"label": label, "operator": "", "value": value, "remove_url": _address(rest)}


def _address(given: dict[str, str], **paging: int) -> str:
    return f"/audit?{urlencode(given | {name: str(key) for name, key in paging.items()})}"
