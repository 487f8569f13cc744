"""Imports: the list, how a batch is getting on, and what became of each file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs import words as job_words
from hengke.engines.jobs.models import Job, JobState
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.enums import ImportState
from hengke.modules.insight.models import Import, LedgerLine, Source
from hengke.modules.insight.pages import columns, common, downloads, upload, words
from hengke.modules.insight.pages.common import IMPORT
from hengke.modules.insight.services import connecting, drafts, imports, loading, refresh

ROWS = 50
SHOWN = 100
LONGEST_ROW = 300
BADGES = {
    ImportState.DRAFT: "mute",
    ImportState.WAITING: "mute",
    ImportState.RUNNING: "info",
    ImportState.DONE: "ok",
    ImportState.FAILED: "bad",
    ImportState.CANCELLED: "warn",
    ImportState.UNDONE: "mute",
}
BEGUN = (ImportState.WAITING, ImportState.RUNNING)
AGAIN = (ImportState.FAILED, ImportState.CANCELLED, ImportState.UNDONE)


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Every import, newest first; `?source=` narrows."""
    grants.require(request.actor, "view", IMPORT)
    found = Import.objects.select_related("source", "job", "actor").defer("inspection", "mapping")
    wanted = request.GET.get("source", "")[:18]
    rows, page = common.slice_of(
        found.filter(source=int(wanted)) if is_whole(wanted) else found, request, ROWS
    )
    sources = Source.objects.annotate(count=Count("imports")).filter(count__gt=0)
    tabs = [{"label": _("All"), "url": reverse("imports"), "current": not is_whole(wanted), "count": None}]
    for source in sources:
        url = f"{reverse('imports')}?source={source.pk}"
        tabs.append(
            {"label": source.name, "url": url, "current": str(source.pk) == wanted, "count": source.count}
        )
    context = {
        "title": _("Imports"), "rows": [_row(row) for row in rows], "page": page,
        "tabs": tabs if len(tabs) > 2 else [], "may_change": grants.may(request.actor, "change", IMPORT),
        "connected": [_connected(source) for source in connecting.connected()],
        "days": drafts.KEPT_DAYS if any(row.state == ImportState.DRAFT for row in rows) else 0,
    }  # fmt: skip
    return render(request, "insight/imports/list.html", context)


def _connected(source: Source) -> dict[str, Any]:
    return {
        "source": source,
        "address": source.connection.get("address", ""),
        "daily": source.connection.get("daily", False),
        "last": source.last,  # type: ignore[attr-defined]  # annotated
    }


@require_GET
def progress(request: StaffRequest) -> HttpResponse:
    """How the files of one upload are getting on."""
    grants.require(request.actor, "view", IMPORT)
    context = {"title": _("New import"), "steps": upload.steps(), **_progress(request)}
    return render(request, "insight/imports/progress.html", context)


@require_GET
def progress_part(request: StaffRequest) -> HttpResponse:
    """The part of that page that changes."""
    grants.require(request.actor, "view", IMPORT)
    return render(request, "insight/imports/progress_part.html", _progress(request))


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """What became of one file: counts, sums, rejects, corrections."""
    grants.require(request.actor, "view", IMPORT)
    (row,) = common.batch_of([pk])
    draft = columns.Draft.of(row)
    context = {
        "title": row.file_name,
        **_row(row),
        "draft": draft,
        "kind": words.KINDS.get(draft.found.kind, draft.found.kind),
        "mapped": [
            (column.header, words.field(column.target)) for column in draft.mapping.columns if column.target
        ],
        "unmapped": [column.header for column in draft.mapping.columns if not column.target],
        "key": words.joined([words.field(name) for name in row.key_fields]),
        "totals": [_claim(claim) for claim in row.totals],
        "reasons": _reasons(row),
        "rejects": [_reject(reject) for reject in row.rejects.order_by("line_no", "pk")[:SHOWN]],
        "corrections": _corrections(row),
        "may_change": grants.may(request.actor, "change", IMPORT),
        "total_lines": words.total_lines(vars(row)),
        "may_undo": row.state == ImportState.DONE,
        "may_start": row.state in AGAIN,
        "shown": SHOWN,
        "error": job_words.error(row.job) if row.job and row.state == ImportState.FAILED else "",
        "refreshing": _refreshing(),
    }
    return render(request, "insight/imports/page.html", context)


@require_GET
def lines(request: StaffRequest, pk: int) -> HttpResponse:
    """The ledger lines that came with one file, each with its line number there."""
    grants.require(request.actor, "view", IMPORT)
    (row,) = common.batch_of([pk])
    found = LedgerLine.objects.visible_to(request.actor).filter(origin=row).select_related("alias__customer")
    wanted = request.GET.get("line", "")[:18]
    rows, page = common.slice_of(
        found.filter(line_no=int(wanted)) if is_whole(wanted) else found, request, ROWS
    )
    context = {
        "title": _("Ledger lines"), "row": row, "rows": rows, "page": page, "wanted": wanted,
        "money": common.may_see_money(request.actor),
    }  # fmt: skip
    return render(request, "insight/imports/lines.html", context)


