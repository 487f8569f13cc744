"""What this engine brings to the page of every record: the follow button, files, comments in the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.prepared import Prepared
from hengke.engines.collaboration.models import Attachment, Comment, FileVersion, Follow
from hengke.engines.collaboration.services import following, mentions
from hengke.engines.collaboration.subjects import Subject, subject_of
from hengke.engines.files import content, serving
from hengke.engines.records.reading import timeline
from hengke.engines.records.reading.timeline import Entry, register_timeline
from hengke.engines.records.schema.declarations import Panel
from hengke.engines.records.schema.registry import EVERY, register_panel

COMMENT = "collaboration.comment"
NAMED = 12
"""So many followers are named; the others are counted."""


def register() -> None:
    """One registration for all record types, those that are declared later included."""
    register_panel(EVERY, Panel(
        "follow", gettext_lazy("Follow"), "collaboration/follow.html", follow, place="actions",
    ))  # fmt: skip
    register_panel(EVERY, Panel(
        "files", gettext_lazy("Files"), "collaboration/files.html", files, place="right", order=20,
    ))  # fmt: skip
    register_panel(EVERY, Panel(
        "comments", gettext_lazy("Comments"), "collaboration/composer.html", composer, place="timeline", order=60,
    ))  # fmt: skip
    register_timeline(EVERY, comments, instead_of=COMMENT, group="comments", label=gettext_lazy("Comments"))
    timeline.say("file.added", "clip", gettext_lazy("File added: %(name)s"))
    timeline.say("file.deleted", "trash", gettext_lazy("File deleted: %(name)s"))
    timeline.say("file.restored", "undo", gettext_lazy("File brought back: %(name)s"))


def follow(actor: Actor, target: Any) -> Mapping[str, Any] | None:
    """Whether the person follows, and who does; two queries at most."""
    subject = subject_of(target, actor)
    if subject is None or actor.user_id is None:
        return None
    rows = _follows(subject.record.subject, target.pk)
    owner = following.owner_of(target)
    chosen = {row.user_id: row.on for row in rows}
    names = [row.user.name for row in rows if row.on]
    if owner is not None and owner not in chosen:
        names.append(_("the person responsible"))
    return {
        "on": chosen.get(actor.user_id, owner == actor.user_id),
        "count": len(names),
        "names": "、".join(names[:NAMED]) + ("…" if len(names) > NAMED else ""),
        "url": reverse("follow", args=(subject.record.slug, target.pk)),
    }


def files(actor: Actor, target: Any) -> Mapping[str, Any] | None:
    """The files of an object, the newest first, each with its versions; three queries."""
    subject = subject_of(target, actor)
    if subject is None:
        return None
    found = _attachments(subject.record.subject, target.pk)
    older: dict[int, list[FileVersion]] = {}
    changed = [row.pk for row in found if row.latest is not None and row.latest.number > 1]
    for version in (
        FileVersion.objects.filter(attachment__in=changed).select_related("by").order_by("-number")
    ):
        older.setdefault(version.attachment_id, []).append(version)
    return {
        "files": [_file(row, older.get(row.pk, [])[1:]) for row in found if row.latest is not None],
        "may_change": subject.may("change"),
        "url": reverse("files", args=(subject.record.slug, target.pk)),
    }


def _file(row: Attachment, older: Sequence[FileVersion]) -> dict[str, Any]:
    latest = row.latest
    assert latest is not None
    return {
        "row": row,
        "latest": latest,
        "older": older,
        "shown": latest.size > 0 and latest.kind in serving.SHOWN,
        "icon": "eye" if latest.kind in content.IMAGES else "document",
    }


def composer(actor: Actor, target: Any) -> Mapping[str, Any] | None:
    """A place to write, for everybody who sees the object."""
    subject = subject_of(target, actor)
    return _addresses(subject) if subject is not None and actor.user_id is not None else None


def _addresses(subject: Subject) -> dict[str, str]:
    here = (subject.record.slug, subject.target.pk)
    return {"url": reverse("comment", args=here), "people_url": reverse("people", args=here)}


def comments(actor: Actor, target: Any, before: datetime | None, limit: int) -> Sequence[Entry]:
    """Comments with their replies; two queries."""
    subject = subject_of(target, actor)
    if subject is None:
        return ()
    place = subject.record.subject, target.pk
    found = (
        list(_threads(*place).filter(created_at__lt=before)[:limit]) if before else _newest(*place)[:limit]
    )
    replies: dict[int, list[Comment]] = {}
    for reply in _said_on(*place).filter(parent__in=found).order_by("created_at", "pk") if found else ():
        replies.setdefault(reply.parent_id or 0, []).append(reply)
    may_remove = grants.may(actor, "delete", subject.record.subject)
    return [
        Entry(
            row.created_at, "comment", _("Comment"), row.author.name if row.author else _("System"),
            template="collaboration/comment.html",
            context={
                "comment": _said(row, actor, remove=may_remove),
                "replies": [_said(reply, actor, remove=may_remove) for reply in replies.get(row.pk, ())],
                **_addresses(subject),
            },
        )
        for row in found
    ]  # fmt: skip


def _said_on(subject: str, pk: int) -> QuerySet[Comment]:
    rows = Comment.objects.filter(subject_type=subject, subject_id=pk, deleted_at=None)
    return rows.select_related("author")


def _threads(subject: str, pk: int) -> QuerySet[Comment]:
    return _said_on(subject, pk).filter(parent=None).order_by("-created_at", "-pk")


def _live_attachments(subject: str, pk: int) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(subject_type=subject, subject_id=pk, deleted_at=None)
    return rows.select_related("latest__by").order_by("-latest__at", "-pk")


_newest = Prepared[Comment](lambda subject, pk: _threads(subject, pk)[: timeline.PIECE + 1])
_attachments = Prepared[Attachment](_live_attachments)
_follows = Prepared[Follow](
    lambda subject, pk: Follow.objects.filter(subject_type=subject, subject_id=pk).select_related("user")
)


def _said(row: Comment, actor: Actor, *, remove: bool) -> dict[str, Any]:
    """`remove`: the role may delete such records; whether this very one is checked when it is done."""
    mine = row.author_id is not None and row.author_id == actor.user_id
    return {
        "row": row,
        "markup": mentions.markup(row.text, row.mentions),
        "may_change": mine,
        "may_delete": mine or remove,
    }
