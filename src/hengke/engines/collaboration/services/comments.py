"""Write, change, delete and bring back a comment: rights, one transaction with its event, then who hears of it."""

from __future__ import annotations

from django.db import transaction

from hengke.engines.access.actor import Actor
from hengke.engines.collaboration import subjects
from hengke.engines.collaboration.models import Comment
from hengke.engines.collaboration.services import following, mentions
from hengke.engines.collaboration.subjects import Subject
from hengke.engines.notices import kinds, sending
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotAllowed

MOST = 10_000
EXCERPT = 120


def write(subject: Subject, text: str, *, parent: int | None = None) -> Comment:
    """Say something about an object that the actor may see; a reply to a reply joins the same thread."""
    said = _checked(text)
    above = _thread(subject, parent)
    with transaction.atomic():
        named = mentions.read(subject, said)
        row = Comment.objects.create(
            **subject.place, parent=above, author_id=subject.actor.user_id, text=said, mentions=named,
            created_at=clock.now(),
        )  # fmt: skip
        subject.tell("comment.created", {"text": said}, about=row)
        following.begin(subject.place, [subject.actor.user_id])
        told = {pk for pk, _word in named}
        _tell(subject, kinds.MENTION, told, said)
        everybody = following.followers(subject.place, following.owner_of(subject.target))
        _tell(subject, kinds.COMMENT, everybody - told, said)
    return row


def change(row: Comment, text: str, *, actor: Actor) -> Comment:
    """Say it otherwise; only the author. People named anew hear of it."""
    subject = _of_author(row, actor)
    said, before = _checked(text), row.text
    with transaction.atomic():
        known = {pk for pk, _word in row.mentions}
        row.mentions = mentions.read(subject, said)
        row.text, row.edited_at = said, clock.now()
        row.save(update_fields=["text", "mentions", "edited_at"])
        subject.tell("comment.changed", {"changes": {"text": [before, said]}}, about=row)
        _tell(subject, kinds.MENTION, {pk for pk, _word in row.mentions} - known, said)
    return row


def delete(row: Comment, *, actor: Actor) -> None:
    """Take a comment away with its replies; the author, or whoever may delete the record."""
    subject = _of_remover(row, actor)
    with transaction.atomic():
        row.deleted_at, row.deleted_by_id = clock.now(), actor.user_id
        row.save(update_fields=["deleted_at", "deleted_by"])
        subject.tell("comment.deleted", {"text": row.text}, about=row)


def restore(row: Comment, *, actor: Actor) -> None:
    """Bring a deleted comment back; whoever might delete it."""
    subject = _of_remover(row, actor)
    with transaction.atomic():
        row.deleted_at = row.deleted_by = None
        row.save(update_fields=["deleted_at", "deleted_by"])
        subject.tell("comment.restored", {"text": row.text}, about=row)


def found(pk: int, actor: Actor, *, deleted: bool = False) -> Comment:
    """A comment on an object that the actor may see; NotFound otherwise."""
    row = Comment.objects.filter(pk=pk, deleted_at__isnull=not deleted).first()
    if row is None:
        raise subjects.gone()
    subjects.of(row, actor)
    return row


def _checked(text: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said or len(said) > MOST or "\x00" in said:
        raise InputError("comment_text", "Write between 1 and 10,000 characters.")
    return said


def _thread(subject: Subject, parent: int | None) -> Comment | None:
    if parent is None:
        return None
    above = Comment.objects.filter(pk=parent, deleted_at=None, **subject.place).first()
    if above is None:
        raise subjects.gone()
    return above.parent or above


def _of_author(row: Comment, actor: Actor) -> Subject:
    subject = subjects.of(row, actor)
    if row.author_id is None or row.author_id != actor.user_id:
        raise NotAllowed("not_your_comment", "Only the person who wrote a comment can change it.")
    return subject


def _of_remover(row: Comment, actor: Actor) -> Subject:
    subject = subjects.of(row, actor)
    if row.author_id is None or row.author_id != actor.user_id:
        subject.require("delete")
    return subject


def _tell(subject: Subject, kind: str, people: set[int], text: str) -> None:
    excerpt = " ".join(text.split())[:EXCERPT]
    sending.send(kind, people, actor=subject.actor, subject=subject.target, payload={"excerpt": excerpt})