@require_GET
def rejects(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The rejected rows of one file, to be put right and handed in again."""
    grants.require(request.actor, "export", IMPORT)
    (row,) = common.batch_of([pk])
    name = f"{row.file_name.split('.')[0][:80] or 'import'}-rejects.csv"
    return downloads.rejects(row.rejects.all(), name, request=request, origin=row)


@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    """Import a file again whose import failed, was cancelled or was undone."""
    grants.require(request.actor, "change", IMPORT)
    (row,) = common.batch_of([pk])
    imports.start(row, actor=request.actor)
    return redirect(f"{reverse('import-progress')}?{common.address_of([row])}")


@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    grants.require(request.actor, "change", IMPORT)
    (row,) = common.batch_of([pk])
    job = imports.undo(row, actor=request.actor)
    return redirect("job", job.pk)


def _row(row: Import) -> dict[str, Any]:
    """An import as templates show it."""
    agreeing = sum(claim["agrees"] for claim in row.totals)
    return {
        "row": row,
        "badge": BADGES[ImportState(row.state)],
        "url": _address(row),
        "claims": len(row.totals),
        "agreeing": agreeing,
        "agrees": agreeing == len(row.totals),
        "is_done": row.state == ImportState.DONE,
        "is_begun": row.state in BEGUN,
        "discard_url": f"{reverse('import-discard')}?{common.address_of([row])}"
        if row.state == ImportState.DRAFT
        else "",
    }


def _address(row: Import) -> str:
    """Where an import is gone on with or looked at."""
    if row.state == ImportState.DRAFT:
        return f"{reverse('import-columns')}?{common.address_of([row])}"
    if row.state in BEGUN:
        return f"{reverse('import-progress')}?{common.address_of([row])}"
    return reverse("import", args=(row.pk,))


def _progress(request: StaffRequest) -> dict[str, Any]:
    rows = common.batch(request)
    jobs = [_job(row) for row in rows]
    running = any(job["is_running"] for job in jobs)
    refresh = _refreshing()
    then = f"{reverse('import-progress')}?{common.address_of(rows)}"
    return {
        "jobs": jobs,
        "refresh": refresh,
        "refresh_text": job_words.progress(refresh) if refresh else "",
        "is_running": running or refresh is not None,
        "failed": sum(row.state == ImportState.FAILED for row in rows),
        "query": common.address_of(rows),
        "then": reverse("import", args=(rows[0].pk,)) if len(rows) == 1 else then,
    }


def _job(row: Import) -> dict[str, Any]:
    job = row.job
    over = job is None or job.is_over
    said = ""
    if job is not None:
        done = job.state == JobState.DONE
        said = job_words.of(job).result(job) if done else job_words.error(job) or job_words.progress(job)
    return _row(row) | {
        "job": job,
        "is_running": not over,
        "text": said,
        "result_url": reverse("import", args=(row.pk,)),
    }


def _refreshing() -> Job | None:
    """The refresh of names and figures that waits or runs."""
    open_states = (JobState.QUEUED, JobState.RUNNING)
    return Job.objects.filter(kind__in=refresh.KINDS, state__in=open_states).order_by("state", "pk").first()


def _claim(claim: dict[str, Any]) -> dict[str, Any]:
    """A total line beside what was counted."""
    said = {name: Decimal(claim[name]) for name in ("claimed", "counted", "rejected")}
    return {
        **said, "line_no": claim["line_no"], "field": words.field(claim["field"]), "agrees": claim["agrees"],
        "difference": said["counted"] - said["claimed"],
        "explained": not claim["agrees"] and said["claimed"] == said["counted"] + said["rejected"],
    }  # fmt: skip


def _reasons(row: Import) -> list[tuple[str, int]]:
    counted = row.rejects.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return [(words.reject(reason), count) for reason, count in counted]


def _reject(reject: Any) -> dict[str, Any]:
    cells = " | ".join(cell for cell in reject.cells if cell)
    return {
        "unclear": reject.pk if reject.reason == loading.UNCLEAR else None,
        "line_no": reject.line_no,
        "reason": words.reject_detail(reject.reason, reject.message),
        "cells": cells[:LONGEST_ROW] + ("…" if len(cells) > LONGEST_ROW else ""),
    }


def _corrections(row: Import) -> list[dict[str, Any]]:
    """What lines said before and say now."""
    found = row.corrections.select_related("line").order_by("line__line_no", "pk")[:SHOWN]
    return [
        {
            "line_no": each.line.line_no,
            "name": each.line.customer_name,
            "changes": [
                {"field": words.field(name), "before": before, "after": getattr(each.line, name)}
                for name, before in each.before.items()
                if name != "removed_by_id"
            ],
        }
        for each in found
    ]
