"""The page where any two-sided question about customers is asked, and the page of its answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs.models import Job, JobState
from hengke.kernel.errors import NotFound
from hengke.modules.customers.enums import Stage, Tier
from hengke.modules.customers.models import Customer
from hengke.modules.insight.scores import features, pictures, words
from hengke.modules.insight.services.scoring import classifying, registry

LABELS = {
    "category": gettext_lazy("category"), "industry": gettext_lazy("industry"), "ownership": gettext_lazy("ownership"),
    "size": gettext_lazy("size"), "stage": gettext_lazy("stage"), "province": gettext_lazy("province"),
    "city": gettext_lazy("city"), "tier": gettext_lazy("tier"),
}  # fmt: skip
GROUPS = {
    "rhythm": gettext_lazy("Rhythm of submissions"), "amounts": gettext_lazy("Amounts and growth"),
    "breadth": gettext_lazy("Breadth of work"), "payment": gettext_lazy("Payment"),
    "instruments": gettext_lazy("Instruments and due dates"), "place": gettext_lazy("Place and kind"),
}  # fmt: skip
RECENT = 10


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The question, and the last answers of the person."""
    grants.require(request.actor, "view", registry.SUBJECT)
    label = request.GET.get("label") or classifying.filled() or "category"
    if label not in classifying.LABELS:
        raise NotFound("label_unknown", "There is no such question.")
    found = classifying.values(label)
    context = {
        "title": _("Classify"), "label": label, "labels": list(LABELS.items()),
        "values": [(value, word(label, value), count) for value, count in found.items()],
        "groups": list(GROUPS.items()), "models": [(name, words.algorithm(name)) for name in classifying.MODELS],
        "recent": [_recent(job) for job in _own(request)[:RECENT]],
    }  # fmt: skip
    return render(request, "insight/scores/classify.html", context)


@require_POST
def ask(request: StaffRequest) -> HttpResponse:
    """Queue the question and show its progress."""
    job = classifying.ask(
        actor=request.actor, label=request.POST.get("label", ""), positive=request.POST.get("positive", ""),
        groups=request.POST.getlist("groups"), model=request.POST.get("model", ""),
    )  # fmt: skip
    return redirect("job", job.pk)


@require_GET
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Figures, tree, and who is alike."""
    grants.require(request.actor, "view", registry.SUBJECT)
    job = _own(request).filter(pk=pk, state=JobState.DONE).first()
    if job is None:
        raise NotFound("answer_not_found", "This answer does not exist, or somebody else asked for it.")
    result, asked = job.result, job.arguments
    positive = word(asked["label"], asked["positive"])
    title = _("%(label)s is %(value)s") % {"label": LABELS[asked["label"]], "value": positive}
    context = {
        "title": title, "result": result, "algorithm": words.algorithm(result["model"]),
        "sentences": _told(result, title),
        "figures": _figures(result), "suspicious": [features.label(name) for name in result["suspicious"]],
        "weights": [(features.label(name), f"{weight:.2f}") for name, weight in result["weights"]],
        "tree": pictures.tree_of(result["tree"], {"0": _("another"), "1": positive}, title),
        "alike": _alike(request, result["alike"]), "positive": positive,
    }  # fmt: skip
    return render(request, "insight/scores/answer.html", context)


def word(label: str, value: str) -> str:
    """A value as people call it."""
    choices: dict[str, Any] = {"stage": Stage, "tier": Tier}
    if label in choices:
        return str(choices[label](value).label) if value in choices[label].values else value
    field: Any = Customer._meta.get_field(label)
    return str(dict(field.choices or ()).get(value, value))


def _own(request: StaffRequest) -> Any:
    return Job.objects.filter(kind=classifying.JOB, actor_id=request.actor.user_id).order_by("-pk")


def _recent(job: Job) -> dict[str, Any]:
    asked = job.arguments
    return {"job": job, "done": job.state == JobState.DONE,
            "words": f"{LABELS[asked['label']]}: {word(asked['label'], asked['positive'])}"}  # fmt: skip


def _told(result: dict[str, Any], title: str) -> list[str]:
    own, plain = result["figures"]["auc"], result["baseline"]["auc"]
    said = {
        "title": title, "share": charts.percent(own[0]), "sd": f"{own[1] * 100:.1f}", "plain": charts.percent(plain[0]),
        "rows": f"{result['rows']:,}", "positives": f"{result['positives']:,}",
    }  # fmt: skip
    found = [
        _("Learned from %(rows)s customers, %(positives)s of which: %(title)s.") % said,
        _(
            "Of two unseen customers it names the right one in %(share)s of cases (± %(sd)s points; a plain regression"
            " %(plain)s)."
        )
        % said,
    ]
    if own[0] < 0.6:
        found.append(_("That is hardly better than guessing: do not rely on it."))
    return found


def _figures(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    names = {
        "auc": "AUC",
        "brier": "Brier",
        "lift_10": _("Lift of the top tenth"),
        "calibration_slope": _("Calibration slope"),
    }
    both = (result["figures"], result["baseline"])
    return [
        (label, *(f"{figures[name][0]:.3f} ± {figures[name][1]:.3f}" for figures in both))  # type: ignore[misc]
        for name, label in names.items()
    ]


def _alike(request: StaffRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the customers in the answer those that the person may see."""
    found = Customer.objects.visible_to(request.actor).in_bulk([row["customer"] for row in rows])
    return [
        {
            "customer": found[row["customer"]], "share": charts.percent(row["value"]),
            "reasons": " · ".join(
                f"{features.label(one['feature'])} {features.written(one['feature'], one['value'])}"
                for one in row["reasons"] if one["adds"] > 0
            ),
        }
        for row in rows if row["customer"] in found
    ]  # fmt: skip
