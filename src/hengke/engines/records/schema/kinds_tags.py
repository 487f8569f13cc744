"""Tags: a few free words on an object, kept as "|one|two|" so that each can be found by one comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hengke.engines.records.schema.kinds import CHOICE_OPERATORS, Kind, unreadable
from hengke.kernel.filters import Condition, Filter, Not, Or

MAX_TAGS, MAX_LENGTH = 30, 40
_BETWEEN = re.compile(r"[|,，、;；\n]+")


class Tags(Kind):
    """Several words; a filter asks for one of them."""

    operators = CHOICE_OPERATORS
    control = "tags"
    json_type = list[str]

    def read(self, text: str) -> str:
        """One tag."""
        found = split(text)
        if len(found) != 1 or "\x00" in text:
            raise unreadable(text)
        return found[0]

    def show(self, value: Any) -> str:
        return " ".join(f'<span class="bdg mute">{escape(tag)}</span>' for tag in split(value))

    def plain(self, value: Any) -> str:
        return "、".join(split(value))

    def label(self, value: Any) -> str:
        """Words of a stored value, or of the list that an event keeps."""
        return "、".join(value) if isinstance(value, list) else self.plain(value)

    def json(self, value: Any) -> list[str]:
        return split(value)


def split(text: Any) -> list[str]:
    """The tags in what is stored or entered: each once, in their order."""
    words = (word.strip() for word in _BETWEEN.split(str(text or "")))
    return list(dict.fromkeys(word for word in words if word))


def joined(tags: Iterable[str]) -> str:
    """The stored form."""
    found = list(dict.fromkeys(tags))
    return f"|{'|'.join(found)}|" if found else ""


def condition(name: str, op: str, value: Any) -> Filter:
    """A condition on tags by comparisons that the database knows."""
    if op == "ne":
        return Not(_has(name, value))
    if op == "in":
        return Or(tuple(_has(name, one) for one in value))
    return _has(name, value)


def _has(name: str, tag: str) -> Condition:
    return Condition(name, "contains", f"|{tag}|")


class TagsField(forms.CharField):
    """Words with commas between them; gives the stored form."""

    default_error_messages = {
        "too_many": _("Give at most %(n)d tags."),
        "too_long": _("A tag has at most %(n)d characters."),
    }

    def prepare_value(self, value: Any) -> Any:
        """What the control shows."""
        return "、".join(split(value)) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        """The stored form."""
        found = split(super().clean(value))
        if len(found) > MAX_TAGS:
            raise ValidationError(self.error_messages["too_many"] % {"n": MAX_TAGS})
        if any(len(tag) > MAX_LENGTH for tag in found):
            raise ValidationError(self.error_messages["too_long"] % {"n": MAX_LENGTH})
        return joined(found)
