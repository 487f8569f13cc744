"""The way in: password or passkey, then the second step, then the session.

Between the steps nobody is logged in: the session only remembers who has given the right password. Pages, fragments
and the interface therefore refuse such a visitor as they refuse any stranger.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY, login
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.access.origin import address
from hengke.engines.account import policy, second_steps
from hengke.engines.account.models import Session
from hengke.engines.account.sessions import FACTS, SessionStore, facts
from hengke.kernel import clock

BACKEND = "hengke.engines.access.backend.UnitBackend"
PENDING = "_pending"
CONFIRMED = "_confirmed"
PATIENCE = timedelta(minutes=10)
CONFIRMED_FOR = timedelta(minutes=5)


def after_password(request: HttpRequest, user: User, *, to: str) -> str:
    """The name of the next page for somebody whose password was right; "" when the person is in."""
    has = second_steps.ways(user)
    if not has and not policy.of(user.role).second_step:
        enter(request, user, way="password")
        return ""
    request.session.flush()  # what a stranger did before does not travel along
    request.session[PENDING] = {
        "user": user.pk,
        "stamp": user.get_session_auth_hash(),
        "since": clock.now().isoformat(),
        "to": to,
    }
    return "login-second" if has else "login-setup"


def pending(request: HttpRequest) -> User | None:
    """Who has given the right password in this session and must take the second step."""
    held = request.session.get(PENDING)
    if held is None or clock.now() - _instant(held["since"]) > PATIENCE:
        return None
    user = User.objects.select_related("unit").filter(pk=held["user"], is_active=True).first()
    same = user is not None and constant_time_compare(held["stamp"], user.get_session_auth_hash())
    return user if same else None


def destination(request: HttpRequest) -> str:
    """The page that was wanted before the second step."""
    return str(request.session.get(PENDING, {}).get("to", "/"))


def give_up(request: HttpRequest) -> None:
    """Back to the password."""
    request.session.flush()


def enter(request: HttpRequest, user: User, *, way: str) -> None:
    """Log in: a new session key, the time limits of the role, an event."""
    request.session.pop(PENDING, None)
    if SESSION_KEY in request.session:
        request.session.flush()
    remote = address(request)
    request.session[FACTS] = facts(
        policy.of(user.role), address=remote, agent=request.headers.get("User-Agent", "")
    )
    SessionStore.clear_expired()
    login(request, user, backend=BACKEND)
    payload = {"username": user.username, "address": remote, "way": way}
    events.record("login.succeeded", actor=Actor.of(user), payload=payload)


def confirm(request: HttpRequest) -> None:
    """The person has typed the password again."""
    request.session[CONFIRMED] = clock.now().isoformat()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the password was typed again within the last five minutes, in this session."""
    since = request.session.get(CONFIRMED)
    return since is not None and clock.now() - _instant(since) < CONFIRMED_FOR


def end_sessions(user: User, *, actor: Actor, but: str | None = None) -> int:
    """End all sessions of a person, or all except the one with the key `but`; returns how many."""
    with transaction.atomic():
        ended, _rows = Session.objects.filter(user=user).exclude(session_key=but or "").delete()
        if ended:
            events.record("session.ended", actor=actor, subject=user, payload={"count": ended})
    return ended


def _instant(text: Any) -> Any:
    return parse_datetime(text)
