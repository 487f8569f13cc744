"""Template tags of the design system: icons, small components, preferences and numbers."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.charts.svg import el

register = template.Library()

# What a person may choose, kept in a cookie so that the first paint is already right without a script.
PREFERENCES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "density": ("normal", "compact", "roomy"),
    "side": ("wide", "rail"),
    "keys": ("on", "off"),
}
TIERS = {"vip": ("t1", 4), "major": ("t2", 3), "regular": ("t3", 2), "small": ("t4", 1)}
LEVEL_ICONS = {"success": "ok", "error": "error", "warning": "warning"}
MINUS = "−"


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("hengke/icons.svg")


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """One drawing of the sprite; `size` is "", "s" or "l"; without a `label` it is decoration."""
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    # The size stands in the markup too, so that a page whose style sheet failed stays readable.
    edge = {"s": 14, "l": 20}.get(size, 16)
    shape = '<svg class="ic {}" width="{}" height="{}" {}><use href="{}#{}"/></svg>'
    return format_html(shape, size, edge, edge, meaning, _sprite(), name)


@register.simple_tag(takes_context=True)
def preference(context: template.Context, name: str) -> str:
    """The person's choice, the first one when there is none that is ours; an address may state a density."""
    choices = PREFERENCES[name]
    request = context.get("request")
    chosen = request.COOKIES.get(f"hk_{name}", "") if request else ""
    if name == "density" and request and request.GET.get(name) in choices:
        chosen = request.GET[name]
    return chosen if chosen in choices else choices[0]


@register.filter
def html_lang(code: str) -> str:
    """Django's "zh-hans" as the language tag "zh-Hans"."""
    language, _dash, script = code.partition("-")
    return f"{language}-{script.title()}" if len(script) == 4 else code


@register.simple_tag
def tier(code: str) -> SafeString:
    """Pill of a customer tier: rising bars and the word, never colour alone."""
    if code not in TIERS:
        return mark_safe("")
    cls, lit = TIERS[code]
    bars = [
        el("rect", cls=None if i < lit else "off", x=3 * i, y=7 - 2 * i, width=2, height=3 + 2 * i, rx=0.6)
        for i in range(4)
    ]
    drawing = el("svg", *bars, viewBox="0 0 11 10", aria_hidden="true")
    return format_html('<span class="tier {}">{}{}</span>', cls, drawing, tier_name(code))


@register.filter
def tier_name(code: str) -> str:
    """The word for a tier."""
    words = {
        "vip": _("VIP"),
        "major": _("Major"),
        "regular": _("Regular"),
        "small": pgettext("tier", "Small"),
    }
    return words.get(code, code)


@register.simple_tag
def badge(text: object, kind: str = "", icon_name: str = "") -> SafeString:
    """A short state word; `kind` is ok, warn, bad, info, mute or t1 to t4."""
    drawing = icon(icon_name) if icon_name else mark_safe("")
    return format_html('<span class="bdg {}">{}{}</span>', kind, drawing, text)


@register.simple_tag
def avatar(name: object, kind: str = "") -> SafeString:
    """The first character of a name on a ground of one of six colours that stays the same for the name."""
    text = str(name).strip() or "?"
    grounds = ("t1", "t2", "t3", "info", "ok", "mute")
    own = any(part in {*grounds, "t4", "bad", "warn"} for part in kind.split())
    ground = "" if own else grounds[sum(map(ord, text)) % len(grounds)]
    return format_html('<span class="av {} {}" aria-hidden="true">{}</span>', ground, kind, text[0].upper())


@register.simple_tag
def delta(value: Decimal | float | None, digits: int = 1) -> SafeString:
    """A change as a ratio (0.082 -> +8.2%), green up, red down; a dash when it cannot be said."""
    if value is None:
        return mark_safe('<span class="flat">–</span>')
    direction = "up" if value > 0 else "down" if value < 0 else "flat"
    return format_html('<span class="{}">{}</span>', direction, signed_percent(value, digits))


@register.filter
def signed_percent(value: Decimal | float | None, digits: int = 1) -> str:
    """0.082 -> +8.2%, with a true minus sign."""
    if value is None:
        return "–"
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return f"{sign}{abs(float(value)) * 100:,.{digits}f}%"


@register.filter
def percent(value: Decimal | float | None, digits: int = 1) -> str:
    """0.934 -> 93.4%."""
    return "–" if value is None else f"{float(value) * 100:,.{digits}f}%".replace("-", MINUS)


@register.filter
def grouped(value: Decimal | float | int | None, digits: int = 0) -> str:
    """12345.6 -> 12,346 with the asked number of decimal places."""
    return "–" if value is None else f"{value:,.{digits}f}".replace("-", MINUS)


@register.filter
def money(value: Decimal | None) -> str:
    """An amount to the cent with separators."""
    return grouped(value, 2)


@register.filter
def wan(value: Decimal | float | None, digits: int = 1) -> str:
    """An amount in units of ten thousand (万元), as directors read it."""
    return "–" if value is None else grouped(value / 10_000, digits)


@register.filter
def undo_url(message: Message) -> str:
    """The address in `extra_tags="undo=/path/"` of a message whose change can be taken back."""
    tags = (message.extra_tags or "").split()
    urls = [tag.removeprefix("undo=") for tag in tags if tag.startswith("undo=/")]
    return next((url for url in urls if url_has_allowed_host_and_scheme(url, allowed_hosts=None)), "")


@register.filter
def level_icon(level: str) -> str:
    """Icon of a message level."""
    return LEVEL_ICONS.get(level, "info")


@register.simple_block_tag
def card(
    content: str, title: str = "", sub: str = "", more_url: str = "", more: str = "", cls: str = ""
) -> Any:
    """{% card title=… %}…{% endcard %}: a titled panel with an optional link on the right."""
    link = format_html(
        '<span class="grow"></span><a class="link" href="{}">{}</a>', more_url, more or _("All")
    )
    head = format_html(
        "<header><h2>{}</h2>{}{}</header>",
        title,
        format_html('<span class="sub">{}</span>', sub) if sub else "",
        link if more_url else "",
    )
    return format_html(
        '<section class="card {}">{}<div class="in">{}</div></section>', cls, head if title else "", content
    )


@register.simple_block_tag
def note(content: str, title: str = "", kind: str = "info", icon_name: str = "") -> Any:
    """{% note title=… kind="warn" %}…{% endnote %}: what a person should know, with its icon."""
    drawing = icon(icon_name or {"ok": "ok", "warn": "warning", "bad": "error"}.get(kind, "info"))
    head = format_html('<b class="ttl">{}</b>', title) if title else ""
    return format_html(
        '<div class="note {}">{}<div class="grow">{}{}</div></div>', kind, drawing, head, content
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str, cls: str = "") -> Any:
    """{% dialog id="x" title=… %}…{% enddialog %}; any element with data-open="x" opens it."""
    close = format_html('<button class="btn ghost sq sm" aria-label="{}">{}</button>', _("Close"), icon("x"))
    return format_html(
        '<dialog id="{}" class="{}" aria-labelledby="{}-title"><header><h2 id="{}-title">{}</h2>'
        '<form method="dialog">{}</form></header><div class="in">{}</div></dialog>',
        id,
        cls,
        id,
        id,
        title,
        close,
        content,
    )
