"""Promotions, which begin and end by themselves, and bundles as templates of orders."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.records.models import Dated
from hengke.modules.catalog.enums import PromotionKind, Standing
from hengke.modules.catalog.models.items import NOT_NEGATIVE, ItemClass, ServiceItem
from hengke.modules.customers.enums import Tier


class Promotion(Dated):
    """A discount on a class, an amount off from a sum on, or a gift; valid between two days and not outside.

    `excluded` are numbers of items it does not hold for. Of several promotions that stand alone on one line,
    the one that is best for the customer holds.
    """

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=PromotionKind.choices)
    item_class = models.ForeignKey(
        ItemClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("class")
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, blank=True)
    excluded = models.CharField(_("except for the items"), max_length=500, blank=True)
    percent = models.DecimalField(
        _("percent off"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=(MinValueValidator(0), MaxValueValidator(100)),
    )  # fmt: skip
    threshold = models.DecimalField(
        _("from an amount of"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=NOT_NEGATIVE,
    )
    reward = models.DecimalField(
        _("amount off"), max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    gift = models.ForeignKey(
        ServiceItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gift")
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)
    standing = models.CharField(
        _("beside others"), max_length=10, choices=Standing.choices, default=Standing.ALONE
    )

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")

    def __str__(self) -> str:
        return self.name


class Bundle(Dated):
    """A set of items that is ordered together 套餐, at a price of its own when one is stated."""

    name = models.CharField(_("name"), max_length=100)
    price = models.DecimalField(
        _("price"), max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")

    def __str__(self) -> str:
        return self.name


class BundleLine(Dated):
    """One item of a bundle."""

    name = models.CharField(_("name"), max_length=120, editable=False)
    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="lines", verbose_name=_("bundle"))
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="+", verbose_name=_("service item"))
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("bundle line")
        verbose_name_plural = _("bundle lines")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """It is called as its item is."""
        self.name = self.of_what()
        super().save(*args, **kwargs)

    def of_what(self) -> str:
        """The item."""
        return self.item.name
