"""API tokens: made once, shown once, stored as SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Subquery

from hengke.engines.access.models import ApiToken, User
from hengke.engines.access.rows import RightsStamp
from hengke.kernel import clock

NOTED_EVERY = timedelta(minutes=1)


def issue(user: User, name: str, *, writes: bool = False, days: int = 90) -> str:
    """Make a token; the return value is the only time that it can be read."""
    secret = "hk_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(secret),
        writes=writes,
        expires_at=clock.now() + timedelta(days=days),
    )
    return secret


def user_of(secret: str, *, writes: bool) -> User | None:
    """Whose token this is; None when unknown, expired, of a disabled person or without the right to write."""
    number = Subquery(RightsStamp.objects.filter(pk=1).values("value"))
    found = ApiToken.objects.select_related("user__unit").annotate(rights_stamp=number)
    token = found.filter(digest=_digest(secret)).first()
    if token is None or token.expires_at <= clock.now() or not token.user.is_active:
        return None
    if writes and not token.writes:
        return None
    _used(token)
    token.user.__dict__["rights_stamp"] = token.rights_stamp
    return token.user


def _used(token: ApiToken) -> None:
    """Note the use, to the minute: a transaction for every request read would cost more than most of them."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
