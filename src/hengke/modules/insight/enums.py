"""Words for sources, imports, reviews and what is done about customers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SourceKind(models.TextChoices):
    FILE = "file", _("File")
    SQLITE = "sqlite", _("SQLite database")
    POSTGRESQL = "postgresql", _("PostgreSQL database")
    MYSQL = "mysql", _("MySQL or MariaDB database")
    REST = "rest", _("Web service")


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


class WorkKind(models.TextChoices):
    """Why a customer stands on a work list."""

    CHURN = "churn", _("May leave")
    OVERDUE = "overdue", _("May pay late")
    UNPROFITABLE = "unprofitable", _("Costs more than it brings")
    LOST = "lost", _("Lost, to win back")
    MISUSE = "misuse", _("Possible misuse")


class WorkState(models.TextChoices):
    OPEN = "open", pgettext_lazy("work", "Nobody's yet")
    CLAIMED = "claimed", pgettext_lazy("work", "Taken")
    ACTED = "acted", pgettext_lazy("work", "Acted")
    CLOSED = "closed", pgettext_lazy("work", "Closed")


class WorkAction(models.TextChoices):
    """What a person does about it; which of them fit which kind stands in `services/work/words.py`."""

    CALL = "call", _("Call the customer")
    VISIT = "visit", _("Visit the customer")
    OFFER = "offer", _("Make an offer")
    PREPAY = "prepay", _("Ask for payment in advance")
    LIMIT = "limit", _("Set a credit limit")
    REMIND = "remind", _("Remind of the payment")
    RAISE = "raise", _("Raise the price")
    CHEAPER = "cheaper", _("Serve through a cheaper channel")
    END = "end", _("End the business")
    WATCH = "watch", _("Only watch")


class WorkResult(models.TextChoices):
    KEPT = "kept", _("The customer stays")
    LOST = "lost", pgettext_lazy("result", "The customer is lost")
    PAID = "paid", _("Paid")
    AGREED = "agreed", _("Agreed with the customer")
    REFUSED = "refused", _("The customer refuses")
    WON_BACK = "won_back", pgettext_lazy("result", "Won back")
    IMPROVED = "improved", _("It pays again")
    UNCHANGED = "unchanged", _("Nothing changed")
    ENDED = "ended", _("The business was ended")
    CONFIRMED = "confirmed", _("Confirmed")
    HARMLESS = "harmless", _("Harmless")
    GONE = "gone", _("No longer on the list")


class LossCause(models.TextChoices):
    """Why customers change their supplier, after Keaveney (1995)."""

    PRICE = "price", _("Price")
    INCONVENIENCE = "inconvenience", _("Inconvenience")
    CORE = "core", _("Core service failure")
    ENCOUNTER = "encounter", _("Service encounter failure")
    RESPONSE = "response", _("Response to a failure")
    COMPETITION = "competition", _("Competitors")
    ETHICS = "ethics", _("Ethics")
    INVOLUNTARY = "involuntary", _("Involuntary")


class OwnCause(models.TextChoices):
    """The institutions' own tree of causes, beside Keaveney's."""

    ENVIRONMENT = "environment", _("Policy or market changed")
    CAPACITY = "capacity", _("Beyond our ability or capacity")
    FORCE = "force", _("Force majeure at the customer")
    PROMISE = "promise", _("Promise broken after contract review")
    KNOWLEDGE = "knowledge", _("Knowledge of the desk")
    ATTITUDE = "attitude", _("Attitude")
    FEE = "fee", _("Fee")
    FLAWED = "flawed", _("Complaint: flawed answer")
    SILENCE = "silence", _("Complaint: no answer")
    BLAMED = "blamed", _("Complaint: the customer was blamed")
    UNKNOWN = "unknown", _("Not yet known")


class WinBack(models.TextChoices):
    NOT_TRIED = "not_tried", _("Not tried")
    TRYING = "trying", _("Being won back")
    WON = "won", pgettext_lazy("win-back", "Won back")
    GIVEN_UP = "given_up", _("Given up")


class AssessedBy(models.TextChoices):
    """How a value assessment came about."""

    INTERVIEW = "interview", _("Interview")
    VISIT = "visit", _("Site visit")
    RECORDS = "records", _("Records of the customer")


class ValueSide(models.TextChoices):
    """On which side of the account an item of a value assessment stands."""

    VALUE = "value", _("Value for the customer")
    COST = "cost", _("Cost for the customer")
    EXPECTED = "expected", _("Cost that the customer expected")


class PlanState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("plan", "Running")
    REACHED = "reached", _("Target reached")
    MISSED = "missed", _("Target missed")
    STOPPED = "stopped", pgettext_lazy("plan", "Stopped")


class Room(models.TextChoices):
    FORECAST = "forecast", _("Forecast")
    VALUE = "value", _("Customer value")
    PATTERNS = "patterns", _("Patterns")
    CLUSTERS = "clusters", _("Customer groups")
    NOTES = "notes", _("Customers' voices")


class TileKind(models.TextChoices):
    FIGURE = "figure", _("One figure")
    CHART = "chart", _("Chart")
    TABLE = "table", _("Table")
