"""Rows of rights: what an administrator changed, who belongs where, what is shared, who is absent.

Written by services only; each of them renews the stamp (`stamp.renew`) in the same transaction.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RightsStamp(models.Model):
    """One row; its number changes with every change of rights."""

    value = models.BigIntegerField()


class RoleEntry(models.Model):
    """A role of the institution's own, or what was changed about a shipped one (its name, its menu)."""

    key = models.CharField(max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    hidden_menu = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("role")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name or self.key


class RoleRule(models.Model):
    """The grants of one role for one subject, instead of the shipped ones.

    `grants`: [{"actions": […], "scope": "own", "where": filter or None}], `fields`: {name: level}.
    """

    role = models.CharField(max_length=30)
    subject = models.CharField(max_length=60)
    grants = models.JSONField(default=list)
    fields = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("role", "subject"), name="role_rule_once"),)


class RoleHolding(models.Model):
    """A further role of a person, beside the one on the person's own row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="holdings")
    role = models.CharField(max_length=30)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "role"), name="role_held_once"),)


class Team(models.Model):
    """People of several units who work together; the scope "team" covers what any of them owns."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    members: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="teams", blank=True, verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("team")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Territory(models.Model):
    """A part of the market; a child lies within its parent, so its filter narrows the parent's."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    where = models.JSONField(default=list, blank=True)
    members: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="territories", blank=True, verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("territory")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """One record shown to one person or team beyond what their roles show, until a moment or for good."""

    VIEW, CHANGE = "view", "change"
    LEVELS: ClassVar = ((VIEW, _("May view")), (CHANGE, _("May change")))

    subject = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="shares")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="shares")
    level = models.CharField(max_length=10, choices=LEVELS, default=VIEW)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(user=None, team__isnull=False) | models.Q(user__isnull=False, team=None),
                name="share_has_one_taker",
            ),
        )
        indexes = (models.Index(fields=("subject", "object_id"), name="share_of"),)


class Absence(models.Model):
    """`deputy` works with what `person` owns from the first to the last day, both included."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stands_in")
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))

    class Meta:
        verbose_name = _("absence")
        constraints = (
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="absence_in_order"),
            models.CheckConstraint(condition=~models.Q(person=models.F("deputy")), name="absence_of_another"),
        )
        indexes = (models.Index(fields=("deputy", "last"), name="absence_deputy"),)
