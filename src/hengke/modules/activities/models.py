"""One row per thing that was done or is to be done."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.models import OrgUnit
from hengke.engines.access.scoping import Path, UnitOf
from hengke.engines.records.models import Dated
from hengke.modules.activities.enums import ActivityKind, ActivityState, Priority
from hengke.modules.customers import references
from hengke.modules.customers.models import CUSTOMER_PATHS, Contact, Customer
from hengke.modules.customers.references import Merge


class Activity(Dated):
    """A note, call, visit, meeting or task, of one person, mostly with one customer.

    `starts_at` is when it happens, or by when a task is due; `about_type` and `about_id` name the record on whose
    page it was written, when that is not the customer's own.
    """

    subject = models.CharField(_("subject"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=ActivityKind.choices, default=ActivityKind.TASK)
    state = models.CharField(
        _("state"), max_length=20, choices=ActivityState.choices, default=ActivityState.OPEN
    )
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    starts_at = models.DateTimeField(_("date and time"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("contact")
    )
    about_type = models.CharField(max_length=60, blank=True, editable=False)
    about_id = models.BigIntegerField(null=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )

    scope_paths: ClassVar[dict[str, Path]] = {
        **CUSTOMER_PATHS,
        "owner": "owner_id",
        "unit": UnitOf("unit_id"),
        "laboratory": "unit__name",
    }

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = (
            models.Index(fields=("owner", "deleted_at", "starts_at"), name="activity_owner"),
            models.Index(fields=("customer", "-starts_at"), name="activity_customer"),
            # A board counts live rows from its index alone.
            models.Index(fields=("state", "deleted_at", "starts_at", "id"), name="activity_state"),
            models.Index(fields=("kind", "deleted_at", "starts_at", "id"), name="activity_kind"),
            models.Index(fields=("starts_at", "id"), name="activity_starts"),
            models.Index(fields=("about_type", "about_id"), name="activity_about"),
        )

    def __str__(self) -> str:
        return self.subject


references.declare("activities.Activity", "customer", Merge.MOVE)
