"""The commission 委托单 with its lines, and when each line passed which point."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.models import OrgUnit
from hengke.engines.access.scoping import AnyOf, Path
from hengke.engines.records.models import Dated
from hengke.engines.records.schema.numbering import Numbering
from hengke.modules.catalog.models import ServiceItem
from hengke.modules.customers import references
from hengke.modules.customers.models import CUSTOMER_PATHS, Contact, Customer, Instrument
from hengke.modules.customers.references import Merge
from hengke.modules.orders.enums import CommissionState, LineState, OrderChannel, OrderKind

COMMISSION_NUMBER = Numbering("orders.commission", "W{yyyy}{mm}-{n:05}")


class Commission(Dated):
    """What a customer wants done, with what was promised.

    `payer` is who pays when that is not the customer. `code` lets anybody who has the slip ask how far it is.
    `standard_amount`, `amount`, `line_count` and `done_count` are sums over the lines, kept with every change.
    """

    number = models.CharField(_("number"), max_length=24, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="commissions", verbose_name=_("customer")
    )
    payer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    kind = models.CharField(
        _("order kind"), max_length=20, choices=OrderKind.choices, default=OrderKind.THIRD_PARTY
    )
    channel = models.CharField(
        _("came by"), max_length=20, choices=OrderChannel.choices, default=OrderChannel.COUNTER
    )
    state = models.CharField(
        _("state"), max_length=20, choices=CommissionState.choices, default=CommissionState.REGISTERED
    )
    received_on = models.DateField(_("taken on"))
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    contract = models.CharField(_("contract number"), max_length=60, blank=True)
    conditions = models.TextField(_("special conditions"), blank=True)
    on_site_on = models.DateField(_("on site on"), null=True, blank=True)
    on_site_at = models.CharField(_("on site at"), max_length=300, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    code = models.CharField(max_length=12, editable=False)
    standard_amount = models.DecimalField(
        _("standard amount"), max_digits=16, decimal_places=2, default=0, editable=False
    )
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, default=0, editable=False)
    line_count = models.IntegerField(_("instruments"), default=0, editable=False)
    done_count = models.IntegerField(_("finished"), default=0, editable=False)
    steps = models.JSONField(default=list, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )

    scope_paths: ClassVar[dict[str, Path]] = {
        **CUSTOMER_PATHS,
        "laboratory": AnyOf("lines__laboratory", "orders.Commission"),
    }

    class Meta:
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        indexes = (
            models.Index(fields=("customer", "-received_on"), name="commission_customer"),
            models.Index(fields=("state", "deleted_at", "promised_on", "id"), name="commission_state"),
            models.Index(fields=("received_on", "id"), name="commission_received"),
            models.Index(fields=("updated_at",), name="commission_updated"),
        )

    def __str__(self) -> str:
        return self.number


class CommissionLine(Dated):
    """One instrument, or one piece of work, of a commission.

    `customer` is the commission's, so that rights and lists need no join. `label` is what stands on the sticker;
    `steps` are the reasons of the price.
    """

    commission = models.ForeignKey(
        Commission, models.CASCADE, related_name="lines", verbose_name=_("commission")
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    position = models.PositiveIntegerField(_("position"))
    label = models.CharField(_("label"), max_length=32, unique=True, editable=False)
    instrument = models.ForeignKey(
        Instrument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order_lines",
        verbose_name=_("instrument"),
    )
    item = models.ForeignKey(
        ServiceItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service item")
    )
    name = models.CharField(_("name"), max_length=100)
    model = models.CharField(_("model"), max_length=100, blank=True)
    serial = models.CharField(_("serial number"), max_length=100, blank=True)
    maker = models.CharField(_("maker"), max_length=100, blank=True)
    accessories = models.CharField(_("accessories"), max_length=200, blank=True)
    condition = models.CharField(_("condition"), max_length=200, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    laboratory = models.CharField(_("laboratory"), max_length=100, blank=True)
    project_group = models.CharField(_("project group"), max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=LineState.choices, default=LineState.ANNOUNCED
    )
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    options = models.CharField(_("options"), max_length=300, blank=True)
    standard = models.DecimalField(
        _("standard fee"), max_digits=14, decimal_places=2, default=0, editable=False
    )
    unit_price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, default=0, editable=False)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, default=0, editable=False)
    steps = models.JSONField(default=list, editable=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tested by"),
    )
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    scope_paths: ClassVar[dict[str, Path]] = {**CUSTOMER_PATHS, "laboratory": "laboratory"}

    class Meta:
        verbose_name = _("commission line")
        verbose_name_plural = _("commission lines")
        constraints = (models.UniqueConstraint(fields=("commission", "position"), name="line_position"),)
        indexes = (
            # A laboratory's worklist: its lines of a state, the most urgent first.
            models.Index(fields=("laboratory", "state", "promised_on", "id"), name="order_line_work"),
            models.Index(fields=("state", "deleted_at", "promised_on", "id"), name="order_line_state"),
            models.Index(fields=("instrument", "-id"), name="order_line_instrument"),
            models.Index(fields=("customer", "-id"), name="order_line_customer"),
            models.Index(fields=("updated_at",), name="order_line_updated"),
        )

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name, self.model, self.serial)))


class Passage(models.Model):
    """A line came to a state: when, and by whom. What turnaround is counted from."""

    line = models.ForeignKey(CommissionLine, models.CASCADE, related_name="passages")
    state = models.CharField(max_length=20, choices=LineState.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=("line", "at"), name="passage_line"),
            models.Index(fields=("state", "at"), name="passage_state"),
        )


references.declare("orders.Commission", "customer", Merge.MOVE)
references.declare("orders.Commission", "payer", Merge.MOVE)
references.declare("orders.CommissionLine", "customer", Merge.MOVE)
