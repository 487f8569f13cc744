"""The certificate."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema.actions import Input, action
from hengke.engines.records.schema.declarations import Field, RecordType, Section, Values, View
from hengke.engines.records.schema.kinds import Choice, Date, Text
from hengke.engines.records.schema.lifecycle import Lifecycle
from hengke.kernel.errors import Conflict
from hengke.kernel.filters import Condition
from hengke.modules.orders.enums import CertificateState, Conclusion
from hengke.modules.orders.models import CERTIFICATE_NUMBER, Certificate
from hengke.modules.orders.services import certificates

TO_ADD, TO_EDIT, TO_REVIEW = CertificateState.TO_ADD, CertificateState.TO_EDIT, CertificateState.TO_REVIEW
TO_PRINT, TO_COLLECT, COLLECTED = (
    CertificateState.TO_PRINT, CertificateState.TO_COLLECT, CertificateState.COLLECTED,
)  # fmt: skip


class CertificateRecord(RecordType):
    model = Certificate
    slug = "certificates"
    icon = "certificate"
    party = "customer_id"
    audience = "laboratory"
    fields = (
        Field("number", title=1, list=True, filter=True, sort=True, search=5, mono=True),
        Field("customer", title=2, list=True, filter=True, write=False),
        Field("customer_name", path="customer__name", label=_("customer name"), filter=True),
        Field("instrument_name", path="line__name", label=_("instrument"), list=True, filter=True),
        Field("serial", path="line__serial", label=_("serial number"), list=True, filter=True, mono=True),
        Field("line", write=False),
        Field("laboratory", list=True, filter=True, group=True),
        Field("state", list=True, filter=True, write=False),
        Field("conclusion", list=True, filter=True, write=False),
        Field("done_on", list=True, filter=True, sort=True, write=False),
        Field("valid_until", list=True, filter=True, sort=True, write=False),
        Field("issued_on", filter=True, sort=True),
        Field("delivery", filter=True),
        Field("delivered_to", filter=True),
        Field("editor", filter=True),
        Field("reviewer", filter=True),
        Field("remark"),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section("certificate", _("Certificate"), ("number", "line", "customer", "laboratory", "state", "conclusion")),
        Section("days", _("Days"), ("done_on", "valid_until", "issued_on")),
        Section("hands", _("Through whose hands"), ("editor", "reviewer", "delivery", "delivered_to", "remark")),
    )  # fmt: skip
    views = tuple(
        View(
            state.value.replace("_", "-"),
            state.label,
            where=Condition("state", "eq", state),
            sort="-updated_at",
        )
        for state in CertificateState
    )
    lifecycle = Lifecycle("state", {
        TO_ADD: (TO_EDIT, TO_REVIEW),
        TO_EDIT: (TO_REVIEW,),
        TO_REVIEW: (TO_PRINT, TO_EDIT),
        TO_PRINT: (TO_COLLECT, TO_EDIT),
        TO_COLLECT: (COLLECTED,),
    })  # fmt: skip
    numbers = (("number", CERTIFICATE_NUMBER),)
    sort, board, calendar = "-updated_at", "state", "valid_until"
    search_subtitle = "{customer.name}"

    def create(self, *, actor: Actor, values: Values) -> models.Model:
        """A certificate comes with the line that was accepted."""
        raise Conflict("made_elsewhere", "A certificate is made when its line is accepted.")


@action("certificates", "fill", _("Fill in"), icon="edit", when=lambda row: row.state in (TO_ADD, TO_EDIT), inputs=(
    Input("done_on", Date(), _("Done on")),
    Input("conclusion", Choice(tuple(Conclusion.choices)), _("Conclusion")),
    Input("until", Date(), _("Valid until, if not by the interval")),
))  # fmt: skip
def fill(
    record: RecordType, *, actor: Actor, target: Any, done_on: date | None = None, conclusion: str = Conclusion.PASSED,
    until: date | None = None,
) -> None:  # fmt: skip
    """State when the work was done and with what result; then a colleague reviews it."""
    certificates.edit([target.pk], actor=actor, done_on=done_on, conclusion=conclusion, until=until)


@action("certificates", "review", _("Approve"), icon="ok", when=lambda row: row.state == TO_REVIEW)
def review(record: RecordType, *, actor: Actor, target: Any) -> None:
    """Approve what a colleague filled in."""
    certificates.review([target.pk], actor=actor)


@action(
    "certificates",
    "back",
    _("Back to the editor"),
    icon="undo",
    when=lambda row: row.state in (TO_REVIEW, TO_PRINT),
)
def back(record: RecordType, *, actor: Actor, target: Any) -> None:
    """Something is wrong in it."""
    certificates.send_back([target.pk], actor=actor)


@action("certificates", "issue", _("Issue"), icon="print", when=lambda row: row.state == TO_PRINT)
def issue(record: RecordType, *, actor: Actor, target: Any) -> None:
    """Printed and signed; the instrument has its next due day."""
    certificates.issue([target.pk], actor=actor)


@action("certificates", "hand-over", _("Hand over"), icon="check", when=lambda row: row.state == TO_COLLECT, inputs=(
    Input("delivered_to", Text(), _("Given to")),
))  # fmt: skip
def hand_over(record: RecordType, *, actor: Actor, target: Any, delivered_to: str = "") -> None:
    """Collected together with the instrument."""
    certificates.collect([target.pk], actor=actor, delivered_to=delivered_to)
