"""Tell people something: who wants it, joined with what they were told a moment ago, and a wake-up call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models, transaction

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.notices import live
from hengke.engines.notices.models import Notice
from hengke.kernel import clock

BURST = timedelta(minutes=10)
"""What happens within this time after an unread notice of the same matter joins it."""
PREFERENCE = "notices_off"


def send(
    kind: str,
    recipients: Iterable[int],
    *,
    actor: Actor,
    subject: tuple[str, int] | models.Model | None = None,
    payload: dict[str, Any] | None = None,
) -> int:
    """Tell the people with these keys, except the one who did it; returns how many. At most four queries.

    Call it inside the transaction of what it tells of.
    """
    wanted = set(recipients) - {actor.user_id}
    people = User.objects.filter(pk__in=wanted, is_active=True) if wanted else ()
    ids = {user.pk for user in people if kind not in user.preferences.get(PREFERENCE, ())}
    if not ids:
        return 0
    place = _place(subject)
    joined = _join(kind, ids, place, actor, payload or {})
    Notice.objects.bulk_create([
        Notice(
            recipient_id=pk, kind=kind, subject_type=place[0], subject_id=place[1], actor_id=actor.user_id,
            payload=payload or {}, at=clock.now(),
        )
        for pk in sorted(ids - joined)
    ])  # fmt: skip
    transaction.on_commit(lambda: live.wake(ids))
    return len(ids)


def mark_read(user_id: int, pks: Iterable[int] | None = None) -> int:
    """Mark these notices of a person read, all of them without `pks`; returns how many were unread."""
    rows = Notice.objects.filter(recipient_id=user_id, read_at=None)
    count = (rows if pks is None else rows.filter(pk__in=list(pks))).update(read_at=clock.now())
    if count:
        transaction.on_commit(lambda: live.wake({user_id}))
    return count


def unread(user_id: int) -> int:
    """How many notices are unread, at most 100; one query over an index of the unread ones only."""
    return Notice.objects.filter(recipient_id=user_id, read_at=None)[:100].count()


def choose(user: User, wanted: Iterable[str], known: Iterable[str]) -> None:
    """Remember which kinds a person wants to be told of."""
    off = sorted(set(known) - set(wanted))
    user.preferences = {**user.preferences, PREFERENCE: off}
    user.save(update_fields=["preferences"])


def _place(subject: tuple[str, int] | models.Model | None) -> tuple[str, int | None]:
    if subject is None:
        return "", None
    return (subject._meta.label_lower, subject.pk) if isinstance(subject, models.Model) else subject


def _join(
    kind: str, ids: set[int], place: tuple[str, int | None], actor: Actor, payload: dict[str, Any]
) -> set[int]:
    """Add the event to unread notices of the last minutes; the people who had one."""
    now = clock.now()
    rows = Notice.objects.filter(
        recipient_id__in=ids, kind=kind, subject_type=place[0], subject_id=place[1], read_at=None, at__gt=now - BURST
    )  # fmt: skip
    latest = dict(rows.order_by("pk").values_list("recipient_id", "pk")) if place[1] is not None else {}
    if latest:
        Notice.objects.filter(pk__in=latest.values()).update(
            count=models.F("count") + 1, at=now, actor_id=actor.user_id, payload=payload
        )
    return set(latest)
