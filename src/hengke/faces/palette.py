"""What the shell brings to the palette: the pages of the side bar and the settings of its menu."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.search.commands import Command, register
from hengke.faces.context import navigation


@register
def pages(request: StaffRequest) -> Iterator[Command]:
    """Everything that the side bar shows this person, and what hangs on the person's menu."""
    for group in navigation(request.actor, ""):
        for item in group["items"]:
            yield Command("page", item["label"], item["icon"], item["url"])
    yield Command("page", _("My account"), "user", reverse("account"))
    yield Command("page", _("Interface for programs"), "instrument", reverse("api-reference"))


@register
def settings(request: StaffRequest) -> Iterator[Command]:
    """The switches of the person's menu."""
    themes = (("auto", _("System"), "auto"), ("light", _("Light"), "sun"), ("dark", _("Dark"), "moon"))
    for value, words, icon in themes:
        yield _choice("theme", _("Theme"), value, words, icon)
    for value, words in (("compact", _("Compact")), ("normal", _("Normal")), ("roomy", _("Roomy"))):
        yield _choice("density", _("Density"), value, words, "settings")
    off = request.COOKIES.get("hk_keys") == "off"
    label = _("Single-key shortcuts: on") if off else _("Single-key shortcuts: off")
    yield Command("setting", label, "keyboard", press='input[data-set="keys"]')
    yield Command("setting", _("Keyboard shortcuts"), "keyboard", press='[data-open="keys"]')


def _choice(name: str, label: str, value: str, words: str, icon: str) -> Command:
    return Command("setting", f"{label}: {words}", icon, press=f'[data-set="{name}"] > [value="{value}"]')
