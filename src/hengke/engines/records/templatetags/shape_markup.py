"""Cards of a board and entries of a calendar: written by one function per page, as the cells of a list are.

A page shows some hundred of them; a template takes ten times as long for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hengke.engines.records.schema.addresses import address
from hengke.engines.records.shapes.board import Card, Column
from hengke.engines.records.shapes.calendar import Entry

register = template.Library()


@register.simple_tag
def board_cards(record: Any, column: Column, columns: Sequence[Column], movable: object) -> SafeString:
    """The cards of one column; with `movable`, each can be dragged and has a choice of columns."""
    link, choice = _links(record), _choice(column, columns) if movable else None
    return mark_safe("".join([_card(card, link, choice) for card in column.cards]))  # noqa: S308 (escaped)


@register.simple_tag
def calendar_entries(
    record: Any, entries: Sequence[Entry], movable: object, warning: SafeString
) -> SafeString:
    """What is on one day; `warning` marks what overlaps."""
    link, drag = _links(record), ' draggable="true"' if movable else ""
    conflict = _conflict(warning) if any(entry.conflict for entry in entries) else ""
    shown = [_entry(entry, link(entry.pk), drag, conflict if entry.conflict else "") for entry in entries]
    return mark_safe("".join(shown))  # noqa: S308 (escaped)


def _links(record: Any) -> Callable[[int], str]:
    """The address of a page by key; the address with the key 0 is looked up once."""
    start, _zero, end = address(record.slug, "page", 0).rpartition("0")
    return lambda pk: f"{start}{pk}{end}"


def _choice(column: Column, columns: Sequence[Column]) -> Callable[[Card], str]:
    """The choice by which a card is moved without dragging; its options are the same in the whole column."""
    options = "".join(
        f'<option value="{escape(other.value)}"{" selected" if other is column else ""}>{escape(other.label)}</option>'
        for other in columns
    )
    words = _("Move %(name)s to")

    def choice(card: Card) -> str:
        label = escape(words % {"name": card.title})
        return (
            f'<label class="sr" for="move-{card.pk}">{label}</label>'
            f'<select class="inp sm mv" id="move-{card.pk}" data-to>{options}</select>'
        )

    return choice


def _card(card: Card, link: Callable[[int], str], choice: Callable[[Card], str] | None) -> str:
    facts = "".join(
        f'<div class="sub clip" title="{escape(label)}">{escape(text)}</div>\n' for label, text in card.facts
    )
    drag, move = (' draggable="true"', choice(card)) if choice else ("", "")
    return (
        f'<li class="bcard" data-pk="{card.pk}" data-version="{card.version}"{drag}>'
        f'<a href="{link(card.pk)}">{escape(card.title)}</a>\n{facts}{move}</li>\n'
    )


def _conflict(warning: SafeString) -> str:
    words = escape(_("Overlaps with another entry of the same person"))
    return f'<span class="bdg warn" title="{words}">{warning}<span class="sr">{words}</span></span>'


def _entry(entry: Entry, url: str, drag: str, conflict: str) -> str:
    title, sub = escape(entry.title), escape(entry.sub)
    tone, hint = f" {entry.tone}" if entry.tone else "", f" · {sub}" if sub else ""
    at, further = f"<b>{entry.at}</b> " if entry.at else "", f' <span class="sub">{sub}</span>' if sub else ""
    return (
        f'<li class="ce{tone}" data-pk="{entry.pk}" data-version="{entry.version}"{drag}>'
        f'<a href="{url}" title="{title}{hint}">{at}{title}{further}</a>{conflict}</li>'
    )
