"""What all pages of what is expected have in common: the state of their run, and what stands there before it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs import words
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import NotFound
from hengke.modules.insight.models import Foresight
from hengke.modules.insight.services.foresight import runs
from hengke.modules.insight.services.foresight.sight import sees_all

SUBJECT = "insight.dashboard"


def may_run(request: StaffRequest) -> bool:
    """Only who sees every line may ask that all of them are worked through."""
    return grants.may(request.actor, "change", SUBJECT) and sees_all(request.actor)


def state(request: StaffRequest, run: Foresight) -> dict[str, Any]:
    """When the run was made, and whether a newer one is on its way. One query."""
    job = runs.running()
    return {
        "made_at": run.made_at, "as_of": run.as_of, "running": job is not None, "job": job and _shown(job),
        "may_run": may_run(request) and job is None,
    }  # fmt: skip


def empty(request: StaffRequest, title: str, error: NotFound) -> HttpResponse:
    """The page before the first run: what it will show, and the button that begins; or how far the run is."""
    job = runs.running() if error.code == "not_foreseen" else None
    context = {
        "title": title, "words": _(error.template), "job": job and _shown(job), "may_run": may_run(request),
        "first": error.code == "not_foreseen", "run_url": reverse("forecast-run"), "here": request.get_full_path(),
    }  # fmt: skip
    return render(request, "insight/forecast/empty.html", context)


def _shown(job: Job) -> dict[str, Any]:
    return {
        "pk": job.pk, "text": words.progress(job), "percent": job.percent, "url": reverse("job-part", args=(job.pk,)),
    }  # fmt: skip
