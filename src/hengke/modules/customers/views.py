"""Merge, separate and take back, as buttons of the customer page and list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.customers.models import Customer
from hengke.modules.customers.services import merging


@require_POST
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the customer named by the form's `other` (number or key) part of this one."""
    wanted = request.POST.get("other", "").strip()
    lookup = {"pk": int(wanted)} if is_whole(wanted) else {"number": wanted.upper()}
    absorbed = Customer.objects.visible_to(request.actor).filter(**lookup).first()
    if absorbed is None:
        raise InputError("merge_other", "No customer has the number {number}.", number=wanted[:20])
    event = merging.merge(_customer(request, pk), absorbed, actor=request.actor)
    words = _("%(name)s is now part of this customer.") % {"name": absorbed.name}
    messages.success(request, words, extra_tags=f"undo=/customers/identity/{event.pk}/undo")
    return redirect("customers:page", pk)


@require_POST
def split(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a customer of its own from the chosen names."""
    aliases = [int(value) for value in request.POST.getlist("alias") if is_whole(value)]
    created, event = merging.split(_customer(request, pk), aliases, actor=request.actor)
    words = _("%(name)s is a customer of its own now.") % {"name": created.name}
    messages.success(request, words, extra_tags=f"undo=/customers/identity/{event.pk}/undo")
    return redirect("customers:page", created.pk)


@require_POST
def undo(request: StaffRequest, event: int) -> HttpResponse:
    """Take a merge or a separation back."""
    found = Event.objects.filter(pk=event, kind__in=("customer.merged", "customer.split")).first()
    if found is None:
        raise NotFound("nothing_to_undo", "There is nothing to undo here.")
    merging.take_back(found, actor=request.actor)
    messages.success(request, _("Undone."))
    return redirect("customers:page", found.subject_id)


def _customer(request: StaffRequest, pk: int) -> Customer:
    customer = Customer.objects.visible_to(request.actor).filter(pk=pk).first()
    if customer is None:
        raise NotFound("customer_not_found", "This customer does not exist.")
    return customer
