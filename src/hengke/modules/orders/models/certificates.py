"""The certificate that a line ends in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.scoping import Path
from hengke.engines.records.models import Dated
from hengke.engines.records.schema.numbering import Numbering
from hengke.modules.customers import references
from hengke.modules.customers.models import CUSTOMER_PATHS, Customer
from hengke.modules.customers.references import Merge
from hengke.modules.orders.enums import CertificateState, Conclusion, Delivery
from hengke.modules.orders.models.commissions import CommissionLine

CERTIFICATE_NUMBER = Numbering("orders.certificate", "Z{yyyy}{mm}-{n:06}")


class Certificate(Dated):
    """A certificate or report of one line; `code` proves to anybody who has the paper that it is genuine."""

    number = models.CharField(_("certificate number"), max_length=24, unique=True, editable=False)
    line = models.OneToOneField(
        CommissionLine, models.PROTECT, related_name="certificate", verbose_name=_("commission line")
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    laboratory = models.CharField(_("laboratory"), max_length=100, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=CertificateState.choices, default=CertificateState.TO_ADD
    )
    conclusion = models.CharField(
        _("conclusion"), max_length=20, choices=Conclusion.choices, default=Conclusion.PASSED
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True, editable=False)
    delivery = models.CharField(
        _("delivery"), max_length=20, choices=Delivery.choices, default=Delivery.COUNTER
    )
    delivered_to = models.CharField(_("given to"), max_length=100, blank=True)
    code = models.CharField(max_length=16, unique=True, editable=False)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("edited by"),
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    remark = models.TextField(_("remark"), blank=True)

    scope_paths: ClassVar[dict[str, Path]] = {**CUSTOMER_PATHS, "laboratory": "laboratory"}

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = (
            models.Index(fields=("state", "deleted_at", "id"), name="certificate_state"),
            models.Index(fields=("customer", "-id"), name="certificate_customer"),
            models.Index(fields=("updated_at",), name="certificate_updated"),
        )

    def __str__(self) -> str:
        return self.number


references.declare("orders.Certificate", "customer", Merge.MOVE)
