"""Name, password and the limit on guessing; the failed tries in the event stream are the counter."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, User
from hengke.kernel import clock

TRIES_PER_NAME = 5
LONGEST_WAIT = timedelta(minutes=60)
FORGOTTEN = timedelta(hours=24)
TRIES_PER_ADDRESS = 20
WINDOW = timedelta(minutes=15)
NO_WAIT = timedelta()
MOST_TRIES = 100
MOST_OUTCOMES = 20_000
# One argon2 hash takes 100 MiB: a flood of log-ins may not take the machine's memory.
hashing = threading.BoundedSemaphore(2)


class LoginForm(forms.Form):
    """User name and password; the same answer whether the name exists or not."""

    username = forms.CharField(label=_("User name"), max_length=60)
    password = forms.CharField(label=_("Password"), max_length=200, widget=forms.PasswordInput)

    def __init__(self, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.request = request
        self.user: User | None = None
        self.fields["username"].widget.attrs |= {"autocomplete": "username webauthn", "autofocus": True}
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            with hashing:
                self.user = authenticate(self.request, **values)
            if self.user is None:
                raise forms.ValidationError(_("User name or password is not right."), code="invalid")
        return values

    def get_user(self) -> User | None:
        return self.user


def typed_name(text: str) -> str:
    """A user name as the form reads it, so that blanks around it do not make it another one to the counter."""
    return text.replace("\x00", "").strip()[:60]


def wait(username: str, remote: str) -> timedelta:
    """How long this name and this address must wait before the next try (two bounded queries).

    A name waits 1, 2, 4 … 60 minutes after 5, 6, 7 … failures since it last succeeded or was unlocked; that a name
    does not exist makes no difference. An address waits while it failed 20 times in a quarter of an hour.
    """
    return max(_wait_of_name(username) if username else NO_WAIT, _wait_of_address(remote))


def failed(username: str, remote: str, *, step: str = "password") -> None:
    """Count a failed try; the one that makes the name wait is told too."""
    payload = {"username": username, "address": remote, "step": step}
    events.record("login.failed", actor=Actor.system("page"), payload=payload)
    if username and _wait_of_name(username):
        events.record("login.locked", actor=Actor.system("page"), payload=payload)


def unlock(user: User, *, actor: Actor) -> None:
    """Let the name try again at once."""
    events.record("login.unlocked", actor=actor, subject=user, payload={"username": user.username})


def waiting() -> dict[str, timedelta]:
    """Every name that must wait now, with how long (one query)."""
    tries: dict[str, list[tuple[str, datetime]]] = {}
    for name, kind, at in _outcomes().values_list("payload__username", "kind", "at")[:MOST_OUTCOMES]:
        tries.setdefault(str(name), []).append((kind, at))
    waits = {name: _wait_after(mine) for name, mine in tries.items()}
    return {name: left for name, left in waits.items() if left}


def _wait_of_name(username: str) -> timedelta:
    mine = _outcomes().filter(payload__username=username)
    return _wait_after(list(mine.values_list("kind", "at")[:MOST_TRIES]))


def _outcomes() -> QuerySet[Event]:
    kinds = ("login.failed", "login.succeeded", "login.unlocked")
    return Event.objects.filter(kind__in=kinds, at__gt=clock.now() - FORGOTTEN).order_by("-pk")


def _wait_after(outcomes: list[tuple[str, datetime]]) -> timedelta:
    """From what happened to a name, latest first."""
    failures = [at for kind, at in takewhile(lambda outcome: outcome[0] == "login.failed", outcomes)]
    if len(failures) < TRIES_PER_NAME:
        return NO_WAIT
    delay = min(timedelta(minutes=2 ** min(len(failures) - TRIES_PER_NAME, 10)), LONGEST_WAIT)
    return max(failures[0] + delay - clock.now(), NO_WAIT)


def _wait_of_address(remote: str) -> timedelta:
    recent = Event.objects.filter(kind="login.failed", payload__address=remote, at__gt=clock.now() - WINDOW)
    times = list(recent.order_by("-pk").values_list("at", flat=True)[:TRIES_PER_ADDRESS])
    if len(times) < TRIES_PER_ADDRESS:
        return NO_WAIT
    return max(times[-1] + WINDOW - clock.now(), NO_WAIT)
