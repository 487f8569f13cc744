"""Words that rights are written in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles that ship; an institution may add its own (`rows.RoleEntry`)."""

    DIRECTOR = "director", _("Director")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    BUSINESS_DESK = "business_desk", _("Business desk")
    LABORATORY_HEAD = "laboratory_head", _("Laboratory head")
    ADMINISTRATOR = "administrator", _("Administrator")
    # The administrator's work divided among three (三员), none of whom sees customers.
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("Security administrator")
    AUDIT_ADMINISTRATOR = "audit_administrator", _("Audit administrator")


class UnitKind(models.TextChoices):
    INSTITUTION = "institution", _("Institution")
    DEPARTMENT = "department", _("Department")
    LABORATORY = "laboratory", _("Laboratory")


class Channel(models.TextChoices):
    """The door through which a change came."""

    PAGE = "page", _("Page")
    API = "api", _("Interface")
    COMMAND = "command", _("Command line")
    JOB = "job", _("Background job")
    SYSTEM = "system", _("System")
