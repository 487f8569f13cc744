"""Ways back: undo, the history of what can be undone, and the recycle bin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.models import RowJournal
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs import queue
from hengke.engines.records.models import Deleted
from hengke.engines.records.schema import registry
from hengke.engines.records.views.common import address
from hengke.engines.records.writing import bin, history, services
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole

AT_ONCE = 1_000
PAGE = 50


@require_POST
def undo(request: StaffRequest, event: int) -> HttpResponse:
    """Take one change back and return to where the button was; a big one in the background."""
    services.require_undoable(event, actor=request.actor)
    if RowJournal.objects.filter(event=event)[: AT_ONCE + 1].count() > AT_ONCE:
        job = queue.enqueue(
            "records.undo", title=_("Undo"), actor=request.actor, key=f"undo-{event}", event=event
        )
        return redirect("job", job.pk)
    services.undo(event, actor=request.actor)
    messages.success(request, _("Undone."))
    return HttpResponseRedirect(_back(request))


@require_GET
def history_page(request: StaffRequest) -> HttpResponse:
    """What the person did in the last 30 days and can take back."""
    entries = history.read(request.actor)
    return render(request, "records/history.html", {"title": _("History"), "entries": entries})


@require_GET
def bin_page(request: StaffRequest) -> HttpResponse:
    """What lies in the recycle bin, newest first."""
    q, number = request.GET.get("q", "").strip()[:100], request.GET.get("page", "1")
    found = bin.visible(request.actor)
    if q:
        found = found.filter(name__contains=q)
    after = int(number) if is_whole(number) and len(number) < 9 else 1
    page = Paginator(found, PAGE).get_page(after)
    state = f"q={q}&" if q else ""
    purge = grants.may(request.actor, "purge", bin.SUBJECT)
    return render(request, "records/bin.html", {
        "title": _("Recycle bin"),
        "q": q,
        "rows": _rows(list(page.object_list), request),
        "keep_days": bin.KEEP_DAYS,
        "purge_url": reverse("bin-purge") if purge else "",
        "page": {
            "text": ngettext("%(n)s entry", "%(n)s entries", page.paginator.count) % {"n": page.paginator.count},
            "previous_url": f"?{state}page={after - 1}" if page.has_previous() else "",
            "next_url": f"?{state}page={after + 1}" if page.has_next() else "",
        },
    })  # fmt: skip


def _rows(entries: list[Deleted], request: StaffRequest) -> list[dict[str, Any]]:
    mine = bin.restorable(entries, request.actor)
    return [
        {
            "entry": entry,
            "record": registry.by_subject(entry.subject),
            "who": entry.actor.name if entry.actor else _("System"),
            "along": _along(entry),
            "url": reverse("bin-restore", args=(entry.pk,)) if entry.pk in mine else "",
        }
        for entry in entries
    ]


def _along(entry: Deleted) -> str:
    parts = []
    for subject, count in entry.along.items():
        record = registry.by_subject(subject)
        if record is not None:
            parts.append(f"{record.label_plural} {count:,}")
    return " · ".join(parts)


@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Bring one object back, with what went along."""
    event, row = bin.restore(pk, actor=request.actor)
    messages.success(request, _("%(name)s is back.") % {"name": row}, extra_tags=f"undo=/undo/{event.pk}")
    record = registry.by_subject(row._meta.label_lower)
    assert record is not None
    seen = grants.may(request.actor, "view", record.subject)
    return HttpResponseRedirect(address(record, "page", row.pk) if seen else reverse("bin"))


@require_POST
def purge(request: StaffRequest) -> HttpResponse:
    """Empty the bin of what is older than so many days; administrators only."""
    grants.require(request.actor, "purge", bin.SUBJECT)
    days = request.POST.get("days", "")
    if not is_whole(days) or len(days) > 5:
        raise InputError("purge_days", "Choose between 0 and {n} days.", n=36_500)
    counts = bin.purge(actor=request.actor, days=int(days))
    words = ngettext("%(n)d object removed for good.", "%(n)d objects removed for good.", counts["purged"])
    text = words % {"n": counts["purged"]}
    if counts["kept"]:
        text += " " + ngettext(
            "%(n)d stays because other records need it.", "%(n)d stay because other records need them.",
            counts["kept"],
        ) % {"n": counts["kept"]}  # fmt: skip
    messages.success(request, text)
    return redirect("bin")


def _back(request: HttpRequest) -> str:
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if safe else "/"
