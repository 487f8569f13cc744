"""Price lists: whose they are, when and where they hold, and what they say of items and classes."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.records.models import Dated
from hengke.modules.catalog.models.items import NOT_NEGATIVE, ItemClass, ServiceItem
from hengke.modules.customers import references
from hengke.modules.customers.enums import Tier
from hengke.modules.customers.models import Customer
from hengke.modules.customers.references import Merge


class PriceList(Dated):
    """Prices for one customer, a tier, a region, or everybody, between two days.

    The nearest one holds: a customer's own before a tier's, a tier's before a region's, that before everybody's;
    among equals the one with the later beginning.
    """

    name = models.CharField(_("name"), max_length=100)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="price_lists",
        verbose_name=_("customer"),
    )
    contract = models.CharField(_("contract number"), max_length=60, blank=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, blank=True)
    province = models.CharField(_("province"), max_length=30, blank=True)
    city = models.CharField(_("city"), max_length=30, blank=True)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        indexes = (models.Index(fields=("customer", "from_on"), name="price_list_customer"),)

    def __str__(self) -> str:
        return self.name


class PriceListLine(Dated):
    """What a list says of one item, or of a class and all below it: a price, or a share of the standard fee."""

    name = models.CharField(_("name"), max_length=120, editable=False)
    price_list = models.ForeignKey(
        PriceList, models.CASCADE, related_name="lines", verbose_name=_("price list")
    )
    item = models.ForeignKey(
        ServiceItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service item")
    )
    item_class = models.ForeignKey(
        ItemClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("class")
    )
    price = models.DecimalField(
        _("price"), max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    percent = models.DecimalField(
        _("percent of the standard fee"), max_digits=6, decimal_places=2, null=True, blank=True,
        validators=(MinValueValidator(0), MaxValueValidator(1000)),
    )  # fmt: skip

    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """It is called by what it speaks of."""
        self.name = self.of_what()
        super().save(*args, **kwargs)

    def of_what(self) -> str:
        """The item, the class, or everything."""
        return str(self.item or self.item_class or self.price_list)[:120]


references.declare("catalog.PriceList", "customer", Merge.MOVE)
