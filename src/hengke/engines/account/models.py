"""What a person logs in with, and the sessions and rules that follow."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.models import User


class Session(AbstractBaseSession):
    """A browser that is logged in, or half-way; deleting the row ends it with the next request."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    address = models.CharField(max_length=60, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_seconds = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        abstract = False


class Totp(models.Model):
    """The authenticator app of a person; `last_step` is the last time step used, so that no code works twice."""

    user = models.OneToOneField(User, models.CASCADE, related_name="totp")
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)


class Passkey(models.Model):
    """A WebAuthn credential; it belongs to the host name under which it was made."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    host = models.CharField(max_length=253)
    credential_id = models.CharField(max_length=1400, unique=True)
    credential = models.TextField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)


class RecoveryCode(models.Model):
    """One of ten codes for the day the telephone is lost; only a keyed digest is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class OldPassword(models.Model):
    """The hash of a password that a person had or has, so that it is not chosen again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="old_passwords")
    hash = models.CharField(max_length=128)
    at = models.DateTimeField()


class LoginPolicy(models.Model):
    """How people of a role log in, where it differs from the defaults in `policy.py`."""

    role = models.CharField(_("role"), max_length=30, unique=True)
    second_step = models.BooleanField(_("two-step log-in required"), default=False)
    idle_minutes = models.PositiveIntegerField(_("minutes without activity"))
    absolute_minutes = models.PositiveIntegerField(_("minutes in all"))
