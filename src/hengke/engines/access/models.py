"""People, units, tokens, and the append-only stream of events."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access.enums import Channel, UnitKind


class OrgUnit(models.Model):
    """A place in the institution's tree; `path` is "/1/4/" so that a subtree is a prefix."""

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, db_index=True, editable=False)

    class Meta:
        verbose_name = _("unit")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store, then derive the path from the key (known only after the first insert)."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            self.path = path
            OrgUnit.objects.filter(pk=self.pk).update(path=path)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, name: str, role: str, password: str, **extra: Any) -> User:
        """A person who may log in at once."""
        user = self.model(username=username, name=name, role=role, **extra)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person of the institution who logs in."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    # The main role; further ones are RoleHolding rows. A key, because an institution may make roles of its own.
    role = models.CharField(_("role"), max_length=30)
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("unit")
    )
    is_active = models.BooleanField(_("active"), default=True)
    preferences = models.JSONField(default=dict, blank=True)
    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        verbose_name = _("user")

    def __str__(self) -> str:
        return self.name

    def get_role_display(self) -> str:
        """The name of the main role, as far as this process knows it; no query."""
        from hengke.engines.access.table import known_name

        return known_name(self.role)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions and tokens carry this: a new password or another role ends them with the next request."""
        words = f"{self.password}\x1f{self.role}"
        return salted_hmac("hengke.session", words, secret=secret, algorithm="sha256").hexdigest()


class ApiToken(models.Model):
    """A key for programs; only its SHA-256 is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    stamp = models.CharField(
        max_length=64, default="", help_text="the person's session hash when the token was made"
    )
    writes = models.BooleanField(default=False)
    scopes = models.JSONField(default=dict, help_text="subject: read or write; empty for every object")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)


class Event(models.Model):
    """Something that happened: audit log, timeline and source of undo in one append-only stream.

    `digest` covers salt and payload, and the seal covers the digest, so that a payload can be redacted later
    without breaking the chain.
    """

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=60, db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    party_id = models.BigIntegerField(null=True)
    audience = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=200, blank=True)
    payload = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = (
            models.Index(fields=("subject_type", "subject_id", "-id"), name="event_subject"),
            models.Index(fields=("party_id", "-id"), name="event_party"),
            models.Index(fields=("kind", "-id"), name="event_kind"),
            models.Index(fields=("actor", "-id"), name="event_actor"),
        )


class JournalLot(models.Model):
    """What one write of the journal kept: rows of one event, and the digest that the chain covers (see `lots`)."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="lots")
    count = models.PositiveIntegerField()
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)


class EventSeal(models.Model):
    """A link of the hash chain over committed events and lots of their rows; written by the sealer, at most a second
    later. `rows_of` names the event of a lot even when the lot is gone.
    """

    event = models.OneToOneField(Event, models.PROTECT, null=True, related_name="seal")
    lot = models.OneToOneField(JournalLot, models.PROTECT, null=True, related_name="seal")
    rows_of = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=64)


class RowJournal(models.Model):
    """One row before and after a change; what undo reads. `before` empty: the row was made by the event."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="rows")
    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    lot = models.ForeignKey(JournalLot, models.PROTECT, related_name="rows")
    digest = models.CharField(max_length=32)

    class Meta:
        # The timeline of an object asks for its rows; purging does, too.
        indexes = (models.Index(fields=("model", "row_id"), name="journal_row"),)


# Django finds the models of an app through this module.
from hengke.engines.access.leaks.models import (  # noqa: E402, F401
    Acceptance,
    Agreement,
    RolePolicy,
    SensitiveRecord,
    UnusualUse,
    Usage,
)
from hengke.engines.access.rows import (  # noqa: E402, F401
    Absence,
    RightsStamp,
    RoleEntry,
    RoleHolding,
    RoleRule,
    Share,
    Team,
    Territory,
)
