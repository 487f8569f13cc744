"""Recovery codes: ten, shown once, each works once."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.crypto import salted_hmac

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.account.models import RecoveryCode
from hengke.kernel import clock

HOW_MANY = 10
# No letters or digits that are mistaken for each other; ten of 31 signs are 49 bits.
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def make(user: User, *, actor: Actor) -> list[str]:
    """Ten new codes in place of the old ones; the return value is the only time that they can be read."""
    codes = [_code() for _n in range(HOW_MANY)]
    with transaction.atomic():
        user.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
        events.record("recovery_codes.made", actor=actor, subject=user)
    return codes


def use(user: User, text: str) -> bool:
    """Spend a code; of two who try the same one at the same moment, one succeeds."""
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(text), used_at=None)
    with transaction.atomic():
        if unused.update(used_at=clock.now()) != 1:
            return False
        events.record("recovery_code.used", actor=Actor.of(user), subject=user, payload={"left": left(user)})
    return True


def left(user: User) -> int:
    """How many codes still work."""
    return user.recovery_codes.filter(used_at=None).count()


def _code() -> str:
    signs = "".join(secrets.choice(SIGNS) for _n in range(10))
    return f"{signs[:5]}-{signs[5:]}"


def _digest(text: str) -> str:
    plain = "".join(sign for sign in text.lower() if sign.isalnum())
    return salted_hmac("hengke.recovery", plain, algorithm="sha256").hexdigest()
