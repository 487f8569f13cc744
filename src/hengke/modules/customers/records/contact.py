"""The contact, declared once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hengke.engines.records.schema.declarations import Field, RecordType, Section, View
from hengke.engines.records.schema.kinds import Phone
from hengke.kernel.filters import Condition
from hengke.modules.customers.models import Contact


class ContactRecord(RecordType):
    model = Contact
    slug = "contacts"
    icon = "contact"
    party = "customer_id"
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=5),
        Field("customer", title=2, list=True, filter=True),
        Field("customer_name", path="customer__name", label=_("customer name"), filter=True),
        Field("role", list=True, filter=True, group=True),
        Field("department", list=True, filter=True, group=True),
        Field("phone", kind=Phone(), list=True, filter=True, search=5, sensitivity="phone"),
        Field("email", filter=True, sensitivity="phone"),
        Field("first_on", filter=True, sort=True, sensitivity="institution"),
        Field("last_on", list=True, filter=True, sort=True, sensitivity="institution"),
        Field(
            "lines", label=_("submissions"), filter=True, sort=True, write=False, sensitivity="institution"
        ),
        Field("remark"),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section(
            "person", _("Person"), ("customer", "name", "role", "department", "phone", "email", "remark")
        ),
        Section("dates", _("Dates"), ("first_on", "last_on", "lines")),
    )
    views = (
        View("recent", _("Seen this year"), where=Condition("last_on", "gte", "@today-365"), sort="-last_on"),
    )
    sort = "-updated_at"
    upsert_by = (("customer", "name"),)
    search_subtitle = "{customer.name}"
