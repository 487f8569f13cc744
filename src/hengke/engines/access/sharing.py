"""Show one record to one person or team beyond what their roles show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.changes import changing
from hengke.engines.access.models import Event, User
from hengke.engines.access.rows import Share, Team
from hengke.engines.access.standing import MAX_SHARES
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, InputError, NotAllowed, NotFound


def share(
    target: Any, *, actor: Actor, user: User | None, team: Team | None, level: str, until: datetime | None
) -> Event:
    """Share a record that one may share; sharing it again with the same replaces level and end."""
    _require_may(target, actor, level)
    subject = target._meta.label_lower
    if (user is None) == (team is None):
        raise InputError("share_taker", "Choose the person or the team to share with.")
    if until is not None and until <= clock.now():
        raise InputError("share_past", "The end lies in the past.")
    taker: dict[str, Any] = {"user": user, "team": team}
    mine = Share.objects.filter(subject=subject, object_id=target.pk, **taker)
    if not mine.exists() and Share.objects.filter(**taker).count() >= MAX_SHARES:
        raise Conflict(
            "too_many_shares", "So many records are shared here that a territory or team fits better."
        )
    with changing("share.given", actor=actor) as change:
        change.watch(mine)
        mine.delete()
        row = Share.objects.create(
            subject=subject, object_id=target.pk, level=level, until=until, by_id=actor.user_id, **taker
        )
        change.see(Share.objects.filter(pk=row.pk))
        change.subject = target
        change.payload = {"with": str(user or team), "level": level, "until": until, "share": row.pk}
    assert change.event is not None
    return change.event


def unshare(row: Share, target: Any, *, actor: Actor) -> Event:
    """End a share; whoever may share the record, or who gave the share."""
    if row.by_id != actor.user_id:
        _require_may(target, actor, Share.VIEW)
    with changing("share.ended", actor=actor) as change:
        change.watch(Share.objects.filter(pk=row.pk))
        change.subject, change.payload = target, {"with": str(row.user or row.team)}
        row.delete()
    assert change.event is not None
    return change.event


def shares_of(target: Any) -> QuerySet[Share]:
    """The shares of a record that hold now, the latest first."""
    live = Q(until=None) | Q(until__gt=clock.now())
    mine = Share.objects.filter(live, subject=target._meta.label_lower, object_id=target.pk)
    return mine.select_related("user", "team", "by").order_by("-pk")


def may_share(target: Any, actor: Actor) -> bool:
    """Whether the actor may share this record."""
    subject = target._meta.label_lower
    return grants.may(actor, "share", subject) and _within(target, actor, "share")


def _require_may(target: Any, actor: Actor, level: str) -> None:
    if level not in grants.SHARED_ACTIONS:
        raise InputError("share_level", "A record is shared to view or to change.")
    if not _within(target, actor, "view"):
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    # Nobody gives more than one has.
    if not may_share(target, actor) or (level == Share.CHANGE and not _within(target, actor, "change")):
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")


def _within(target: Any, actor: Actor, action: str) -> bool:
    found: bool = type(target)._default_manager.visible_to(actor, action).filter(pk=target.pk).exists()
    return found
