"""How much each person reads and carries out, and a notice when it is far above the person's own usual.

Counts are collected in the process and written every few seconds: opening a page must not wait for a writer.
A kill loses at most what one process counted since.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.access.leaks.models import TokenUse, UnusualUse, Usage
from hengke.engines.access.models import ApiToken, User
from hengke.kernel import clock

OPENED_FLOOR = 200
"""Records opened in an hour below which nothing is unusual."""
EXPORTED_FLOOR = 5_000
"""Rows exported in a day below which nothing is unusual."""
FAR_ABOVE = 4
"""Times the person's own mean over the hours (or days) in which there was any."""
LOOK_BACK = timedelta(days=28)
WRITE_AT = 20
WRITE_AFTER = 15.0

_waiting: Counter[tuple[int, str, int | None]] = Counter()
_lock = threading.Lock()
_written = 0.0


def opened(actor: Actor, records: int = 1) -> None:
    """Count records that the actor has read; written down together with others."""
    global _written
    if actor.user_id is None or not records:
        return
    with _lock:
        _waiting[actor.user_id, actor.channel, actor.token] += records
        due = sum(_waiting.values()) >= WRITE_AT or time.monotonic() - _written > WRITE_AFTER
        if not due:
            return
        counts, _written = dict(_waiting), time.monotonic()
        _waiting.clear()
    for (user, channel, token), count in counts.items():
        _add(user, channel, opened=count)
        if token is not None:
            _add_to_token(token, count)


def exported(actor: Actor, rows: int) -> None:
    """Count exported rows; written down at once, inside the caller's transaction."""
    if actor.user_id is not None and rows:
        _add(actor.user_id, actor.channel, exported=rows)


def exported_today(actor: Actor) -> int:
    """Rows that the actor has exported since midnight, through all doors; one query."""
    if actor.user_id is None:
        return 0
    found = Usage.objects.filter(user_id=actor.user_id, hour__gte=_midnight())
    return found.aggregate(rows=Sum("exported"))["rows"] or 0


def _add(user: int, channel: str, *, opened: int = 0, exported: int = 0) -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        row, _made = Usage.objects.get_or_create(user_id=user, channel=channel, hour=hour)
        Usage.objects.filter(pk=row.pk).update(opened=F("opened") + opened, exported=F("exported") + exported)
        row.refresh_from_db()
        if opened and row.opened > OPENED_FLOOR:
            _compare(row, UnusualUse.Kind.OPENED, row.opened, _usual_hour(row))
        if exported:
            today = _of(row).filter(hour__gte=_midnight()).aggregate(rows=Sum("exported"))["rows"]
            if today > EXPORTED_FLOOR:
                _compare(row, UnusualUse.Kind.EXPORTED, today, _usual_day(row))


def _add_to_token(key: int, rows: int) -> None:
    """Count what a token read in this hour; a notice when it is more than tokens are meant to read."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        token = ApiToken.objects.select_related("user").filter(pk=key).first()
        if token is None:
            return
        row, _made = TokenUse.objects.get_or_create(token=token, hour=hour)
        TokenUse.objects.filter(pk=row.pk).update(rows=F("rows") + rows)
        row.refresh_from_db()
        if row.rows > settings.API_ROWS_PER_HOUR:
            _notice(
                token.user,
                Channel.API,
                UnusualUse.Kind.TOKEN,
                row.rows,
                settings.API_ROWS_PER_HOUR,
                token.name,
            )


def _of(row: Usage) -> QuerySet[Usage]:
    return Usage.objects.filter(user_id=row.user_id, channel=row.channel)


def _usual_hour(row: Usage) -> float:
    """Mean of the hours before in which the person opened anything."""
    before = _of(row).filter(hour__lt=row.hour, hour__gte=row.hour - LOOK_BACK, opened__gt=0)
    return _mean(before.values_list("opened", flat=True))


def _usual_day(row: Usage) -> float:
    """Mean of the days before on which the person exported anything."""
    before = _of(row).filter(hour__lt=_midnight(), hour__gte=_midnight() - LOOK_BACK, exported__gt=0)
    days = before.annotate(day=TruncDate("hour")).values("day").annotate(rows=Sum("exported"))
    return _mean(days.values_list("rows", flat=True))


def _mean(values: Iterable[int]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _compare(row: Usage, kind: str, count: int, usual: float) -> None:
    if count <= FAR_ABOVE * usual:
        return
    _notice(row.user, row.channel, kind, count, round(usual))


def _notice(user: User, channel: str, kind: str, count: int, usual: int, token: str = "") -> None:
    key = {"user_id": user.pk, "channel": channel, "kind": kind, "token_name": token, "day": clock.today()}
    row, is_new = UnusualUse.objects.get_or_create(**key, defaults={"count": count, "usual": usual})
    if is_new:
        payload = {"what": kind, "count": count, "usual": usual, "door": channel} | (
            {"name": token} if token else {}
        )
        events.record("usage.unusual", actor=Actor.system(), subject=user, payload=payload)
    else:
        UnusualUse.objects.filter(pk=row.pk).update(count=count)


def _midnight() -> datetime:
    return timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
