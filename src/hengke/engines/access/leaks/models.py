"""What leak protection keeps: limits per role, use per hour, unusual use, agreements, sensitive records."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.enums import Channel


class RolePolicy(models.Model):
    """How far a role may carry data out of the product; without a row the declared policy holds."""

    role = models.CharField(_("role"), max_length=60, unique=True)
    rows = models.PositiveIntegerField(_("rows per export"))
    rows_per_day = models.PositiveIntegerField(_("rows per day"))
    reason = models.BooleanField(_("reason required"))
    watermark = models.BooleanField(_("watermark on pages"))


class Usage(models.Model):
    """What one person read and carried out within one hour through one door."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    hour = models.DateTimeField()
    opened = models.PositiveIntegerField(default=0)
    exported = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "channel", "hour"), name="usage_once"),)


class TokenUse(models.Model):
    """How many rows one token read within one hour."""

    token = models.ForeignKey("access.ApiToken", models.CASCADE, related_name="uses")
    hour = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("token", "hour"), name="token_use_once"),)


class UnusualUse(models.Model):
    """A notice for the security role: far more than the person's own usual, or than a token may read in an hour; one
    per person, token, kind and day.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("Many records opened")
        EXPORTED = "exported", _("Much exported")
        TOKEN = "token", _("Much read by a token")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    token_name = models.CharField(max_length=60, default="")
    day = models.DateField()
    count = models.PositiveIntegerField()
    usual = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "channel", "kind", "token_name", "day"), name="unusual_once"
            ),
        )


class Agreement(models.Model):
    """One version of the confidentiality agreement; the newest one holds."""

    version = models.PositiveIntegerField(unique=True)
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class Acceptance(models.Model):
    """Somebody accepted a version; the event beside it says when and from where."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "agreement"), name="accepted_once"),)


class SensitiveRecord(models.Model):
    """A record whose every opening is an event."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subject_type", "subject_id"), name="sensitive_once"),)
