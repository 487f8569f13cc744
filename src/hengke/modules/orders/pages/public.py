"""What anybody may ask who has the paper: how far a commission is, and whether a certificate is genuine.

Nothing of another customer is told, and nothing at all without the code; too many questions from one address wait.
"""

from __future__ import annotations

import math
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hengke.engines.access.origin import address
from hengke.engines.records.rest import throttle
from hengke.kernel.errors import TooOften
from hengke.modules.orders.enums import CertificateState, LineState
from hengke.modules.orders.models import Certificate, Commission

PER_MINUTE = 20
# Before it is issued there is no certificate that could be shown to anybody.
OUT = (CertificateState.TO_COLLECT, CertificateState.COLLECTED)


@login_not_required
@never_cache
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """How many instruments of a commission are at which point; asked by number and code."""
    number, code = request.GET.get("number", "").strip()[:24], request.GET.get("code", "").strip()[:12]
    context: dict[str, Any] = {"title": _("Where is my order?"), "number": number, "code": code}
    if number or code:
        _take(request)
        commission = Commission.objects.filter(number=number.upper(), deleted_at=None).first()
        known = commission is not None and constant_time_compare(commission.code, code.upper())
        context |= _told(commission) if known and commission else {"unknown": True}
    return render(request, "orders/status.html", context, status=404 if context.get("unknown") else 200)


@login_not_required
@never_cache
@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a certificate with this code was issued, and for what."""
    _take(request)
    found = (
        Certificate.objects.filter(code=code.upper()[:16], state__in=OUT, deleted_at=None)
        .select_related("line")
        .first()
    )
    context = {"title": _("Is this certificate genuine?"), "certificate": found, "code": code[:16]}
    return render(request, "orders/verify.html", context, status=200 if found else 404)


def _take(request: HttpRequest) -> None:
    wait = throttle.seconds(f"public {address(request)}", PER_MINUTE)
    if wait > 0:
        raise TooOften(
            "too_many_requests",
            "Too many requests. Wait {seconds} seconds and go on more slowly.",
            seconds=math.ceil(wait),
        )


def _told(commission: Commission) -> dict[str, Any]:
    counted = dict(commission.lines.filter(deleted_at=None).values_list("state").annotate(count=Count("pk")))
    return {
        "commission": commission,
        "points": [(label, counted[state]) for state, label in LineState.choices if state in counted],
    }
