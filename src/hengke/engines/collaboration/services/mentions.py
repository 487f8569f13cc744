"""People named in a text by "@": who is meant, who may be meant, and the people offered while one types."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe

from hengke.engines.access.models import User
from hengke.engines.collaboration.subjects import Subject
from hengke.engines.records.search.tokens import normal, sounds

Mention = tuple[int, str]
OFFERED = 8
MOST = 50
"""So many people can be named in one text."""


@dataclass(frozen=True)
class Offer:
    """A person offered after "@": `word` is what goes into the text."""

    user: User
    word: str
    allowed: bool


def read(subject: Subject, text: str) -> list[Mention]:
    """The people whom a text names and who may see the object; one query, and one per person named."""
    if "@" not in text:
        return []
    words = _words()
    named: dict[int, str] = {}
    for part in text.split("@")[1:]:
        user, word = _longest(words, part)
        if user is not None and user.pk not in named and len(named) < MOST:
            named[user.pk] = word if subject.seen_by(user) else ""
    return [(pk, word) for pk, word in named.items() if word]


def offers(subject: Subject, typed: str) -> list[Offer]:
    """People whose name, user name or sound begins as typed, with whether they may see the object."""
    wanted = normal(typed).replace(" ", "")
    people = _people()
    names = Counter(user.name for user in people)
    found = [user for user in people if _fits(user, wanted)][:OFFERED]
    return [
        Offer(user, user.name if names[user.name] == 1 else user.username, subject.seen_by(user)) for user in found
    ]  # fmt: skip


def markup(text: str, mentions: list[Mention]) -> SafeString:
    """The text with the people named standing out and addresses as links; everything else is escaped."""
    words = sorted({f"@{word}" for _pk, word in mentions}, key=len, reverse=True)
    parts, rest = [], text
    while rest:
        found = [(rest.find(word), -len(word), word) for word in words if word in rest]
        at, _length, word = min(found, default=(len(rest), 0, ""))
        parts.append(mark_safe(urlize(rest[:at], nofollow=True, autoescape=True)))  # noqa: S308 (escaped there)
        if word:
            parts.append(format_html('<b class="at">{}</b>', word))
        rest = rest[at + len(word) :]
    return format_html_join("", "{}", ((part,) for part in parts))


def _people() -> list[User]:
    return list(User.objects.filter(is_active=True).select_related("unit").order_by("name", "pk"))


def _words() -> dict[str, User | None]:
    """What names whom: every user name, and every name that only one person has."""
    people = _people()
    words: dict[str, User | None] = {}
    for user in people:
        words[user.name] = None if user.name in words else user
    return words | {user.username: user for user in people}


def _longest(words: dict[str, User | None], text: str) -> tuple[User | None, str]:
    fitting = [word for word in words if text.startswith(word) and _ends(text, word)]
    word = max(fitting, key=len, default="")
    return words.get(word), word


def _ends(text: str, word: str) -> bool:
    """Latin words end where letters end: @ann is nobody in @anna. Chinese runs on."""
    after = text[len(word) : len(word) + 1]
    return not (word[-1:].isascii() and after.isascii() and (after.isalnum() or after in "_-"))


def _fits(user: User, wanted: str) -> bool:
    spoken = (user.name, user.username)
    if not wanted or any(normal(word).startswith(wanted) for word in spoken) or wanted in normal(user.name):
        return True
    return wanted.isascii() and any(sound.startswith(wanted) for sound in sounds([normal(user.name)]))
