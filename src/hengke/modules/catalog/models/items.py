"""Service items and goods, their classes, standard fees and options."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.scoping import Path
from hengke.engines.records.models import Dated
from hengke.engines.records.schema.numbering import Numbering
from hengke.modules.catalog.enums import Capability, ItemKind

ITEM_NUMBER = Numbering("catalog.item", "SI-{n:05}")
NOT_NEGATIVE = (MinValueValidator(0),)


class ItemClass(Dated):
    """A class of items; classes stand in a tree, and a promotion of a class holds for all below it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    class Meta:
        verbose_name = _("item class")
        verbose_name_plural = _("item classes")

    def __str__(self) -> str:
        return self.name


class ServiceItem(Dated):
    """One thing that is offered: a calibration of a kind of instrument, a test, a training, or goods on a shelf.

    `price` holds where no standard fee does. `words` are other names under which customers ask for it.
    """

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    words = models.CharField(_("also called"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ItemKind.choices, default=ItemKind.CALIBRATION)
    item_class = models.ForeignKey(
        ItemClass, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("class")
    )
    laboratory = models.CharField(_("laboratory"), max_length=100, blank=True, db_index=True)
    project_group = models.CharField(_("project group"), max_length=100, blank=True)
    procedure = models.CharField(_("procedure"), max_length=100, blank=True)
    range = models.CharField(_("range"), max_length=200, blank=True)
    accuracy = models.CharField(_("accuracy"), max_length=100, blank=True)
    capability = models.CharField(
        _("capability"), max_length=20, choices=Capability.choices, default=Capability.ACCREDITED
    )
    unit = models.CharField(_("unit of count"), max_length=20, default="台")
    price = models.DecimalField(
        _("price"), max_digits=14, decimal_places=2, default=0, validators=NOT_NEGATIVE
    )
    cost = models.DecimalField(
        _("cost"), max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    promised_days = models.PositiveSmallIntegerField(_("promised days"), null=True, blank=True)
    interval_months = models.PositiveSmallIntegerField(_("interval (months)"), null=True, blank=True)
    stock = models.IntegerField(_("stock"), null=True, blank=True)
    stock_minimum = models.IntegerField(_("minimum stock"), null=True, blank=True)

    scope_paths: ClassVar[dict[str, Path]] = {"laboratory": "laboratory"}

    class Meta:
        verbose_name = _("service item")
        verbose_name_plural = _("service items")
        indexes = (
            models.Index(fields=("name",), name="item_name"),
            models.Index(fields=("updated_at",), name="item_updated"),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """A new item gets its number."""
        if not self.number:
            self.number = ITEM_NUMBER.take(1)[0]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Fee(Dated):
    """A standard fee 收费标准: what an authority allows from a day on, until the next one or a stated end."""

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="fees", verbose_name=_("service item"))
    document = models.CharField(_("document"), max_length=120, blank=True)
    amount = models.DecimalField(_("fee"), max_digits=14, decimal_places=2, validators=NOT_NEGATIVE)
    ceiling = models.DecimalField(
        _("ceiling"), max_digits=14, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until"), null=True, blank=True)

    scope_paths: ClassVar[dict[str, Path]] = {"laboratory": "item__laboratory"}

    class Meta:
        verbose_name = _("standard fee")
        verbose_name_plural = _("standard fees")
        indexes = (models.Index(fields=("item", "-from_on"), name="fee_item"),)

    def __str__(self) -> str:
        return f"{self.document or self.amount} · {self.from_on}"


class ItemOption(Dated):
    """An option of an item, such as "on site" or "express": what it adds, and which others it excludes.

    Options of one `group` exclude each other; `excludes` names options of other groups, separated by commas.
    """

    item = models.ForeignKey(
        ServiceItem, models.CASCADE, related_name="options", verbose_name=_("service item")
    )
    name = models.CharField(_("name"), max_length=60)
    group = models.CharField(_("group"), max_length=60, blank=True)
    surcharge = models.DecimalField(_("surcharge"), max_digits=14, decimal_places=2, default=0)
    percent = models.DecimalField(_("surcharge in percent"), max_digits=6, decimal_places=2, default=0)
    days = models.SmallIntegerField(_("days more or less"), default=0)
    excludes = models.CharField(_("excludes"), max_length=300, blank=True)

    scope_paths: ClassVar[dict[str, Path]] = {"laboratory": "item__laboratory"}

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = (models.UniqueConstraint(fields=("item", "name"), name="option_once"),)

    def __str__(self) -> str:
        return self.name
