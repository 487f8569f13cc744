"""Scores in a business person's words: bands, reasons, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hengke.engines.charts import percent
from hengke.modules.insight.enums import Band
from hengke.modules.insight.scores import features
from hengke.modules.insight.services.scoring.kinds import RISKS

_RISK_BANDS = {
    Band.GOOD: pgettext_lazy("risk", "Low"), Band.FAIR: pgettext_lazy("risk", "Medium"),
    Band.POOR: pgettext_lazy("risk", "High"), Band.GONE: gettext_lazy("Has left"),
}  # fmt: skip
TONES = {Band.GOOD: "ok", Band.FAIR: "info", Band.POOR: "bad", Band.GONE: "mute"}
ALGORITHMS = {
    "nn": gettext_lazy("Neural network"), "logistic": gettext_lazy("Logistic regression"),
    "boosted": gettext_lazy("Boosted trees"), "tree": gettext_lazy("Decision tree"),
    "plain": gettext_lazy("Plain logistic regression"), "rule": gettext_lazy("Rule of thumb"),
}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """One reason: what, its value, its place among customers, and how far it moves the score towards good."""

    label: str
    value: str
    place: str
    towards_good: float

    @property
    def sentence(self) -> str:
        """ "since the last submission 412 days (more than 93% of customers): speaks against it"."""
        effect = _("speaks for it") if self.towards_good > 0 else _("speaks against it")
        parts = {"label": self.label, "value": self.value, "place": self.place, "effect": effect}
        if not self.place:
            return _("%(label)s %(value)s: %(effect)s") % parts
        return _("%(label)s %(value)s (%(place)s): %(effect)s") % parts


def band(kind: str, code: str) -> str:
    """The word for a band: of a risk low, medium or high, of a quality good, fair or poor."""
    return str(_RISK_BANDS[Band(code)] if kind in RISKS else Band(code).label)


def reasons(kind: str, told: list[dict[str, Any]]) -> list[Reason]:
    """The stored reasons of a score in words, the strongest first."""
    return [
        Reason(
            features.label(one["feature"]), features.written(one["feature"], one["value"]), _place(one["place"]),
            -one["adds"] if kind in RISKS else one["adds"],
        )
        for one in told
    ]  # fmt: skip


def algorithm(name: str) -> str:
    """What an algorithm is called."""
    return str(ALGORITHMS.get(name, name))


def _place(share: float | None) -> str:
    if share is None:
        return ""
    if share < 0.5:
        return _("less than %(share)s of customers") % {"share": percent(1 - share)}
    return _("more than %(share)s of customers") % {"share": percent(share)}
