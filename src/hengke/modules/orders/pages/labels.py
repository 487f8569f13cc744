"""Labels with codes for the instruments of a commission, and the slip that the customer takes along."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.schema.addresses import address
from hengke.engines.records.views.common import found, opened
from hengke.modules.orders.models import CommissionLine


def picture(text: str) -> SafeString:
    """A QR code as SVG without any style of its own."""
    import segno

    code = segno.make(text, error="m", micro=False)
    drawing = code.svg_inline(
        border=1, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(drawing)  # noqa: S308  # modules of the library only


@require_GET
def labels(request: StaffRequest, pk: int) -> HttpResponse:
    """A sheet of stickers, three beside each other; only the lines that the person may see."""
    commission = found(opened(request, "commissions"), pk)
    rows: Any = CommissionLine.objects.visible_to(request.actor).filter(
        commission=commission, deleted_at=None
    )
    context = {
        "title": _("Labels"),
        "crumbs": _crumbs(commission),
        "commission": commission,
        "labels": [(line, picture(line.label)) for line in rows.order_by("position")],
    }
    return render(request, "orders/labels.html", context)


@require_GET
def slip(request: StaffRequest, pk: int) -> HttpResponse:
    """What was taken in and what was promised, with the number and the code to ask by."""
    commission = found(opened(request, "commissions"), pk)
    rows: Any = CommissionLine.objects.visible_to(request.actor).filter(
        commission=commission, deleted_at=None
    )
    asked = f"{request.build_absolute_uri(reverse('order-status'))}?number={commission.number}&code={commission.code}"
    context = {
        "title": _("Slip"),
        "crumbs": _crumbs(commission),
        "commission": commission,
        "rows": rows.order_by("position"),
        "picture": picture(asked),
    }
    return render(request, "orders/slip.html", context)


def _crumbs(commission: Any) -> list[dict[str, str]]:
    return [
        {"label": _("Commissions"), "url": address("commissions", "list")},
        {"label": commission.number, "url": address("commissions", "page", commission.pk)},
    ]
