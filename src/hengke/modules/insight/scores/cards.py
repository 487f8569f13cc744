"""Pages of the models: one card per kind, its history, and what may be done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs.models import Job, JobState
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.enums import ScoreKind, VersionState
from hengke.modules.insight.models import ModelVersion
from hengke.modules.insight.scores import pictures, telling, words
from hengke.modules.insight.services.scoring import registry, running, settings
from hengke.modules.insight.services.scoring.kinds import TRAINED, Rules, rules

FIGURES = ("auc", "brier", "lift_10", "calibration_slope")
ROWS = ("nn", "logistic", "boosted", "plain", "rule")
SHOWN = 30
STATES = {VersionState.CHAMPION: "ok", VersionState.CHALLENGER: "info", VersionState.RETIRED: "mute"}


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The card of one kind of score. Six queries."""
    grants.require(request.actor, "view", registry.SUBJECT)
    kind = _kind(request.GET.get("kind", TRAINED[0]))
    versions = list(_versions(kind)[:SHOWN])
    shown = _chosen(versions, request.GET.get("version", ""))
    job = Job.objects.filter(kind=running.JOB).order_by("-pk").first()
    context: dict[str, Any] = {
        "title": _("Models"), "kind": kind.value, "label": kind.label, "tabs": _tabs(kind), "shown": shown,
        "history": [_row(row) for row in versions], "may_change": grants.may(request.actor, "change", registry.SUBJECT),
        "job": job, "refused": _refused(job, kind),
    }  # fmt: skip
    if shown is not None:
        context |= _card(shown, rules()[kind])
    return render(request, "insight/scores/models.html", context)


@require_POST
def train(request: StaffRequest, kind: str) -> HttpResponse:
    """Train a kind anew in the background."""
    grants.require(request.actor, "change", registry.SUBJECT)
    return redirect("job", running.ask(actor=request.actor, train=[_kind(kind).value]).pk)


@require_POST
def decide(request: StaffRequest, pk: int, what: str) -> HttpResponse:
    """Put a version in force, or take it out of force; scores follow in the background."""
    grants.require(request.actor, "change", registry.SUBJECT)
    version = ModelVersion.objects.defer("model").filter(pk=pk).first()
    if version is None:
        raise NotFound("version_not_found", "This version does not exist.")
    done = {"promote": registry.promote, "retire": registry.retire}[what](version, actor=request.actor)
    running.ask(actor=request.actor)
    messages.success(request, f"{done}: {done.get_state_display()}")
    return redirect(f"/models?kind={version.kind}")


@require_POST
def change(request: StaffRequest, kind: str) -> HttpResponse:
    """Set where bands begin and what mistakes cost."""
    wanted = Rules(
        _number(request, "good") / 100, _number(request, "fair") / 100, _number(request, "miss"),
        _number(request, "alarm"),
    )  # fmt: skip
    settings.apply(_kind(kind).value, wanted, actor=request.actor)
    messages.success(request, _("Bands and threshold follow the new settings."))
    return redirect(f"/models?kind={kind}")


def _kind(text: str) -> ScoreKind:
    if text not in TRAINED:
        raise NotFound("kind_unknown", "There is no such score.")
    return ScoreKind(text)


def _versions(kind: str) -> Any:
    rows = ModelVersion.objects.filter(kind=kind).defer("model").select_related("trained_by", "decided_by")
    return rows.order_by("-number")


def _chosen(versions: list[ModelVersion], number: str) -> ModelVersion | None:
    """The version that is asked for, else the one in force, else the newest."""
    for row in versions:
        if str(row.number) == number:
            return row
    in_force = [row for row in versions if row.state == VersionState.CHAMPION]
    return next(iter(in_force or versions), None)


def _tabs(kind: ScoreKind) -> list[dict[str, Any]]:
    return [
        {"label": one.label, "url": f"/models?kind={one.value}", "current": one == kind} for one in TRAINED
    ]


def _card(version: ModelVersion, cuts: Rules) -> dict[str, Any]:
    sentence, tone, moved = telling.drift(version)
    return {
        "sentences": telling.sentences(version), "figures": _figures(version),
        "reliability": pictures.reliability(version),
        "lift": pictures.lift(version), "weights": pictures.weights(version), "tree": pictures.tree(version),
        "drift": {"sentence": sentence, "tone": tone, "moved": moved}, "algorithm": words.algorithm(version.algorithm),
        "cuts": {"good": f"{cuts.good * 100:.10g}", "fair": f"{cuts.fair * 100:.10g}", "miss": f"{cuts.miss:.10g}",
                 "alarm": f"{cuts.alarm:.10g}"},
        "threshold": version.threshold, "state_tone": STATES[VersionState(version.state)], "why": telling.why(version),
    }  # fmt: skip


def _figures(version: ModelVersion) -> list[dict[str, Any]]:
    """A row for each algorithm, the chosen one marked."""
    found = version.card["figures"]
    return [
        {
            "label": words.algorithm(name),
            "chosen": name == version.algorithm,
            "cells": [_figure(found[name][figure], figure) for figure in FIGURES],
        }
        for name in ROWS
    ]


def _figure(told: dict[str, float], figure: str) -> tuple[str, str]:
    if figure == "auc":
        return charts.percent(
            told["value"], 1
        ), f"{charts.percent(told['low'], 0)} – {charts.percent(told['high'], 0)}"
    return f"{told['value']:.2f}", f"{told['low']:.2f} – {told['high']:.2f}"


def _row(version: ModelVersion) -> dict[str, Any]:
    return {
        "version": version, "algorithm": words.algorithm(version.algorithm), "why": telling.why(version),
        "auc": charts.percent(version.card["figures"][version.algorithm]["auc"]["value"], 1),
        "tone": STATES[VersionState(version.state)],
        "may_promote": version.state != VersionState.CHAMPION, "may_retire": version.state != VersionState.RETIRED,
    }  # fmt: skip


def _refused(job: Job | None, kind: str) -> str:
    """Why the last round could not train this kind."""
    told = job.result.get("refused", {}).get(kind) if job is not None and job.state == JobState.DONE else None
    return _(told["template"]).format(**told["params"]) if told else ""


def _number(request: HttpRequest, name: str) -> float:
    text = request.POST.get(name, "")
    try:
        return float(text)
    except ValueError:
        raise InputError("number_unclear", "{text} is not a number.", text=text[:30] or "–") from None
