"""What to do about a customer who may pay late: from the threshold on, the room up to certainty in three parts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Advice(models.TextChoices):
    NOTHING = "nothing", _("Nothing special")
    REMIND = "remind", _("Remind before the bill is due")
    LIMIT = "limit", _("Limit open amounts")
    PREPAY = "prepay", _("Ask for payment in advance")


def advice(probability: float, threshold: float) -> Advice:
    """Below the threshold by cost nothing pays; above it the dearer the measure, the surer it must be needed."""
    if probability < threshold:
        return Advice.NOTHING
    third = (1 - threshold) / 3
    if probability < threshold + third:
        return Advice.REMIND
    return Advice.LIMIT if probability < threshold + 2 * third else Advice.PREPAY
