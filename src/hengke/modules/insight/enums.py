"""Words for sources, imports and reviews."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    FILE = "file", _("File")
    SQLITE = "sqlite", _("SQLite database")
    POSTGRESQL = "postgresql", _("PostgreSQL database")


class ImportState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    UNDONE = "undone", _("Undone")


class ReviewState(models.TextChoices):
    OPEN = "open", _("To decide")
    SAME = "same", _("Same customer")
    DIFFERENT = "different", _("Different customers")
    NEVER = "never", _("Never match again")
    SKIPPED = "skipped", _("Skipped")


class TileKind(models.TextChoices):
    FIGURE = "figure", _("One figure")
    CHART = "chart", _("Chart")
    TABLE = "table", _("Table")
