"""Rules without code: an administrator turns the conditions of a list into what every entry must fulfil."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hengke.engines.access import events, grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.models import RecordRule
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.reading.words import describe
from hengke.engines.records.schema import registry
from hengke.engines.records.views.common import address
from hengke.engines.records.writing import rules
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.filters import And, Filter, Not, conditions, from_json, to_json

SUBJECT = "records.rule"


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """All rules; a posted list state with a sentence becomes another one."""
    grants.require(request.actor, "change", SUBJECT)
    if request.method == "POST":
        return _add(request)
    rows = RecordRule.objects.filter(deleted_at=None).select_related("made_by").order_by("record", "pk")
    context = {
        "title": _("Rules"),
        "rules": [_row(row, request) for row in rows],
        "records": registry.all_records(),
    }
    return render(request, "records/rules.html", context)


def _add(request: StaffRequest) -> HttpResponse:
    record = registry.by_slug(request.POST.get("record", ""))
    words = request.POST.get("words", "").strip()
    own = And(Query.read(Catalogue(record, request.actor), _conditions(request.POST.get("filter", ""))).own)
    named = [condition.field for condition in conditions(own)]
    if not words or len(words) > 200:
        raise InputError(
            "rule_words", "Write a sentence of up to {n} characters that says what must hold.", n=200
        )
    if not named:
        raise InputError("rule_empty", "Put conditions on the list first; they become the rule.")
    for name in named:
        if not rules.is_checkable(record, name):
            raise InputError(
                "rule_field", 'A rule cannot speak about "{field}".', field=record.field(name).label
            )
    stored = to_json(own.parts[0] if len(own.parts) == 1 else own)
    made = RecordRule.objects.create(record=record.slug, words=words, must=stored, made_by=request.user)
    events.record("rule.created", actor=request.actor, subject=made, payload={"name": words, "must": stored})
    messages.success(request, _("The rule holds from now on."))
    return redirect("rules")


def _conditions(text: str) -> QueryDict:
    """The list's own conditions as the parameters of an address."""
    state = QueryDict(mutable=True)
    state["filter"] = text
    return state


@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """A rule that holds no longer."""
    grants.require(request.actor, "change", SUBJECT)
    if not RecordRule.objects.filter(pk=pk, deleted_at=None).update(deleted_at=clock.now()):
        raise NotFound("rule_not_found", "This rule does not exist.")
    rule = RecordRule.objects.get(pk=pk)
    events.record("rule.deleted", actor=request.actor, subject=rule, payload={"name": rule.words})
    messages.success(request, _("The rule holds no longer."))
    return redirect("rules")


def _row(row: RecordRule, request: StaffRequest) -> dict[str, Any]:
    record = registry.by_slug(row.record)
    catalogue = Catalogue(record, request.actor)
    tree: Filter = from_json(row.must)
    try:
        words = " ".join(part for part in describe(catalogue, tree) if part)
    except InputError:
        words = _("A field of this rule does not exist any more; the rule is not asked.")
    against = Query.read(catalogue, QueryDict("")).with_own([Not(tree)])
    return {
        "rule": row,
        "record": record,
        "condition": words,
        "against_url": address(record, "list") + against.address(),
    }
