"""What people do on the forecast page: have it worked out, correct it, take a correction back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.enums import Room
from hengke.modules.insight.forecasts.asked import Asked
from hengke.modules.insight.models import ForecastNode
from hengke.modules.insight.pages import foresight
from hengke.modules.insight.services.foresight import correcting, runs
from hengke.modules.insight.services.foresight.forecast import YEAR


@require_POST
def run(request: StaffRequest) -> HttpResponse:
    """Have everything worked out anew in the background."""
    grants.require(request.actor, "view", foresight.SUBJECT)
    if not foresight.may_run(request):
        raise NotAllowed("run_not_yours", "Only somebody who sees every line can have this worked out.")
    job = runs.ask(actor=request.actor)
    return redirect("job", job.pk)


@require_POST
def correct(request: StaffRequest) -> HttpResponse:
    """Put what a person expects beside the model."""
    grants.require(request.actor, "view", foresight.SUBJECT)
    asked = Asked.read(request.POST.dict(), request.actor)
    made = runs.newest(Room.FORECAST)
    node = ForecastNode.objects.filter(run=made, measure=asked.measure, code=asked.code).first()
    if node is None:
        raise NotFound("no_forecast", "There is nothing here, or it is not yours to see.")
    first, months = _span(request.POST.get("span", ""), node)
    correcting.correct(
        node, actor=request.actor, first=first, months=months, reason=request.POST.get("reason", ""),
        units=_units(request.POST.get("amount", ""), node.measure),
    )  # fmt: skip
    messages.success(
        request, _("Your correction stands beside the model; everything above and below follows it.")
    )
    return HttpResponseRedirect(asked.url())


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a correction back."""
    grants.require(request.actor, "view", foresight.SUBJECT)
    row = correcting.withdraw(pk, actor=request.actor)
    messages.success(request, _("The correction was withdrawn; it will still be judged."))
    return HttpResponseRedirect(Asked(row.measure, row.axis, row.code).url())


def _span(written: str, node: ForecastNode) -> tuple[int, int]:
    """A month by its number, or the whole next year."""
    if written == "year":
        return correcting.ahead_from(node) + len(node.ahead["mean"]) - YEAR, YEAR
    if not is_whole(written) or len(written) > 6:
        raise InputError("months_not_ahead", "Choose a month of the forecast, or the whole next year.")
    return int(written), 1


def _units(written: str, measure: str) -> int:
    """Yuan as cents, instruments as they are."""
    try:
        amount = Decimal(written.replace(",", "").replace("，", "").strip())
        units = amount * 100 if measure == "billed" else amount
        if not units.is_finite() or not 0 <= units < correcting.LARGEST:
            raise InvalidOperation
    except (InvalidOperation, ValueError):
        raise InputError("amount_impossible", "Give an amount of 0 or more.") from None
    return int(units.to_integral_value())
