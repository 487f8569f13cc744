"""Setting up an authenticator app: the draft of a secret and its picture."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from hengke.engines.access.models import User
from hengke.engines.account import sealing, totp

DRAFT = "_totp"


def draft(request: HttpRequest) -> str:
    """The secret that is being set up in this session; the same until it is confirmed."""
    held = sealing.unseal(request.session.get(DRAFT, ""))
    if held is None:
        held = totp.new_secret()
        request.session[DRAFT] = sealing.seal(held)
    return held


def drawn(secret: str, user: User) -> dict[str, Any]:
    """What the page shows of it: the QR code, and the letters in groups for typing."""
    groups = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    return {"picture": totp.picture(secret, user), "letters": groups}
