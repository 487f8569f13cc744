from typing import ClassVar

from django.db import models

from hengke.engines.access.scoping import Path
from hengke.engines.records.models import Dated
from hengke.modules.customers import references
from hengke.modules.customers.models import CUSTOMER_PATHS, Customer


class Vehicle(Dated):
    """A customer's vehicle."""

    Use = models.TextChoices("Use", "ROAD WORKSHOP SCRAPPED")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="vehicles")
    plate = models.CharField(max_length=20)
    use = models.CharField(max_length=20, choices=Use.choices, default=Use.ROAD)
    inspection = models.DateField(null=True, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    laboratory = models.CharField(max_length=100, blank=True)
    scope_paths: ClassVar[dict[str, Path]] = {**CUSTOMER_PATHS, "laboratory": "laboratory"}

    class Meta:
        verbose_name = verbose_name_plural = "车辆"

    def __str__(self) -> str:
        return self.plate


references.declare("dummy_pack.Vehicle", "customer", references.Merge.MOVE)
