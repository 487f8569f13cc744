"""The latest assessments, those of a customer, the form, and the report to print."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.charts import Chart, Series
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.texts import is_usable
from hengke.modules.customers.models import Customer
from hengke.modules.insight.assessments.ledger import first_hand
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.enums import AssessedBy, ValueSide
from hengke.modules.insight.models import ValueAssessment
from hengke.modules.insight.services import assessing
from hengke.modules.insight.services.assessing import SUBJECT, Item

SHOWN = 200
EMPTY_ROWS = 6
EXAMPLES = (
    (ValueSide.VALUE, "减少不合格品损失"), (ValueSide.VALUE, "缩短停机时间"), (ValueSide.VALUE, "免去自建检定能力"),
    (ValueSide.COST, "检定校准费用"), (ValueSide.COST, "送检运输与人工"), (ValueSide.EXPECTED, "客户预期的全部成本"),
)  # fmt: skip
"""What a first assessment is asked about; only rows with an amount are kept."""


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """The latest assessment of each customer, the newest first."""
    grants.require(request.actor, "view", SUBJECT)
    seen = ValueAssessment.objects.visible_to(request.actor)
    newest = seen.filter(customer=OuterRef("customer")).order_by("-assessed_on", "-pk").values("pk")[:1]
    rows = (
        seen.filter(pk=Subquery(newest))
        .select_related("customer", "actor")
        .order_by("-assessed_on", "-pk")[:SHOWN]
    )
    return render(request, "insight/assessments/list.html", {"title": _("Value assessments"), "rows": rows})


@require_GET
def of_customer(request: StaffRequest, customer: int) -> HttpResponse:
    """All assessments of a customer, and how its delivered value went."""
    target = assessing.customer_of(customer, request.actor, "view")
    rows = list(
        ValueAssessment.objects.visible_to(request.actor).filter(customer=customer).select_related("actor")
        .order_by("-assessed_on", "-pk")
    )  # fmt: skip
    context = {
        "title": target.name, "customer": target, "rows": rows, "chart": _trend(rows),
        "may_add": _may_change(request, target),
    }  # fmt: skip
    return render(request, "insight/assessments/customer.html", context)


@require_GET
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """One assessment as a report that can be printed and handed to the customer."""
    row = _found(request, pk)
    items = list(row.items.order_by("-amount", "pk"))
    before = ValueAssessment.objects.visible_to(request.actor).filter(
        customer=row.customer_id, assessed_on__lt=row.assessed_on
    )
    context = {
        "title": _("Value assessment report"), "row": row, "customer": row.customer,
        "sides": [_side(side, items) for side in ValueSide], "before": before.order_by("-assessed_on").first(),
        "chart": _account(row), "unit": _words(row).unit, "ledger": first_hand(request.actor, row.customer_id),
        "may_change": _may_change(request, row.customer),
    }  # fmt: skip
    return render(request, "insight/assessments/report.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, customer: int = 0, pk: int = 0) -> HttpResponse:
    """Enter a new assessment, or change one."""
    row = _found(request, pk) if pk else None
    target = assessing.customer_of(row.customer_id if row else customer, request.actor)
    wrong = ""
    if request.method == "POST":
        try:
            kept = assessing.save(
                target.pk, _values(request), _items(request), actor=request.actor, pk=pk or None
            )
        except InputError as error:
            wrong = _(error.template).format(**error.params)
        else:
            messages.success(request, _("The assessment was saved."))
            return redirect("assessment", kept.pk)
    context = {
        "title": target.name, "customer": target, "row": row, "wrong": wrong, "today": clock.today(),
        "given": request.POST if request.method == "POST" else None, "kinds": AssessedBy.choices,
        "sides": ValueSide.choices, "items": _entered(request, row),
    }  # fmt: skip
    return render(request, "insight/assessments/edit.html", context, status=400 if wrong else 200)


def _found(request: StaffRequest, pk: int) -> ValueAssessment:
    grants.require(request.actor, "view", SUBJECT)
    row = (
        ValueAssessment.objects.visible_to(request.actor)
        .filter(pk=pk)
        .select_related("customer", "actor")
        .first()
    )
    if row is None:
        raise NotFound("assessment_unknown", "This assessment does not exist, or is not yours to change.")
    return row


def _may_change(request: StaffRequest, target: Customer) -> bool:
    return (
        grants.may(request.actor, "change", SUBJECT)
        and Customer.objects.visible_to(request.actor, "change").filter(pk=target.pk).exists()
    )


def _side(side: ValueSide, items: list[Any]) -> dict[str, Any]:
    mine = [item for item in items if item.side == side]
    return {"label": str(side.label), "items": mine, "sum": sum((item.amount for item in mine), Decimal(0))}


def _account(row: ValueAssessment) -> Chart:
    """Value, cost and the cost that was expected, side by side."""
    words = _words(row)
    sums = (row.value, row.cost, row.expected)
    return charts.bars(
        [str(side.label) for side in ValueSide], [Series(words.unit, list(sums))], title=_("The customer's account"),
        head=_("Side"), fmt=words.axis,
    )  # fmt: skip


def _words(row: ValueAssessment) -> Words:
    return Words("billed").fitting(max(row.value, row.cost, row.expected))


def _trend(rows: list[ValueAssessment]) -> Chart | None:
    """Both delivered values over the assessments, oldest first."""
    if len(rows) < 2:
        return None
    ordered = rows[::-1]
    words = Words("billed").fitting(max(max(abs(row.spared), abs(row.net)) for row in rows))
    return charts.lines(
        [str(row.assessed_on) for row in ordered],
        [Series(_("Cost spared"), [row.spared for row in ordered]),
         Series(_("Net value"), [row.net for row in ordered])],
        title=_("Delivered value over time"), head=_("Day"), fmt=words.axis,
    )  # fmt: skip


def _values(request: StaffRequest) -> dict[str, Any]:
    given = request.POST
    try:
        day = date.fromisoformat(given.get("assessed_on", ""))
    except ValueError:
        day = None
    names = ("how", "with_whom", "expectation", "conclusion")
    return {"assessed_on": day, **{name: given.get(name, "") for name in names}}


def _items(request: StaffRequest) -> list[Item]:
    """The rows of the form that hold an amount."""
    columns = [
        request.POST.getlist(name)[: assessing.MOST_ITEMS + 1] for name in ("side", "what", "basis", "amount")
    ]
    rows = zip(*columns, strict=False)
    return [
        Item(side, what.strip(), basis.strip(), _amount(amount))
        for side, what, basis, amount in rows
        if amount.strip()
    ]


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text.strip().replace(",", "")) if is_usable(text) else Decimal("NaN")
    except ArithmeticError:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise InputError("assessment_amount", "An amount is written in yuan with at most two places.")
    return amount


def _entered(request: StaffRequest, row: ValueAssessment | None) -> list[tuple[str, str, str, str]]:
    """The rows of the form: as sent, as stored, or examples; with some empty ones."""
    if request.method == "POST":
        columns = [request.POST.getlist(name) for name in ("side", "what", "basis", "amount")]
        return list(zip(*columns, strict=False))[: assessing.MOST_ITEMS]
    empty = [("value", "", "", "")] * EMPTY_ROWS
    if row is None:
        return [(side.value, what, "", "") for side, what in EXAMPLES] + empty
    return [(item.side, item.what, item.basis, str(item.amount)) for item in row.items.order_by("pk")] + empty
