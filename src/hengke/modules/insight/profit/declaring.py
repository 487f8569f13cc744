"""The page on which costs are declared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.texts import is_usable
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.models import CostRates
from hengke.modules.insight.services import costs

PLACES = 6  # empty rows for places beside those declared


def _yuan(label: Any, help_text: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, min_value=0, max_digits=12, decimal_places=2, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


class CostForm(forms.Form):
    """What is the same everywhere."""

    winning = _yuan(
        gettext_lazy("Winning a new customer, yuan"),
        gettext_lazy("Advertising, tenders and first visits, divided by the new customers of a year."),
    )
    keeping = _yuan(
        gettext_lazy("Keeping a customer for a year, yuan"),
        gettext_lazy("Account manager, contract and files, whatever the customer brings."),
    )
    order = _yuan(
        gettext_lazy("Handling an order, yuan"),
        gettext_lazy("Counter, transport within the house, invoice, certificate."),
    )
    call = _yuan(gettext_lazy("A call, yuan"), gettext_lazy("Counted from the calls written down as done."))
    visit = _yuan(
        gettext_lazy("A visit, yuan"),
        gettext_lazy("Working time of a visit or meeting; the way is declared by place."),
    )
    order_limit = _yuan(
        gettext_lazy("An order above this needs an approval, yuan"),
        gettext_lazy(
            "No cost: orders that seem split to stay below it are shown to a person. 0: there is no such rule."
        ),
    )


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Read and declare what serving customers costs."""
    grants.require(request.actor, "view", costs.SUBJECT)
    current = costs.current()
    form = CostForm(request.POST or None, initial=_initial(current))
    wrong = ""
    if request.method == "POST":
        grants.require(request.actor, "change", costs.SUBJECT)
        if form.is_valid():
            try:
                costs.declare({**form.cleaned_data, **_rows(request)}, actor=request.actor)
            except InputError as error:
                wrong = _(error.template).format(**error.params)
            else:
                messages.success(
                    request, _("The costs were declared. Profit is worked out with them from now on.")
                )
                return redirect("profit")
    context = {
        "title": _("Declared costs"), "form": form, "wrong": wrong, "current": current,
        "direct": _direct(request, current), "travel": _travel(request, current),
        "may_change": grants.may(request.actor, "change", costs.SUBJECT),
    }  # fmt: skip
    return render(request, "insight/profit/costs.html", context)


def _initial(current: CostRates | None) -> dict[str, Any]:
    return {name: getattr(current, name) for name in costs.DECLARED} if current else {}


def _rows(request: StaffRequest) -> dict[str, list[tuple[Any, ...]]]:
    """The two tables of the form; InputError for an amount that is none."""
    direct = [
        (place, _number(share), _number(line))
        for place, share, line in zip(*_columns(request, "laboratory", "share", "line"), strict=False)
        if share.strip() or line.strip()
    ]
    travel = [
        (province.strip(), city.strip(), _number(amount))
        for province, city, amount in zip(*_columns(request, "province", "city", "amount"), strict=False)
        if amount.strip()
    ]
    return {"direct": direct, "travel": travel}


def _columns(request: StaffRequest, *names: str) -> list[list[str]]:
    columns = [request.POST.getlist(name)[: costs.MOST_ROWS + 1] for name in names]
    if any(not is_usable(cell) or len(cell) > 100 for column in columns for cell in column):
        raise InputError("cost_unreadable", "A cost is written as a number, for example 120 or 35.50.")
    return columns


def _number(text: str) -> Decimal:
    try:
        amount = Decimal(text.strip().replace(",", "") or 0)
    except ArithmeticError:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InputError("cost_unreadable", "A cost is written as a number, for example 120 or 35.50.")
    return amount


def _direct(request: StaffRequest, current: CostRates | None) -> list[dict[str, Any]]:
    """A row for all laboratories, then one for each that has lines."""
    known = {place: (share, line) for place, share, line in (current.direct if current else [])}
    names = ["", *_laboratories()]
    names += [place for place in known if place not in names]
    if request.method == "POST":
        sent = zip(*(request.POST.getlist(name) for name in ("laboratory", "share", "line")), strict=False)
        known = {place: (share, line) for place, share, line in sent}
    return [{"place": name, "share": known.get(name, ("", ""))[0], "line": known.get(name, ("", ""))[1]}
            for name in names[: costs.MOST_ROWS]]  # fmt: skip


def _travel(request: StaffRequest, current: CostRates | None) -> list[tuple[str, str, str]]:
    """The places declared, the row for all others last, and some empty rows."""
    known = [tuple(row) for row in (current.travel if current else [])]
    if request.method == "POST":
        known = list(
            zip(*(request.POST.getlist(name) for name in ("province", "city", "amount")), strict=False)
        )
    named = [row for row in known if row[0]]
    others = next((row[2] for row in known if not row[0]), "")
    return [("", "", others), *named, *[("", "", "")] * PLACES][: costs.MOST_ROWS]


def _laboratories() -> list[str]:
    from hengke_analytics.engine import rows

    try:
        table = facts.warehouse().table("dim_laboratory")
    except NotFound:
        return []
    return [row["laboratory"] for row in rows(table.order_by("laboratory")) if row["laboratory"]]
