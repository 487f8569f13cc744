"""The instrument, declared once."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from hengke.engines.records.schema.declarations import Field, RecordType, Section, View
from hengke.engines.records.schema.lifecycle import Lifecycle
from hengke.kernel import clock
from hengke.kernel.filters import And, Condition
from hengke.modules.customers.enums import InstrumentState
from hengke.modules.customers.models import Instrument

IN_USE, AT_LABORATORY = InstrumentState.IN_USE, InstrumentState.AT_LABORATORY
STOPPED, SCRAPPED = InstrumentState.STOPPED, InstrumentState.SCRAPPED


def due_tone(due: date | None) -> str:
    """Red once due, yellow in the last 30 days."""
    if due is None:
        return ""
    days = (due - clock.today()).days
    return "bad" if days < 0 else "warn" if days <= 30 else ""


class InstrumentRecord(RecordType):
    model = Instrument
    slug = "instruments"
    icon = "instrument"
    party = "customer_id"
    audience = "laboratory"
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=4),
        Field("customer", title=2, list=True, filter=True),
        Field("customer_name", path="customer__name", label=_("customer name"), filter=True),
        Field("model", list=True, filter=True, search=4),
        Field("serial", list=True, filter=True, search=5, mono=True),
        Field("maker", filter=True, group=True),
        Field("range", filter=True),
        Field("accuracy", filter=True),
        Field("mandatory", filter=True),
        Field("location", filter=True),
        Field("laboratory", list=True, filter=True, group=True),
        Field("project_group", filter=True, group=True),
        Field("interval_months", filter=True),
        Field("last_done", filter=True, sort=True),
        Field("due", list=True, filter=True, sort=True, tone=due_tone),
        Field("submissions", filter=True, sort=True, write=False),
        Field("state", list=True, filter=True),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section(
            "instrument",
            _("Instrument"),
            (
                "customer",
                "name",
                "model",
                "serial",
                "maker",
                "range",
                "accuracy",
                "location",
                "mandatory",
                "state",
            ),
        ),
        Section(
            "calibration",
            _("Calibration"),
            ("laboratory", "project_group", "interval_months", "last_done", "due", "submissions"),
        ),
    )
    views = (
        View(
            "due-30",
            _("Due within 30 days"),
            where=And((Condition("due", "gte", "@today"), Condition("due", "lte", "@today+30"))),
            sort="due",
        ),
        View("overdue", _("Overdue"), where=Condition("due", "lt", "@today"), sort="-due"),
    )
    lifecycle = Lifecycle("state", {
        IN_USE: (AT_LABORATORY, STOPPED, SCRAPPED),
        AT_LABORATORY: (IN_USE,),
        STOPPED: (IN_USE, SCRAPPED),
        SCRAPPED: (IN_USE,),
    })  # fmt: skip
    sort = "due"
    board, calendar = "state", "due"
    upsert_by = (("customer", "model", "serial"),)
    search_subtitle = "{customer.name} {model} {serial}"
