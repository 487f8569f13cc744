"""Take an order: choose the customer, paste the list, look at the prices, save. Made for the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.engines.records.writing.forms import ReferenceField
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.modules.catalog.models import Bundle
from hengke.modules.catalog.pricing import words
from hengke.modules.catalog.pricing.terms import Priced
from hengke.modules.catalog.services import quoting
from hengke.modules.catalog.services.quoting import Wanted
from hengke.modules.customers.models import Customer, Instrument
from hengke.modules.orders.enums import OrderChannel, OrderKind
from hengke.modules.orders.services import commissions, pasting
from hengke.modules.orders.services.commissions import Entry

DUE_WITHIN = 90
MOST_TEXT = 400_000


class IntakeForm(forms.Form):
    """The header of a commission, and its lines as text."""

    received_on = forms.DateField(
        label=gettext_lazy("Taken on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Order kind"), choices=OrderKind.choices)
    channel = forms.ChoiceField(label=gettext_lazy("Came by"), choices=OrderChannel.choices)
    promised_on = forms.DateField(
        label=gettext_lazy("Promised for"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    contract = forms.CharField(label=gettext_lazy("Contract number"), required=False, max_length=60)
    conditions = forms.CharField(label=gettext_lazy("Special conditions"), required=False, max_length=2_000)

    field_order = ("customer", "payer")

    def __init__(self, request: StaffRequest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        customers = Catalogue(registry.by_slug("customers"), request.actor)
        self.fields["customer"] = ReferenceField(customers, label=_("Customer"))
        self.fields["payer"] = ReferenceField(
            customers, label=_("Payer, if not the customer"), required=False
        )
        self.order_fields(self.field_order)


@dataclass(frozen=True)
class Shown:
    """One line of the preview."""

    entry: Entry
    amount: Any
    unit_price: Any
    reasons: Sequence[str]


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """The form; sent once it shows the lines with their prices, sent again with `save` it stores them."""
    grants.require(request.actor, "add", commissions.SUBJECT)
    context: dict[str, Any] = {"title": _("Take an order"), "headings": "　".join(_headings())}
    if request.method == "GET":
        form, text = _begun(request)
        return render(request, "orders/intake.html", context | {"form": form, "text": text})
    form, text = IntakeForm(request, request.POST), request.POST.get("lines", "")[:MOST_TEXT]
    context |= {"form": form, "text": text, "received": "received" in request.POST}
    if not form.is_valid():
        return render(request, "orders/intake.html", context, status=422)
    values = form.cleaned_data
    customer = Customer.objects.get(pk=values["customer"])
    try:
        entries = pasting.match(pasting.read(text), customer)
    except InputError as error:
        from hengke.engines.access.wording import in_words

        return render(request, "orders/intake.html", context | {"refused": in_words(error)}, status=422)
    wrong = [(number, entry) for number, entry in enumerate(entries, start=1) if entry.wrong]
    if "save" in request.POST and not wrong:
        return _saved(request, values, entries)
    context |= _preview(entries, customer, values) | {"wrong": wrong}
    return render(request, "orders/intake.html", context, status=422 if wrong else 200)


def _saved(request: StaffRequest, values: dict[str, Any], entries: Sequence[Entry]) -> HttpResponse:
    made = commissions.create(
        actor=request.actor, values=values, entries=entries, received="received" in request.POST
    )
    messages.success(request, _("Commission %(number)s saved.") % {"number": made.number})
    return redirect(address("commissions", "page", made.pk))


def _preview(entries: Sequence[Entry], customer: Customer, values: dict[str, Any]) -> dict[str, Any]:
    wanted = [Wanted(e.item, e.quantity, e.options, e.by_hand) for e in entries if e.item]
    priced: Priced | None = None
    if wanted:
        priced = quoting.price(
            wanted, customer=customer, on=values["received_on"], contract=values.get("contract") or ""
        )
    prices = iter(priced.lines if priced else ())
    lines = []
    for entry in entries:
        line = next(prices) if entry.item else None
        lines.append(
            Shown(
                entry,
                line.amount if line else None,
                line.unit_price if line else None,
                words.sentences(line.steps) if line else (),
            )
        )
    return {
        "lines": lines,
        "unpriced": sum(entry.item is None for entry in entries),
        "known": sum(entry.instrument is not None for entry in entries),
        "total": priced.total if priced else None,
        "standard_total": priced.standard_total if priced else None,
        "order_reasons": words.sentences(priced.steps) if priced else (),
    }


def _begun(request: StaffRequest) -> tuple[IntakeForm, str]:
    """An empty form, or one that begins with what the address names: last time's lines, what is due, a bundle."""
    initial: dict[str, Any] = {
        "received_on": clock.today(),
        "kind": OrderKind.THIRD_PARTY,
        "channel": OrderChannel.COUNTER,
    }
    text, key = "", request.GET.get("customer", "")
    customer = None
    if is_whole(key):
        customer = Customer.objects.visible_to(request.actor).filter(pk=int(key), deleted_at=None).first()
    if customer is not None:
        initial["customer"] = customer.pk
        text = _as_text(_lines_from(request.GET.get("from", ""), customer))
    if is_whole(bundle := request.GET.get("bundle", "")):
        found = Bundle.objects.filter(pk=int(bundle), deleted_at=None).first()
        lines = found.lines.filter(deleted_at=None).select_related("item") if found else ()
        text += _as_text([Entry(name=line.item.name, quantity=line.quantity) for line in lines])
    return IntakeForm(request, initial=initial), text


def _lines_from(what: str, customer: Customer) -> Sequence[Entry]:
    if what == "last":
        return pasting.of_last_time(customer)
    if what == "due":
        soon = clock.today().toordinal() + DUE_WITHIN
        due = Instrument.objects.filter(
            customer=customer, deleted_at=None, state="in_use", due__lte=clock.today().fromordinal(soon)
        )
        return pasting.of_instruments(
            list(due.order_by("laboratory", "name", "pk")[: commissions.MOST_LINES])
        )
    return ()


def _as_text(entries: Sequence[Entry]) -> str:
    """Lines as they would be pasted."""
    cells = ((e.name, e.model, e.serial, e.maker, str(e.quantity), e.accessories) for e in entries)
    return "".join("\t".join(row).rstrip("\t") + "\n" for row in cells)


def _headings() -> list[str]:
    return [
        pgettext("instrument", "Name"),
        _("Model"),
        _("Serial number"),
        _("Maker"),
        _("Quantity"),
        _("Accessories"),
        _("Remark"),
    ]


def address_for(customer_id: int, what: str = "") -> str:
    """The address of the form, begun for a customer."""
    more = f"&from={what}" if what else ""
    return f"{reverse('intake')}?customer={customer_id}{more}"
