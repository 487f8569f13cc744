"""Pictures of a model's card: reliability, lift, what weighs most, and the readable tree."""

from __future__ import annotations

import math
import re
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.modules.insight.models import ModelVersion
from hengke.modules.insight.scores import features

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def reliability(version: ModelVersion) -> charts.Chart:
    """What was said beside what came true, in tenths of the customers."""
    rows = version.card["curves"]["reliability"]
    labels = [str(number) for number in range(1, len(rows) + 1)]
    said, true = (
        charts.Series(_("said"), [row[0] for row in rows]),
        charts.Series(_("came true"), [row[1] for row in rows]),
    )
    return charts.bars(
        labels, [said, true], title=_("Does what it says come true?"), head=_("Tenth of the customers"),
        fmt=charts.percent, colours=["was", "now"],
    )  # fmt: skip


def lift(version: ModelVersion) -> charts.Chart:
    """How many cases are found when so many customers are asked, beside asking at random."""
    rows = version.card["curves"]["lift"]
    labels = [charts.percent(row[0]) for row in rows]
    found = charts.Series(_("by the model"), [row[1] for row in rows])
    chance = charts.Series(_("at random"), [row[0] for row in rows])
    return charts.lines(
        labels, [found, chance], title=_("How many are found?"), head=_("Customers asked"), fmt=charts.percent
    )


def weights(version: ModelVersion) -> list[tuple[str, charts.Svg, str]]:
    """The features that move scores most, each with a bar."""
    rows = version.card["weights"][:10]
    most = max((weight for _name, weight in rows), default=1.0) or 1.0
    return [(features.label(name), charts.share_bar(weight / most), f"{weight:.2f}") for name, weight in rows]


def tree(version: ModelVersion) -> tuple[SafeString, list[str]] | None:
    """The tree as a drawing, and its rules in words, the riskiest first."""
    if not version.card.get("tree"):
        return None
    return tree_of(version.card["tree"], {"0": _("pays in time"), "1": _("pays late")}, _("Who pays late"))


def tree_of(told: dict[str, Any], classes: dict[str, str], title: str) -> tuple[SafeString, list[str]]:
    """Any tree with its classes renamed."""
    from hengke_analytics.mining.scores.trees.drawing import drawing

    named = _named(told, classes)
    rules = sorted(_rules(named, [], list(classes.values())[-1]), key=lambda rule: -rule[0])
    return mark_safe(drawing(named, title=title)), [words for _share, words in rules]  # noqa: S308 (drawing escapes)


def _named(node: dict[str, Any], classes: dict[str, str]) -> dict[str, Any]:
    """The same tree in words."""
    told = node | {
        "class": classes.get(node["class"], node["class"]),
        "probability": {classes.get(name, name): share for name, share in node["probability"].items()},
    }
    if node.get("branches"):
        told["feature"] = features.label(node["feature"])
        told["branches"] = [
            {"value": _branch(node["feature"], branch["value"]), "node": _named(branch["node"], classes)}
            for branch in node["branches"]
        ]
    return told


def _branch(feature: str, name: str) -> str:
    if feature not in features.FEATURES or not features.FEATURES[feature].unit:
        return name
    # A boundary between whole numbers lies midway: what is below 2.5 is below 3.
    whole = features.FEATURES[feature].unit in features.WHOLE
    return _NUMBER.sub(
        lambda found: features.written(feature, str(math.ceil(float(found[0]))) if whole else found[0]), name
    )


def _rules(node: dict[str, Any], path: list[str], positive: str) -> list[tuple[float, str]]:
    if not node.get("branches"):
        share = node["probability"][positive]
        told = {
            "conditions": _(", ").join(path) or _("always"), "share": charts.percent(share),
            "rows": f"{node['rows']:,}", "outcome": positive,
        }  # fmt: skip
        return [(share, _("%(conditions)s: %(outcome)s in %(share)s of %(rows)s cases") % told)]
    return [
        rule
        for branch in node["branches"]
        for rule in _rules(branch["node"], [*path, f"{node['feature']} {branch['value']}"], positive)
    ]
