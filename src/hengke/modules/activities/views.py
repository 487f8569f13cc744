"""The composer's one address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.engines.records.views.common import found, opened
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.period import YEARS
from hengke.modules.activities import services
from hengke.modules.activities.enums import ActivityKind


@require_POST
def log(request: StaffRequest, subject: str, pk: int) -> HttpResponse:
    """Write an activity on the page of a record, and go back to it."""
    record = registry.by_subject(subject)
    if record is None:
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    about = found(opened(request, record.slug), pk)
    kind, text = request.POST.get("kind", ""), request.POST.get("text", "").strip()
    if kind not in ActivityKind.values:
        raise InputError("activity_kind", "Choose what kind of entry this is.")
    if not text or len(text) > 20_000 or "\x00" in text:
        raise InputError("activity_text", "Write between 1 and 20,000 characters.")
    at = _moment(request.POST.get("at", ""))
    extra: dict[str, Any] = {"starts_at": at} if at else {}
    made = services.log(request.actor, about, kind=kind, text=text, **extra)
    messages.success(request, _("%(what)s saved.") % {"what": made.get_kind_display()})
    return redirect(address(record.slug, "page", pk))


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.year not in YEARS:
        raise InputError("value_unreadable", 'The value "{text}" cannot be read here.', text=text[:60])
    return at if at.tzinfo else make_aware(at)
