"""Rich text: of what people paste, only what formats words is kept; nothing in it can run or load anything."""

from __future__ import annotations

from html import escape, unescape
from typing import Any

from django import forms

from hengke.engines.records.custom.markup import MarkupColumn, words_of
from hengke.engines.records.schema.kinds import LongText

TAGS = frozenset({
    "p", "br", "b", "strong", "i", "em", "u", "s", "h2", "h3", "ul", "ol", "li", "blockquote", "a", "code", "pre",
})  # fmt: skip


def clean(text: str) -> str:
    """The part of `text` that is kept; text without any markup becomes paragraphs."""
    import nh3

    if "<" not in text:
        return _paragraphs(text)
    made = nh3.clean(
        text, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    if "<" not in made:
        return _paragraphs(made)
    return made.strip() if words_of(made) else ""


def _paragraphs(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "".join(f"<p>{escape(unescape(line))}</p>" for line in lines)


class RichText(LongText):
    """Words with headings, lists, links and emphasis."""

    control = "area"

    def parse(self, text: str) -> Any:
        """What a cell of a file writes; a condition names words, which `read` leaves as they are."""
        return clean(self.read(text))

    def show(self, value: Any) -> str:
        # Cleaned again: what is shown must not depend on who stored it, or when.
        return f'<div class="rich">{clean(str(value))}</div>' if value else ""

    def plain(self, value: Any) -> str:
        return words_of(str(value)) if value else ""

    def said(self, value: Any) -> str:
        return self.plain(value)


class Editor(forms.Textarea):
    """Several lines that a script turns into an editor; also what was refused comes back without what is not kept."""

    def format_value(self, value: Any) -> Any:
        return clean(str(value)) if value else value


class RichColumn(MarkupColumn):
    """Rich text; whatever door it comes through, only what is kept is stored."""

    def to_json(self, value: Any) -> Any:
        return super().to_json(clean(str(value)) if value else value)

    def formfield(self, **options: Any) -> Any:
        """The editor."""
        made = super().formfield(**options | {"widget": Editor(attrs={"rows": 6, "data-rich": ""})})
        made.clean = _cleaned(made.clean)
        return made


def _cleaned(before: Any) -> Any:
    return lambda value: clean(before(value) or "")
