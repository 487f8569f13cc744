"""Words for commissions, certificates and recall."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderKind(models.TextChoices):
    MANDATORY = "mandatory", _("Mandatory verification")
    GOVERNMENT = "government", _("Assigned by government")
    THIRD_PARTY = "third_party", _("Third party")
    OTHER = "other", pgettext_lazy("order kind", "Other")


class OrderChannel(models.TextChoices):
    COUNTER = "counter", _("Counter")
    PHONE = "phone", pgettext_lazy("order channel", "Telephone")
    FAX = "fax", pgettext_lazy("order channel", "Fax")
    EMAIL = "email", pgettext_lazy("order channel", "E-mail")
    LETTER = "letter", pgettext_lazy("order channel", "Letter")
    WEB = "web", pgettext_lazy("order channel", "Web")
    RECALL = "recall", _("Recall")
    ON_SITE = "on_site", _("On site")


class CommissionState(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    REVIEWED = "reviewed", _("Contract reviewed")
    IN_WORK = "in_work", _("In work")
    READY = "ready", _("Ready to collect")
    CLOSED = "closed", pgettext_lazy("commission", "Closed")
    CANCELLED = "cancelled", _("Cancelled")


class LineState(models.TextChoices):
    ANNOUNCED = "announced", _("Not handed in yet")
    RECEIVED = "received", _("Received")
    ACCEPTED = "accepted", pgettext_lazy("line", "Accepted")
    IN_TEST = "in_test", _("In test")
    ISSUED = "issued", _("Report issued")
    COLLECTED = "collected", _("Collected")
    RETURNED = "returned", _("Returned without work")
    CANCELLED = "cancelled", _("Cancelled")


class CertificateState(models.TextChoices):
    """待添加 待编辑 待审核 待打印 待领取 已领取."""

    TO_ADD = "to_add", _("To be added")
    TO_EDIT = "to_edit", _("To be edited")
    TO_REVIEW = "to_review", _("To be reviewed")
    TO_PRINT = "to_print", _("To be printed")
    TO_COLLECT = "to_collect", _("To be collected")
    COLLECTED = "collected", _("Collected")


class Conclusion(models.TextChoices):
    PASSED = "passed", _("Passed")
    LIMITED = "limited", _("Passed with limits")
    FAILED = "failed", _("Failed")
    VALUES = "values", _("Values only")


class Delivery(models.TextChoices):
    COUNTER = "counter", _("Collected at the counter")
    POST = "post", _("By post")
    EMAIL = "email", pgettext_lazy("delivery", "By e-mail")
    WITH_INSTRUMENT = "with_instrument", _("With the instrument")


class RecallState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("recall", "Proposed")
    RELEASED = "released", _("Released")
    ANSWERED = "answered", _("Answered")
    CONVERTED = "converted", _("Commission made")
    DROPPED = "dropped", _("Dropped")


class RecallAnswer(models.TextChoices):
    NONE = "", _("No answer yet")
    COMES = "comes", _("Will come")
    LATER = "later", pgettext_lazy("recall", "Later")
    SCRAPPED = "scrapped", _("Scrapped")
    LOST = "lost", _("Lost to others")


# Where work on an instrument is over, one way or the other.
LINE_DONE = frozenset({LineState.ISSUED, LineState.COLLECTED, LineState.RETURNED, LineState.CANCELLED})
# The instrument lies in the house.
IN_HOUSE = frozenset({LineState.RECEIVED, LineState.ACCEPTED, LineState.IN_TEST, LineState.ISSUED})
RECALL_OPEN = frozenset({RecallState.PROPOSED, RecallState.RELEASED, RecallState.ANSWERED})
