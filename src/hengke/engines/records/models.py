"""The search index: one entry per record; the tokens that find it live in the full-text table beside it."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """What a search hit shows and how much it weighs."""

    record = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    subtitle = models.CharField(max_length=300, blank=True)
    weight = models.FloatField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("record", "object_id"), name="search_entry_once"),)
        indexes = (models.Index(fields=("-weight",), name="search_entry_weight"),)
