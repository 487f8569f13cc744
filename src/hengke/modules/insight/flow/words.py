"""Stages in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def stage_name(stage: str) -> str:
    """A stage of the flow; those of the customer's own field have the same words."""
    names = {
        "growing": _("Growing"), "stable": _("Stable"), "declining": _("Declining"), "dormant": _("Dormant"),
        "lost": _("Lost"), "won_back": _("Won back"), "new": _("New customer"), "none": _("Not yet a customer"),
    }  # fmt: skip
    return names.get(stage, "")


def direction(origin: str, target: str) -> str:
    """up, down or same, as an institution sees it."""
    from hengke_analytics.measures.flow import ABSENT, STAGES

    if origin == target:
        return "same"
    if origin == ABSENT:
        return "down" if target in ("dormant", "lost") else "up"
    return "up" if STAGES.index(target) < STAGES.index(origin) else "down"
