"""Codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 s)."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.account import sealing
from hengke.engines.account.models import Totp
from hengke.kernel import clock

SECONDS = 30
AROUND = (0, -1, 1)  # one step of difference between the two clocks


def new_secret() -> str:
    """160 random bits in base 32."""
    import pyotp

    return pyotp.random_base32()


def picture(secret: str, user: User) -> SafeString:
    """The QR code that an authenticator app reads, as SVG without any style of its own."""
    import pyotp
    import segno

    address = pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=gettext("Hengke"))
    code = segno.make(address, error="m", micro=False)
    drawing = code.svg_inline(
        border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(drawing)  # noqa: S308  # numbers and words of the library only


def step_of(secret: str, code: str) -> int | None:
    """The time step for which `code` is right, near now; None when it is wrong."""
    import pyotp

    digits = "".join(code.split())
    machine, now = pyotp.TOTP(secret), int(clock.now().timestamp()) // SECONDS
    right = [
        now + n
        for n in AROUND
        if secrets.compare_digest(machine.generate_otp(now + n).encode(), digits.encode())
    ]
    return right[0] if right else None


def add(user: User, secret: str, step: int, *, actor: Actor) -> None:
    """Keep the secret of a confirmed app, in place of an earlier one."""
    with transaction.atomic():
        values = {"secret": sealing.seal(secret), "last_step": step, "last_used_at": None}
        Totp.objects.update_or_create(user=user, defaults=values)
        events.record("second_step.added", actor=actor, subject=user, payload={"way": "totp"})


def use(user: User, code: str) -> bool:
    """Whether the code is right and its time step has not been used; it is used from now on."""
    held = Totp.objects.filter(user=user).first()
    secret = sealing.unseal(held.secret) if held is not None else None
    step = step_of(secret, code) if secret is not None else None
    if step is None:
        return False
    unused = Totp.objects.filter(user=user, last_step__lt=step)
    return unused.update(last_step=step, last_used_at=clock.now()) == 1
