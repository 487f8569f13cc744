"""Notices in words, through the eyes of who reads them now: what one may no longer see has no name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hengke.engines.access.actor import Actor
from hengke.engines.notices import kinds
from hengke.engines.notices.models import Notice

PIECE = 30
Shown = tuple[str, str]
"""Title and address of a subject."""
# (actor, subject type, keys) -> what the actor may see of them; None when the type is another reader's.
Reader = Callable[[Actor, str, Sequence[int]], dict[int, Shown] | None]
_readers: list[Reader] = []


@dataclass(frozen=True)
class Line:
    """A notice as pages show it; `url` is empty when there is nowhere to go."""

    notice: Notice
    icon: str
    text: str
    detail: str
    url: str


def register_reader(reader: Reader) -> None:
    """Let `reader` name the subjects of the types it knows, within the actor's rights."""
    if reader not in _readers:
        _readers.append(reader)


def lines(actor: Actor, *, limit: int = PIECE, before: int = 0, unread: bool = False) -> list[Line]:
    """The newest notices of the actor; one query and one per type of subject."""
    rows = Notice.objects.filter(recipient_id=actor.user_id).select_related("actor").order_by("-at", "-pk")
    if unread:
        rows = rows.filter(read_at=None)
    if before:
        last = Notice.objects.filter(pk=before, recipient_id=actor.user_id).values("at")[:1]
        rows = rows.filter(at__lt=last)
    found = list(rows[:limit])
    seen = _subjects(actor, found)
    return [_line(row, seen.get((row.subject_type, row.subject_id))) for row in found]


def address(actor: Actor, notice: Notice) -> str:
    """Where the notice leads for the actor; empty when nowhere."""
    shown = _subjects(actor, [notice]).get((notice.subject_type, notice.subject_id))
    return shown[1] if shown else ""


def _subjects(actor: Actor, notices: Iterable[Notice]) -> dict[tuple[str, int | None], Shown]:
    keys: dict[str, set[int]] = {}
    for notice in notices:
        if notice.subject_id is not None:
            keys.setdefault(notice.subject_type, set()).add(notice.subject_id)
    found: dict[tuple[str, int | None], Shown] = {}
    for kind, pks in keys.items():
        answers = (reader(actor, kind, sorted(pks)) for reader in _readers)
        known = next((answer for answer in answers if answer is not None), {})
        found |= {(kind, pk): shown for pk, shown in known.items()}
    return found


def _line(notice: Notice, shown: Shown | None) -> Line:
    kind = kinds.of(notice.kind)
    payload = notice.payload
    if notice.subject_id is not None and shown is None:
        gone = _("This is about something that is no longer there, or not yours to see.")
        return Line(notice, kind.icon, gone, "", "")
    title, url = shown or (str(payload.get("title", "")), "")
    who = notice.actor.name if notice.actor else _("System")
    words = str(kind.several if notice.count > 1 and kind.several else kind.sentence)
    text = words % {"who": who, "title": title, "count": notice.count}
    return Line(notice, kind.icon, text, str(payload.get("excerpt", "")), url)
