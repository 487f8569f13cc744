"""A piece of background work; the row is the queue entry, the progress and the result in one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.scoping import Path, Scoped


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(Scoped):
    """`key` keeps at most one waiting job of the same meaning (a second request for a refresh joins the first)."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    step = models.CharField(max_length=200, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    scope_paths: ClassVar[dict[str, Path]] = {"owner": "actor_id"}

    class Meta:
        indexes = (models.Index(fields=("state", "id"), name="job_queue"),)
        constraints = (
            models.UniqueConstraint(
                fields=("key",),
                condition=models.Q(state="queued") & ~models.Q(key=""),
                name="job_waiting_once",
            ),
        )

    @property
    def percent(self) -> int:
        """Whole percent done, 0–100."""
        if self.state == JobState.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
