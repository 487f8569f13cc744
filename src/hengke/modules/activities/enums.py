"""Words for activities."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ActivityKind(models.TextChoices):
    TASK = "task", _("Task")
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    MEETING = "meeting", _("Meeting")
    NOTE = "note", pgettext_lazy("activity", "Note")


class ActivityState(models.TextChoices):
    OPEN = "open", pgettext_lazy("activity", "Open")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Priority(models.TextChoices):
    LOW = "low", pgettext_lazy("priority", "Low")
    NORMAL = "normal", pgettext_lazy("priority", "Normal")
    HIGH = "high", pgettext_lazy("priority", "High")


# What has a beginning and an end in the calendar; a task has a day by which it is due.
HELD = frozenset({ActivityKind.CALL, ActivityKind.VISIT, ActivityKind.MEETING})
CLOSED = frozenset({ActivityState.DONE, ActivityState.CANCELLED})
