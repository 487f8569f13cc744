"""Recall: one proposal for a customer, with the instruments that become due."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.scoping import AnyOf, Path
from hengke.engines.records.models import Dated
from hengke.engines.records.schema.numbering import Numbering
from hengke.modules.customers import references
from hengke.modules.customers.models import CUSTOMER_PATHS, Customer, Instrument
from hengke.modules.customers.references import Merge
from hengke.modules.orders.enums import RecallAnswer, RecallState
from hengke.modules.orders.models.commissions import Commission

RECALL_NUMBER = Numbering("orders.recall", "R{yyyy}-{n:06}")


class RecallProposal(Dated):
    """The instruments of one customer that become due in a window: one notice, not one for each instrument."""

    number = models.CharField(_("number"), max_length=24, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="recalls", verbose_name=_("customer"))
    due_from = models.DateField(_("due from"))
    due_to = models.DateField(_("due until"))
    instruments = models.IntegerField(_("instruments"), default=0, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=RecallState.choices, default=RecallState.PROPOSED
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("released by"),
    )
    released_at = models.DateTimeField(_("released at"), null=True, editable=False)
    answer = models.CharField(
        _("answer"), max_length=20, choices=RecallAnswer.choices, default=RecallAnswer.NONE, blank=True
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    later_on = models.DateField(_("when"), null=True, blank=True)
    rival = models.CharField(_("lost to"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    commission = models.ForeignKey(
        Commission,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="recalls",
        verbose_name=_("commission"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
    )

    scope_paths: ClassVar[dict[str, Path]] = {
        **CUSTOMER_PATHS,
        "laboratory": AnyOf("items__instrument__laboratory", "orders.RecallProposal"),
    }

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        indexes = (
            models.Index(fields=("state", "deleted_at", "due_from", "id"), name="recall_state"),
            models.Index(fields=("customer", "-id"), name="recall_customer"),
            models.Index(fields=("updated_at",), name="recall_updated"),
        )

    def __str__(self) -> str:
        return self.number


class RecallItem(models.Model):
    """One instrument of a recall with its due day at that time, and what became of it."""

    proposal = models.ForeignKey(RecallProposal, models.CASCADE, related_name="items")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="recalls")
    due = models.DateField()
    answer = models.CharField(max_length=20, choices=RecallAnswer.choices, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("proposal", "instrument"), name="recall_instrument_once"),
        )


references.declare("orders.RecallProposal", "customer", Merge.MOVE)
