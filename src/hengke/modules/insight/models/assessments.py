"""What our service gains a customer, as found out at the customer's."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.scoping import Path, Scoped
from hengke.modules.customers import references
from hengke.modules.customers.models import CUSTOMER_PATHS, Customer
from hengke.modules.customers.references import Merge
from hengke.modules.insight.enums import AssessedBy, ValueSide


class ValueAssessment(Scoped):
    """One assessment of a customer on a day; its figures are the sums of its items, stored when it is saved.

    Delivered value (a) = cost expected − cost: what the customer was spared. (b) = value − cost.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="assessments")
    assessed_on = models.DateField()
    how = models.CharField(max_length=10, choices=AssessedBy.choices, default=AssessedBy.INTERVIEW)
    with_whom = models.CharField(max_length=120, blank=True)
    expectation = models.TextField(blank=True)
    conclusion = models.TextField(blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    cost = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    expected = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    scope_paths: ClassVar[dict[str, Path]] = {**CUSTOMER_PATHS}
    live: ClassVar[models.Q] = models.Q(customer__deleted_at=None)

    class Meta:
        verbose_name = _("value assessment")
        indexes = (models.Index(fields=("customer", "-assessed_on"), name="assessment_customer"),)

    @property
    def spared(self) -> Decimal:
        """Delivered value (a): what the customer expected to spend and did not have to."""
        return self.expected - self.cost

    @property
    def net(self) -> Decimal:
        """Delivered value (b): total value less total cost."""
        return self.value - self.cost


class AssessmentItem(models.Model):
    """One benefit or cost, in yuan a year."""

    assessment = models.ForeignKey(ValueAssessment, models.CASCADE, related_name="items")
    side = models.CharField(max_length=10, choices=ValueSide.choices)
    what = models.CharField(max_length=200)
    basis = models.CharField(max_length=300, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)


references.declare("insight.ValueAssessment", "customer", Merge.MOVE)
