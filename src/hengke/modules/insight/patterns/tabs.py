"""The places of this part of the menu, one beside the other."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def tabs(current: str) -> list[dict[str, Any]]:
    """All places, the current one marked."""
    places = (
        ("rules", _("What goes together"), "/patterns"), ("sequences", _("What follows"), "/patterns/sequences"),
        ("offers", _("What to offer whom"), "/patterns/offers"), ("groups", _("Customer groups"), "/groups"),
        ("reactions", _("Groups by reaction"), "/groups/reactions"),
    )  # fmt: skip
    return [{"label": label, "url": url, "current": name == current} for name, label, url in places]
