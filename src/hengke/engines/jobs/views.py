"""Pages of background work: what runs, what ran, and how it ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs import words
from hengke.engines.jobs.models import Job, JobState
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, NotFound
from hengke.kernel.numbers import is_whole

SUBJECT = "jobs.job"
ROWS = 50


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """All work that the person may see, newest first."""
    rows, page = _slice(_visible(request.actor), request.GET.get("after", ""), request.GET.get("before", ""))
    context = {"title": _("Jobs"), "rows": [_row(job) for job in rows], "page": page}
    return render(request, "jobs/list.html", context)


@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One job: progress while it runs, result or error after it."""
    job = _found(request, pk)
    return render(request, "jobs/page.html", {"title": words.label(job), **_row(job)})


@require_GET
def part(request: StaffRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while the job runs."""
    return render(request, "jobs/part.html", _row(_found(request, pk)))


@require_POST
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop a job."""
    job = _found(request, pk)
    if not words.of(job).may_cancel(job):
        raise Conflict("job_not_cancellable", "This work can no longer be cancelled.")
    words.of(job).cancel(job)
    messages.success(request, _("The work will stop as soon as it can."))
    return redirect("job", pk)


@require_POST
def retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Do a failed or cancelled job again."""
    job = _found(request, pk)
    again = words.of(job).retry(job, request.actor)
    return redirect("job", again.pk)


def _visible(actor: Actor) -> QuerySet[Job]:
    """Everything for those who look after jobs, the own ones for others."""
    if grants.may(actor, "view", SUBJECT):
        return Job.objects.visible_to(actor)
    return Job.objects.filter(actor_id=actor.user_id)


def _found(request: StaffRequest, pk: int) -> Job:
    job = _visible(request.actor).select_related("actor").filter(pk=pk).first()
    if job is None:
        raise NotFound("job_not_found", "This job does not exist, or it is not yours to see.")
    return job


def _row(job: Job) -> dict[str, Any]:
    """A job as templates show it."""
    said = words.of(job)
    result = said.result(job) if job.state == JobState.DONE else ""
    url = said.url(job)
    return {
        "job": job,
        "label": words.label(job),
        "badge": words.BADGES[JobState(job.state)],
        "text": words.progress(job),
        "duration": words.duration(job, clock.now()),
        "result": result,
        "error": words.error(job),
        "may_cancel": said.may_cancel(job),
        "may_retry": job.state in (JobState.FAILED, JobState.CANCELLED),
        "url": url,
        "url_label": said.url_label,
        "then": url if said.then and job.state == JobState.DONE else reverse("job", args=(job.pk,)),
    }


def _slice(found: QuerySet[Job], after: str, before: str) -> tuple[list[Job], dict[str, str]]:
    """A page of jobs around a key: `after` gives older ones, `before` newer ones."""
    rows = found.select_related("actor")
    if is_whole(before):
        newer = list(rows.filter(pk__gt=int(before[:18])).order_by("pk")[: ROWS + 1])
        older, more = True, len(newer) > ROWS
        jobs = newer[:ROWS][::-1]
        return jobs, _links(jobs, newer=more, older=older)
    if is_whole(after):
        rows = rows.filter(pk__lt=int(after[:18]))
    jobs = list(rows.order_by("-pk")[: ROWS + 1])
    return jobs[:ROWS], _links(jobs[:ROWS], newer=is_whole(after), older=len(jobs) > ROWS)


def _links(jobs: list[Job], *, newer: bool, older: bool) -> dict[str, str]:
    return {
        "text": "",
        "previous_url": f"?before={jobs[0].pk}" if jobs and newer else "",
        "next_url": f"?after={jobs[-1].pk}" if jobs and older else "",
    }
