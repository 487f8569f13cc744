"""API tokens: made once, shown once, stored as SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Subquery
from django.utils.crypto import constant_time_compare

from hengke.engines.access import carried, events, token_scope
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import ApiToken, User
from hengke.engines.access.rows import RightsStamp
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound

LONGEST = 365  # days
UNUSED = timedelta(days=90)  # a token that nobody used for so long no longer works
NOTED_EVERY = timedelta(minutes=1)


def issue(
    user: User, name: str, *, writes: bool = False, days: int = 90, scopes: Mapping[str, str] | None = None
) -> str:
    """Make a token; the return value is the only time that it can be read.

    With `scopes`, by subject "read" or "write", it goes no further than these; `writes` is then what they say.
    """
    bounds = token_scope.checked(scopes or {})
    writes = token_scope.WRITE in bounds.values() if bounds else writes
    if not 1 <= days <= LONGEST:
        raise InputError("token_days", "A token is valid for 1 to {most} days.", most=LONGEST)
    secret = "hk_" + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            name=name,
            digest=_digest(secret),
            stamp=user.get_session_auth_hash(),
            writes=writes,
            scopes=bounds,
            expires_at=clock.now() + timedelta(days=days),
        )
        payload = {"name": name, "writes": writes, "days": days} | ({"scopes": bounds} if bounds else {})
        events.record("token.issued", actor=Actor.of(user), subject=token, payload=payload)
    return secret


def revoke(user: User, pk: int) -> None:
    """End one of the person's own tokens."""
    with transaction.atomic():
        token = ApiToken.objects.filter(user=user, pk=pk).first()
        if token is None:
            raise NotFound("no_token", "This token does not exist any more.")
        events.record("token.revoked", actor=Actor.of(user), subject=token, payload={"name": token.name})
        token.delete()


def find(secret: str) -> ApiToken | None:
    """The token, if it works: known, in time, used lately, of an active person with the same password and role."""
    number = Subquery(RightsStamp.objects.filter(pk=1).values("value"))
    found = ApiToken.objects.select_related("user__unit").annotate(rights_stamp=number, **carried.queries())
    token = found.filter(digest=_digest(secret)).first()
    if token is None or not works(token):
        return None
    token.user.__dict__["rights_stamp"] = token.rights_stamp
    carried.tell(token)
    return token


def works(token: ApiToken) -> bool:
    """Whether the token is accepted now."""
    now = clock.now()
    return (
        token.expires_at > now
        and (token.last_used_at or token.created_at) > now - UNUSED
        and token.user.is_active
        and constant_time_compare(token.stamp, token.user.get_session_auth_hash())
    )


def touch(token: ApiToken) -> None:
    """Note the use, to the minute: a transaction for every request read would cost more than most of them."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
