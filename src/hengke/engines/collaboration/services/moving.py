"""What lies on one record moves to another when two records become one; journalled, so that it can move back."""

from __future__ import annotations

from django.db import models

from hengke.engines.access import journal
from hengke.engines.access.models import Event
from hengke.engines.collaboration.models import Attachment, Comment, Follow


def move(event: Event, *, model: type[models.Model], absorbed: int, survivor: int) -> None:
    """Hang everything of the object `absorbed` on `survivor`, as part of `event`.

    A file whose name the survivor has too gets the absorbed one's number behind it; who follows both keeps one.
    """
    label = model._meta.label_lower
    here, there = ({"subject_type": label, "subject_id": pk} for pk in (absorbed, survivor))
    both = Follow.objects.filter(**there).values("user_id")
    taken = set(Attachment.objects.filter(**there, deleted_at=None).values_list("name", flat=True))
    rows: list[Comment | Follow | Attachment] = [
        *Comment.objects.filter(**here), *Follow.objects.filter(**here).exclude(user_id__in=both),
        *Attachment.objects.filter(**here),
    ]  # fmt: skip
    for kind in (Comment, Follow, Attachment):
        mine = [row for row in rows if isinstance(row, kind)]
        before = journal.states(mine)
        for row in mine:
            row.subject_id = survivor
            if isinstance(row, Attachment) and row.name in taken and row.deleted_at is None:
                row.name = f"{row.name[:180]} ({absorbed})"
            row.save()
        journal.write(event, kind, before, journal.states(mine))
