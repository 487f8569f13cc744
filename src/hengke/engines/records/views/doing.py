"""Actions as pages: a button that asks for nothing runs at once, another one asks first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.schema import actions
from hengke.engines.records.views.common import address, found, is_fragment, opened


@require_http_methods(["GET", "POST"])
def do(request: StaffRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """Ask for what the action needs, or run it and go back to where the button was."""
    catalogue = opened(request, slug)
    record, act = catalogue.record, actions.find(slug, key)
    page = address(record, "page", pk)
    if request.method == "GET":
        grants.require(request.actor, act.needs, record.subject)
        target = found(catalogue, pk, act.needs)
        context = {
            "record": record,
            "act": act,
            "title": act.label,
            "object": target,
            "crumbs": [
                {"label": record.label_plural, "url": address(record, "list")},
                {"label": target, "url": page},
            ],
            "url": address(record, "do", pk, key),
            "cancel_url": page,
            "back": _back(request, page),
        }
        return render(
            request, "records/action_part.html" if is_fragment(request) else "records/action.html", context
        )
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    given = {one.name: request.POST.get(one.name, "") for one in act.inputs}
    actions.perform(record, key, actor=request.actor, pk=pk, given=given)
    # The change the action made is what its toast takes back.
    made = Event.objects.filter(
        pk__gt=last, actor_id=request.actor.user_id, subject_type=record.subject, subject_id=pk
    )
    event = made.order_by("pk").values_list("pk", flat=True).first()
    messages.success(request, str(act.label), extra_tags=f"undo=/undo/{event}" if event else "")
    return HttpResponseRedirect(_back(request, page))


def _back(request: StaffRequest, page: str) -> str:
    wanted = request.POST.get("back") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else page
