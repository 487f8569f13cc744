"""Cells of a list: one function per column, made once per page; a template per cell would cost ten times as
much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hengke.engines.records.reading import referred
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Choice, Reference

Cell = Callable[[Sequence[Any]], str]
_GROUNDS = ("t1", "t2", "t3", "info", "ok", "mute")


def paths_of(catalogue: Catalogue, fields: Sequence[Field]) -> list[str]:
    """What a page has to read for these columns; a reference takes two places, key and words."""
    paths = []
    for field in fields:
        path = catalogue.paths[field.name]
        paths.append(path)
        if isinstance(field.kind, Reference):
            paths.append(referred.path(catalogue, field))
    return paths


def compile_row(
    catalogue: Catalogue, fields: Sequence[Field], *, url: str, trail: str, pick: bool, edit: bool = False
) -> Cell:
    """The function from a row (primary key, then the values of `paths_of`) to its markup.

    `url` is the address of an object with the key 0 in place of its own; `trail` is what keeps the list's
    state; with `edit`, cells say which field they show, so that they can be changed in place.
    """
    start, _zero, end = url.rpartition("0")
    cells, at = [], 2
    for field in fields[1:]:
        cells.append(_cell(field, at, edit=edit and field.write and field.inline))
        at += 2 if isinstance(field.kind, Reference) else 1
    select, check = escape(_("Select")), '<input class="cb" type="checkbox" name="ids"'

    def row(values: Sequence[Any]) -> str:
        key = values[0]
        link = f"{start}{key}{end}{trail}"
        box = (
            f'<td class="pick">{check} value="{key}" aria-label="{select} {escape(values[1])}"></td>'
            if pick
            else ""
        )
        own = f' data-pk="{key}"' if edit else ""
        return f"<tr{own}>{box}{_lead(values[1], link)}{''.join([cell(values) for cell in cells])}</tr>"

    return row


def _lead(name: str, link: str) -> str:
    text = name.strip() or "?"
    ground = _GROUNDS[sum(map(ord, text)) % len(_GROUNDS)]
    return (
        f'<td class="lead"><div class="row"><span class="av {ground}" aria-hidden="true">{escape(text[0])}</span>'
        f'<span class="nm"><a data-row-link href="{link}">{escape(text)}</a></span></div></td>'
    )


def _cell(field: Field, at: int, *, edit: bool | None = False) -> Cell:
    label, show, tone = escape(str(field.label)), field.kind.show, field.tone
    if isinstance(field.kind, Choice):
        # A page shows the same few words over and over, and each is looked up and translated.
        show = cache(show)
    classes = " ".join(filter(None, ("num" if field.kind.numeric else "", "id" if field.mono else "")))
    place = f' data-f="{field.name}"' if edit else ""
    kinds = f' class="{classes}"' if classes else ""
    open_tag = f'<td{kinds} data-label="{label}"{place}>'
    if isinstance(field.kind, Reference):
        named = field.kind.named
        return lambda values: f"{open_tag}{named(values[at], values[at + 1])}</td>"

    def cell(values: Sequence[Any]) -> str:
        value = values[at]
        if value is None or value == "":
            # An empty cell disappears on a phone; a missing growth still says that it is missing.
            return f"{open_tag}{show(value) if value is None else ''}</td>"
        kind = tone(value) if tone else ""
        shown = show(value)
        return (
            f'{open_tag}<span class="bdg {kind}">{shown}</span></td>' if kind else f"{open_tag}{shown}</td>"
        )

    return cell


def value_markup(field: Field, value: Any, words: Any = None) -> SafeString:
    """One value on a record page; `words` is the name of a referenced object."""
    if isinstance(field.kind, Reference):
        return mark_safe(field.kind.named(value, words))  # noqa: S308 (escaped)
    shown = "" if value is None or value == "" else field.kind.show(value)
    kind = field.tone(value) if field.tone and value is not None else ""
    if kind:
        shown = f'<span class="bdg {kind}">{shown}</span>'
    return mark_safe(shown)  # noqa: S308 (kinds give safe markup)
