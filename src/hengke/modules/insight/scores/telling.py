"""A model's card in a director's words: how good, which algorithm and why, whether to trust it, what has changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from hengke.engines.charts import percent
from hengke.modules.insight.enums import ScoreKind
from hengke.modules.insight.models import ModelVersion
from hengke.modules.insight.scores import features, words

#: A calibration slope within these bounds lets probabilities be taken at their word.
SURE, SHY = 0.8, 1.25
SOME, MUCH = 0.1, 0.25
OTHERS = ("nn", "logistic", "boosted")


def sentences(version: ModelVersion) -> list[str]:
    """What the figures mean, best first."""
    return [*_ranking(version), _choice(version), *_probabilities(version), _kept(version)]


def _ranking(version: ModelVersion) -> Iterator[str]:
    figures = version.card["figures"]
    own = figures[version.algorithm]
    yield _(
        "Of two customers, %(asked)s, the model names the right one in %(share)s of cases"
        " (95 %% sure: %(low)s to %(high)s)."
    ) % {"asked": _pair(version.kind), **_interval(own["auc"])}
    if version.kind != ScoreKind.CREDIT:
        yield _("In the tenth with the highest risk it happens %(times)s times as often as on average.") % {
            "times": f"{own['lift_10']['value']:.1f}"
        }
    gain = version.card["above_plain"]
    told = {"gain": _points(gain["value"]), "plain": percent(figures["plain"]["auc"]["value"])}
    if gain["low"] > 0:
        yield (
            _("A plain regression reaches %(plain)s; the gain of %(gain)s points is more than chance.") % told
        )
    else:
        yield (
            _("A plain regression reaches %(plain)s; the difference of %(gain)s points may be chance.") % told
        )
    yield _("One figure alone (%(feature)s) reaches %(rule)s.") % {
        "feature": features.label(_rule(version.kind)), "rule": percent(figures["rule"]["auc"]["value"]),
    }  # fmt: skip


def _choice(version: ModelVersion) -> str:
    """Which algorithm, beside which, and why."""
    figures, chosen = version.card["figures"], version.algorithm
    others = [name for name in OTHERS if name != chosen]
    beside = _(", ").join(
        f"{words.algorithm(name)} {percent(figures[name]['auc']['value'], 1)}" for name in others
    )
    told = {
        "name": words.algorithm(chosen), "share": percent(figures[chosen]["auc"]["value"], 1), "beside": beside,
    }  # fmt: skip
    best = max(OTHERS, key=lambda name: figures[name]["auc"]["value"])
    if best == chosen:
        return _("%(name)s is the best of three on customers it had not seen: %(share)s (%(beside)s).") % told
    own = figures[chosen]["auc"]
    if own["low"] <= figures[best]["auc"]["value"] <= own["high"]:
        return (
            _(
                "%(name)s reaches %(share)s (%(beside)s): no difference beyond chance. It was chosen before looking at"
                " these customers, so the figure is honest."
            )
            % told
        )
    return (
        _("%(name)s reaches %(share)s, less than the best (%(beside)s): train again with newer data.") % told
    )


def _probabilities(version: ModelVersion) -> Iterator[str]:
    slope = version.card["figures"][version.algorithm]["calibration_slope"]["value"]
    if slope < SURE:
        yield _("It is too sure of itself: high risks come out lower than it says, low ones higher.")
    elif slope > SHY:
        yield _("It is cautious: differences between customers are larger than it says.")
    else:
        yield _(
            "Its probabilities can be taken at their word: of ten customers with 30 %, about three do it."
        )


def _kept(version: ModelVersion) -> str:
    card = version.card
    told = {"cases": f"{card['cases']:,}", "hits": f"{card['hits']:,}", "day": version.tested_on}
    if card["kept"] == "later_day":
        return (
            _(
                "Judged on %(cases)s customers as of %(day)s, %(hits)s of them cases; the models had learned only from"
                " what was known by then."
            )
            % told
        )
    return (
        _(
            "Judged on %(cases)s cases of customers left out in turn (%(hits)s hits): the history is too short for"
            " a test on a later day."
        )
        % told
    )


def why(version: ModelVersion) -> str:
    """Why a version is in force, waits, or was taken out of force."""
    told = version.why
    parts = {
        "auc": percent(told.get("auc", 0), 1), "old_auc": percent(told.get("old_auc", 0), 1),
        "old": told.get("old", ""),
        "name": version.decided_by.name if version.decided_by else "–",
    }  # fmt: skip
    return {
        "first": _("First version of its kind"),
        "better": _("Better than version %(old)s on the same customers: %(auc)s against %(old_auc)s"),
        "newer": _("As good as version %(old)s (%(auc)s against %(old_auc)s) and knows newer data"),
        "not_better": _(
            "Not better than version %(old)s: %(auc)s against %(old_auc)s; that one stays in force"
        ),
        "other_basis": _("Learned from another basis"),
        "decided": _("Decided by %(name)s"),
    }.get(told.get("code", ""), "") % parts


def drift(version: ModelVersion) -> tuple[str, str, list[tuple[str, str]]]:
    """A sentence about what has changed since the training day, its tone, and the features that moved most."""
    told = version.drift
    if not told:
        return _("Nothing has been scored by this version yet."), "mute", []
    moved = [(features.label(name), f"{value:.2f}") for name, value in told["features"] if value >= SOME][:5]
    worst = max([told["scores"], *(value for _name, value in told["features"][:1])])
    if worst < SOME:
        return _("Customers are as they were when it was trained."), "ok", moved
    if worst < MUCH:
        return _("Customers have changed a little since it was trained."), "warn", moved
    return _("Customers are other than when it was trained: train it again."), "bad", moved


def _pair(kind: str) -> str:
    return {
        ScoreKind.CHURN: _("one who leaves and one who stays"),
        ScoreKind.LATE: _("one who pays late and one who pays in time"),
        ScoreKind.CREDIT: _("one who pays in time and one who does not"),
    }[ScoreKind(kind)]


def _rule(kind: str) -> str:
    return "silence" if kind == ScoreKind.CHURN else "late_share"


def _interval(figure: dict[str, float]) -> dict[str, Any]:
    return {"share": percent(figure["value"]), "low": percent(figure["low"]), "high": percent(figure["high"])}


def _points(share: float) -> str:
    return f"{share * 100:.1f}"
