"""What is done about customers: the work lists, causes of losses, and plans to lift customers."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.scoping import Path, Scoped
from hengke.modules.activities.models import Activity
from hengke.modules.customers import references
from hengke.modules.customers.enums import Tier
from hengke.modules.customers.models import CUSTOMER_PATHS, Customer
from hengke.modules.customers.references import Merge
from hengke.modules.insight.enums import (
    LossCause,
    OwnCause,
    PlanState,
    WinBack,
    WorkAction,
    WorkKind,
    WorkResult,
    WorkState,
)


class WorkItem(Scoped):
    """A customer on a work list: why, who took it, what was done, what came of it.

    A new run renews probability, amount, reasons and `as_of`, never what people did. `amount` is the stake: the loss
    to expect, what is open, or the loss made. `last_on` is the last day of submission when the item was made, so that
    a return can be told. `reasons`: [[code, {values}], …], see `services/work/words.py`.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="work")
    kind = models.CharField(max_length=16, choices=WorkKind.choices)
    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.OPEN)
    probability = models.FloatField(null=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    reasons = models.JSONField(default=list)
    suggestion = models.CharField(max_length=10, choices=WorkAction.choices, blank=True)
    as_of = models.DateField()
    last_on = models.DateField(null=True)
    made_by = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    action = models.CharField(max_length=10, choices=WorkAction.choices, blank=True)
    plan = models.TextField(blank=True)
    acted_at = models.DateTimeField(null=True)
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, related_name="+")
    result = models.CharField(max_length=12, choices=WorkResult.choices, blank=True)
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    scope_paths: ClassVar[dict[str, Path]] = {**CUSTOMER_PATHS}
    live: ClassVar[models.Q] = models.Q(customer__deleted_at=None)

    class Meta:
        verbose_name = _("work item")
        # No constraint holds a customer to one open item of a kind: a merge of two customers may bring two together.
        indexes = (models.Index(fields=("kind", "state", "-amount"), name="work_list"),)


class LossRecord(Scoped):
    """Why a customer was lost, as a person found out, and how winning it back stands; the newest row holds."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="losses")
    cause = models.CharField(max_length=14, choices=LossCause.choices, blank=True)
    own_cause = models.CharField(max_length=12, choices=OwnCause.choices, blank=True)
    win_back = models.CharField(max_length=10, choices=WinBack.choices, default=WinBack.NOT_TRIED)
    note = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(auto_now_add=True)

    scope_paths: ClassVar[dict[str, Path]] = {**CUSTOMER_PATHS}
    live: ClassVar[models.Q] = models.Q(customer__deleted_at=None)

    class Meta:
        verbose_name = _("cause of a loss")


class UpgradePlan(Scoped):
    """How a customer is to be lifted into a higher tier, what that costs and brings, and how it goes.

    `before` is the contribution of the twelve months before the plan, `expected` the profit hoped for after it.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="upgrade_plans")
    tier = models.CharField(max_length=10, choices=Tier.choices)
    target = models.CharField(max_length=10, choices=Tier.choices)
    potential = models.FloatField(null=True)
    before = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    goal = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    expected = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    budget = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    contact_plan = models.TextField()
    until = models.DateField()
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.RUNNING)
    note = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    scope_paths: ClassVar[dict[str, Path]] = {**CUSTOMER_PATHS}
    live: ClassVar[models.Q] = models.Q(customer__deleted_at=None)

    class Meta:
        verbose_name = _("upgrade plan")


references.declare("insight.WorkItem", "customer", Merge.MOVE)
references.declare("insight.LossRecord", "customer", Merge.MOVE)
references.declare("insight.UpgradePlan", "customer", Merge.MOVE)
