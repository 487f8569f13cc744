"""What a person is told: one row per person and matter, not per event."""

from __future__ import annotations

from django.db import models

from hengke.engines.access.models import User


class Notice(models.Model):
    """`count` events of one kind about one subject; `payload` holds what the kind's sentence needs besides."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    count = models.PositiveIntegerField(default=1)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("recipient",), condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=("recipient", "-at", "-id"), name="notice_recipient"),
        )
