"""Names of tones and needs."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

TONES = ("positive", "neutral", "negative")
BADGES = {"positive": "ok", "neutral": "mute", "negative": "bad"}


def tone_name(tone: str) -> str:
    return {
        "positive": pgettext("tone", "Satisfied"), "neutral": pgettext("tone", "Neutral"),
        "negative": pgettext("tone", "Dissatisfied"),
    }[tone]  # fmt: skip


def need_names() -> dict[str, str]:
    """Code -> words."""
    return {
        "on_site": _("Service on site"), "urgent": _("Urgent work"), "quote": _("A quote"), "discount": _("A discount"),
        "certificate": _("Certificates"), "invoice": _("Invoices and statements"), "reminder": _("Reminders when due"),
        "training": pgettext("need", "Training"), "repair": _("Repair and adjustment"),
        "logistics": _("Fetching and sending"), "scope": _("Further capabilities"), "online": _("Handling online"),
    }  # fmt: skip
