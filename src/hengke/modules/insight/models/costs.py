"""What serving customers costs, where the ledger does not say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models


def _yuan() -> Any:
    return models.DecimalField(max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)])


class CostRates(models.Model):
    """Declared costs in yuan; the newest row holds.

    `travel`: [[province, city, amount], …], both empty for all other places. `direct`: [[laboratory, percent of what
    is billed, amount for each instrument], …], an empty laboratory for all others; it counts where the source of a
    line states no cost. `order_limit` is no cost: above it an order needs an approval, 0 for no such rule.
    """

    winning = _yuan()
    keeping = _yuan()
    order = _yuan()
    call = _yuan()
    visit = _yuan()
    order_limit = _yuan()
    travel = models.JSONField(default=list)
    direct = models.JSONField(default=list)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)
