"""Log-in with a limit on guessing; the failed tries in the event stream are the counter."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.views import LoginView as DjangoLoginView
from django.contrib.auth.views import PasswordChangeView
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event, User
from hengke.kernel import clock
from hengke.kernel.errors import TooOften

WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 5
TRIES_PER_ADDRESS = 20
# One argon2 hash takes 100 MiB: a flood of log-ins may not take the machine's memory.
_hashing = threading.BoundedSemaphore(2)


class LoginForm(forms.Form):
    """User name and password; the same answer whether the name exists or not."""

    username = forms.CharField(label=_("User name"), max_length=60)
    password = forms.CharField(label=_("Password"), max_length=200, widget=forms.PasswordInput)

    def __init__(self, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            with _hashing:
                self.user = authenticate(self.request, **values)
            if self.user is None:
                raise forms.ValidationError(_("User name or password is not right."), code="invalid")
        return values

    def get_user(self) -> User | None:
        return self.user


class LoginView(DjangoLoginView):
    """Django's view with the limit in front and every outcome in the event stream."""

    form_class = LoginForm  # type: ignore[assignment]  # Django's form knows no limit on hashing
    template_name = "access/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_blocked(_name_in(request.POST), address(request)):
            form = self.form_class(request)
            context = self.get_context_data(form=form, blocked=True)
            return self.render_to_response(context, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        events.record(
            "login.succeeded", actor=Actor.of(form.get_user()), payload={"address": address(self.request)}
        )
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        _failed(_name_in(form.data), self.request)
        return super().form_invalid(form)


class PasswordView(PasswordChangeView):
    """Django's view; guessing the old password counts like guessing at the log-in."""

    template_name = "access/password.html"
    success_url = "/"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_blocked(request.user.get_username(), address(request)):
            raise TooOften("too_often", "Too many wrong passwords. Wait 15 minutes and try again.")
        with _hashing:
            return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        events.record(
            "password.changed", actor=Actor.of(form.user), payload={"address": address(self.request)}
        )
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        if "old_password" in form.errors:
            _failed(form.user.get_username(), self.request)
        return super().form_invalid(form)


def _name_in(data: Mapping[str, str]) -> str:
    """The user name as the form reads it: spaces around it make no other name."""
    return data.get("username", "").strip()[:60]


def _failed(username: str, request: HttpRequest) -> None:
    payload = {"username": username, "address": address(request)}
    events.record("login.failed", actor=Actor.system("page"), payload=payload)


def address(request: HttpRequest) -> str:
    """The address of the connection itself; what a client can write is believed from the own proxy only."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXY and remote == settings.TRUSTED_PROXY:
        return request.headers.get("X-Forwarded-For", remote).rpartition(",")[2].strip()
    return remote


def is_blocked(username: str, remote: str) -> bool:
    """Whether this name or this address has failed too often lately since it was unlocked (two bounded counts)."""
    recent = Event.objects.filter(kind="login.failed", at__gt=clock.now() - WINDOW)
    unlocked = Event.objects.filter(kind="login.unlocked", payload__username=username[:60])
    since = unlocked.order_by("-pk").values_list("pk", flat=True).first() or 0
    by_name = Q(payload__username=username[:60], pk__gt=since)
    by_address = Q(payload__address=remote)
    return (
        recent.filter(by_name)[:TRIES_PER_NAME].count() >= TRIES_PER_NAME
        or recent.filter(by_address)[:TRIES_PER_ADDRESS].count() >= TRIES_PER_ADDRESS
    )
