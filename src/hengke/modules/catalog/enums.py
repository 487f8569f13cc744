"""Words for the catalogue and its prices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ItemKind(models.TextChoices):
    CALIBRATION = "calibration", _("Calibration")
    VERIFICATION = "verification", _("Verification")
    TESTING = "testing", _("Testing")
    INSPECTION = "inspection", _("Inspection")
    TRAINING = "training", _("Training")
    CONSULTING = "consulting", _("Consulting")
    GOODS = "goods", _("Goods")


class Capability(models.TextChoices):
    ACCREDITED = "accredited", _("Accredited")
    AUTHORISED = "authorised", _("Authorised by law")
    ABLE = "able", _("Able, not accredited")
    SUBCONTRACTED = "subcontracted", _("Subcontracted")
    NONE = "none", pgettext_lazy("capability", "Not offered now")


class PromotionKind(models.TextChoices):
    CLASS_DISCOUNT = "class_discount", _("Discount on a class")
    SPEND_GET = "spend_get", _("Spend X, get Y off")
    GIFT = "gift", _("Gift")


class Standing(models.TextChoices):
    ALONE = "alone", _("Stands alone")
    COMBINES = "combines", _("Combines with others")


# Goods lie on a shelf; everything else is work.
WORK = frozenset(ItemKind.values) - {ItemKind.GOODS}
