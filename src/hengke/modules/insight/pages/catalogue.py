"""A first catalogue out of the ledger: what would be added, and the button that adds it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.schema.addresses import address
from hengke.modules.insight.services import catalogue

SHOWN = 100


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Show what the ledger knows and the catalogue does not; sent, take all of it."""
    grants.require(request.actor, "add", catalogue.SUBJECT)
    if request.method == "POST":
        event = catalogue.take(actor=request.actor)
        if event is not None:
            count = event.payload["count"]
            words = ngettext("%(count)d service item added.", "%(count)d service items added.", count)
            messages.success(request, words % {"count": count}, extra_tags=f"undo=/undo/{event.pk}")
        return redirect(address("items", "list"))
    found = catalogue.proposed()
    context = {
        "title": _("Items from the ledger"),
        "crumbs": [{"label": _("Service items"), "url": address("items", "list")}],
        "rows": found[:SHOWN],
        "count": len(found),
        "more": max(0, len(found) - SHOWN),
        "least": catalogue.LEAST_LINES,
    }
    return render(request, "insight/catalogue.html", context)
