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


class ScoreKind(models.TextChoices):
    """Loyalty is 1 - churn, from the same model."""

    CREDIT = "credit", _("Credit")
    LOYALTY = "loyalty", _("Loyalty")
    CHURN = "churn", _("Risk of leaving")
    LATE = "late", _("Risk of late payment")


class VersionState(models.TextChoices):
    CHAMPION = "champion", _("In force")
    CHALLENGER = "challenger", _("Challenger")
    RETIRED = "retired", _("Retired")


class Band(models.TextChoices):
    """Where a score lies by the cuts; a customer who has left already is no longer a question of probability."""

    GOOD = "good", _("Good")
    FAIR = "fair", _("Fair")
    POOR = "poor", _("Poor")
    GONE = "gone", _("Has left")
