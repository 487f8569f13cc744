"""What orders bring to the pages of records: the lines of a commission, and what a customer has going on here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Panel
from hengke.modules.catalog.pricing import words
from hengke.modules.orders.models import Commission, CommissionLine
from hengke.modules.orders.pages import intake
from hengke.modules.orders.services import commissions

MOST = 300
LAST = 5


def lines(actor: Actor, target: Any) -> Mapping[str, Any] | None:
    """The lines of a commission that the person may see, with the reasons of their prices."""
    rows: Any = CommissionLine.objects.visible_to(actor).filter(commission=target, deleted_at=None)
    sees_money = "money" not in grants.hidden(actor, commissions.LINES)
    shown = list(rows.select_related("certificate").order_by("position")[:MOST])
    return {
        "rows": [(line, words.sentences(line.steps) if sees_money else ()) for line in shown],
        "sees_money": sees_money,
        "reasons": words.sentences(target.steps) if sees_money else (),
        "more": max(0, target.line_count - len(shown)) if len(shown) == MOST else 0,
        "labels_url": reverse("commission-labels", args=(target.pk,)),
        "slip_url": reverse("commission-slip", args=(target.pk,)),
        "work_url": f"{reverse('worklist')}?q={target.number}",
    }


def of_customer(actor: Actor, target: Any) -> Mapping[str, Any] | None:
    """The last commissions of a customer, and the ways to the next one."""
    if not grants.may(actor, "view", commissions.SUBJECT):
        return None
    rows: Any = Commission.objects.visible_to(actor).filter(customer=target, deleted_at=None)
    may_add = grants.may(actor, "add", commissions.SUBJECT)
    found = list(rows.order_by("-received_on", "-pk").distinct()[:LAST])
    if not found and not may_add:
        return None
    return {
        "rows": found,
        "sees_money": "money" not in grants.hidden(actor, commissions.SUBJECT),
        "sees_all": "institution" not in grants.hidden(actor, commissions.SUBJECT),
        "new_url": intake.address_for(target.pk) if may_add else "",
        "due_url": intake.address_for(target.pk, "due") if may_add else "",
        "last_url": intake.address_for(target.pk, "last") if may_add and found else "",
    }


registry.register_panel(
    "commissions",
    Panel(
        "lines",
        pgettext_lazy("commission", "Lines"),
        "orders/panel_lines.html",
        lines,
        subject=commissions.LINES,
        order=10,
    ),
)
registry.register_panel(
    "customers",
    Panel(
        "commissions", _("Commissions"), "orders/panel_customer.html", of_customer, place="right", order=15
    ),
)
