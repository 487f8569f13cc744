"""The banner over demo data: put the demo away, bring it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.modules.insight.services import demo


@require_POST
def clear(request: StaffRequest) -> HttpResponse:
    """Put the demo away and begin with own files."""
    demo.clear(actor=request.actor)
    words = _("The demo data is put away. Hand in your own ledgers now.")
    messages.success(request, words, extra_tags=f"undo={reverse('demo-restore')}")
    return redirect("import-new")


@require_POST
def restore(request: StaffRequest) -> HttpResponse:
    """Bring the demo back."""
    demo.bring_back(actor=request.actor)
    messages.success(request, _("The demo data is back."))
    return redirect("home")
