"""Which warehouse file readers use."""

from __future__ import annotations

from django.db import models


class WarehouseBuild(models.Model):
    """One finished warehouse file; the newest is the one that readers use.

    `touched` are the customers that differ from the one before, None for any; `settled` tells that what
    follows from it has been made.
    """

    number = models.IntegerField(unique=True)
    lines = models.BigIntegerField(default=0)
    billed = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    checks = models.JSONField(default=list)
    touched = models.JSONField(null=True)
    settled = models.BooleanField(default=False)
    built_at = models.DateTimeField(auto_now_add=True)
