"""What a person has for the second step of logging in, and taking it away."""

from __future__ import annotations

from django.db import transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.account import policy, recovery, totp
from hengke.engines.account.models import Session, Totp
from hengke.kernel.errors import Conflict


def ways(user: User) -> frozenset[str]:
    """What the person has set up: "totp", "passkey" (two queries)."""
    found = {"totp"} if Totp.objects.filter(user=user).exists() else set()
    return frozenset(found | ({"passkey"} if user.passkeys.exists() else set()))


def try_code(user: User, text: str) -> str:
    """Say "totp" or "recovery" when the text is a right code that was not used before, else an empty word."""
    if text.replace(" ", "").isdecimal():
        return "totp" if totp.use(user, text) else ""
    return "recovery" if recovery.use(user, text) else ""


def remove(user: User, way: str, pk: int | None = None, *, actor: Actor) -> None:
    """Take away the own app, or one own passkey; with the last way the recovery codes go too.

    Conflict when it is the last way and the role must log in in two steps.
    """
    with transaction.atomic():
        if way == "totp":
            Totp.objects.filter(user=user).delete()
        else:
            user.passkeys.filter(pk=pk or 0).delete()
        if not ways(user):
            if policy.of(user.role).second_step:
                raise Conflict(
                    "second_step_required",
                    "Your role must log in in two steps. Set up another way before you remove this.",
                )
            user.recovery_codes.all().delete()
        events.record("second_step.removed", actor=actor, subject=user, payload={"way": way})


def reset(user: User, *, actor: Actor) -> None:
    """Take everything away from somebody who has lost it, and end the sessions."""
    with transaction.atomic():
        Totp.objects.filter(user=user).delete()
        user.passkeys.all().delete()
        user.recovery_codes.all().delete()
        Session.objects.filter(user=user).delete()
        events.record("second_step.reset", actor=actor, subject=user)
