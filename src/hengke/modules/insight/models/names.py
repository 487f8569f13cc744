"""Names that may be one customer, the runs that found them, and the thresholds in force."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hengke.engines.access.models import Event
from hengke.engines.jobs.models import Job
from hengke.modules.customers.models import CustomerName
from hengke.modules.insight.enums import ReviewState


class ReviewPair(models.Model):
    """Two names that may be one customer: a person decides, and the decision is remembered."""

    left = models.ForeignKey(CustomerName, models.CASCADE, related_name="+")
    right = models.ForeignKey(CustomerName, models.CASCADE, related_name="+")
    probability = models.FloatField()
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("left", "right"), name="pair_once"),)
        indexes = (models.Index(fields=("state", "-probability"), name="review_queue"),)


class IdentityRun(models.Model):
    """One run of identity resolution: thresholds used and the error to expect from them."""

    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    settings = models.JSONField(default=dict)
    names = models.IntegerField(default=0)
    customers = models.IntegerField(default=0)
    pairs = models.IntegerField(default=0)
    expected_error = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)


class Thresholds(models.Model):
    """Probabilities from which names are linked without asking and shown for review; the newest row holds."""

    automatic = models.FloatField()
    review = models.FloatField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)
