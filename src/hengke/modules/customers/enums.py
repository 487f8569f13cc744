"""Words for customers; the institution can later add its own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    REGULATOR = "regulator", _("Regulator")
    MANUFACTURER = "manufacturer", _("Manufacturer")
    INTERMEDIARY = "intermediary", _("Intermediary")
    PUBLIC = "public", _("Public")


class Ownership(models.TextChoices):
    STATE = "state", _("State-owned")
    PRIVATE = "private", _("Private")
    JOINT = "joint", _("Joint venture")
    FOREIGN = "foreign", _("Foreign-owned")


class Size(models.TextChoices):
    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")


class Stage(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    GROWING = "growing", _("Growing")
    STABLE = "stable", _("Stable")
    DECLINING = "declining", _("Declining")
    DORMANT = "dormant", _("Dormant")
    LOST = "lost", _("Lost")
    WON_BACK = "won_back", _("Won back")


class Tier(models.TextChoices):
    VIP = "vip", _("VIP")
    MAJOR = "major", _("Major")
    REGULAR = "regular", _("Regular")
    SMALL = "small", pgettext_lazy("tier", "Small")


class InstrumentState(models.TextChoices):
    IN_USE = "in_use", _("In use")
    AT_LABORATORY = "at_laboratory", _("At the laboratory")
    STOPPED = "stopped", _("Stopped")
    SCRAPPED = "scrapped", _("Scrapped")


class Mandatory(models.TextChoices):
    """Whether the law demands verification 强检."""

    YES = "yes", _("Mandatory")
    NO = "no", _("Voluntary")


class Origin(models.TextChoices):
    """How the institution came to this record."""

    LEDGER = "ledger", _("Ledger")
    MANUAL = "manual", _("Entered by hand")
    IMPORT = "import", _("Imported list")
    DEMO = "demo", _("Demo data")
