"""The customer, declared once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema.declarations import Field, RecordType, Section, Summary, Values, View
from hengke.engines.records.schema.kinds import Money, Percent, Phone
from hengke.engines.records.schema.kinds_drawn import Degrees, Tier, Trend
from hengke.engines.records.schema.kinds_tags import Tags
from hengke.engines.records.writing import bulk
from hengke.engines.records.writing.rules import Rule
from hengke.kernel.filters import And, Condition
from hengke.kernel.identifiers import uscc_is_valid
from hengke.modules.customers import enums
from hengke.modules.customers.models import CUSTOMER_NUMBER, Customer, CustomerName, CustomerSummary

WAN = Money(per=10_000, digits=1)


def arrival_tone(rate: float | None) -> str:
    """Red below three quarters paid, yellow below nine tenths."""
    return "" if rate is None or rate >= 0.9 else "warn" if rate >= 0.75 else "bad"


def quality_tone(value: float | None) -> str:
    """Red below one half, yellow below three quarters."""
    return "" if value is None or value >= 0.75 else "warn" if value >= 0.5 else "bad"


def risk_tone(value: float | None) -> str:
    """Red from one half on, yellow from one quarter on."""
    return "" if value is None else quality_tone(1 - value)


# Written down from models; the words of each stand in the panel of scores.
SCORES = (
    ("credit", _("credit"), quality_tone), ("loyalty", _("loyalty"), quality_tone),
    ("churn", _("risk of leaving"), risk_tone), ("late", _("risk of late payment"), risk_tone),
)  # fmt: skip


def code_is_valid(code: str) -> bool:
    """A social credit code has a check character."""
    return not code or uscc_is_valid(code)


class CustomerRecord(RecordType):
    model = Customer
    slug = "customers"
    icon = "building"
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=5),
        Field("short_name", filter=True, search=5),
        Field("number", title=2, list=True, filter=True, sort=True, search=4, mono=True),
        Field("category", list=True, filter=True),
        Field(
            "tier",
            path="summary__tier",
            kind=Tier(tuple(enums.Tier.choices)),
            label=_("tier"),
            list=True,
            filter=True,
            sensitivity="tier",
        ),
        Field("province", filter=True, group=True),
        Field("city", list=True, filter=True, sort=True, group=True),
        Field("county", filter=True, group=True),
        Field(
            "this_year",
            path="summary__this_year",
            kind=WAN,
            label=_("this year"),
            list=True,
            filter=True,
            sort=True,
            sensitivity="money",
        ),
        Field(
            "last_year",
            path="summary__last_year",
            kind=WAN,
            label=_("last year"),
            filter=True,
            sort=True,
            sensitivity="money",
        ),
        Field(
            "growth",
            path="summary__growth",
            kind=Percent(signed=True),
            label=_("growth"),
            list=True,
            filter=True,
            sort=True,
            sensitivity="money",
        ),
        Field(
            "by_year",
            path="summary__by_year",
            kind=Trend(),
            label=_("last 5 years"),
            list=True,
            sensitivity="money",
        ),
        Field(
            "arrival",
            path="summary__arrival",
            kind=Percent(),
            label=_("arrival rate"),
            list=True,
            filter=True,
            sort=True,
            sensitivity="money",
            tone=arrival_tone,
        ),
        *(
            Field(
                name,
                path=f"summary__{name}",
                kind=Percent(),
                label=label,
                filter=True,
                sort=True,
                sensitivity="institution",
                tone=tone,
            )
            for name, label, tone in SCORES
        ),
        Field("rank", path="summary__rank", label=_("rank"), filter=True, sort=True, sensitivity="tier"),
        Field(
            "instrument_count", path="summary__instruments", label=_("instruments"), filter=True, sort=True
        ),
        Field("due_soon", path="summary__due_soon", label=_("due soon"), list=True, filter=True, sort=True),
        Field(
            "last_on", path="summary__last_on", label=_("last submission"), list=True, filter=True, sort=True
        ),
        Field("stage", filter=True, sensitivity="institution"),
        Field("tags", kind=Tags(), filter=True, search=3),
        Field("owner", list=True, filter=True, write=False),
        Field("unit", filter=True, write=False),
        Field("ownership", filter=True),
        Field("size", filter=True),
        Field("industry", filter=True, group=True),
        Field("address", filter=True),
        Field("postcode"),
        Field("longitude", kind=Degrees(), filter=True),
        Field("latitude", kind=Degrees(), filter=True),
        Field("phone", kind=Phone(), filter=True, search=4, sensitivity="phone"),
        Field("fax", sensitivity="phone"),
        Field("website"),
        Field("email", sensitivity="phone"),
        Field("code", filter=True, search=4, mono=True),
        Field("legal_representative", filter=True),
        Field("quality_manager", filter=True),
        Field("main_products", filter=True),
        Field("remark"),
        Field("origin", filter=True, write=False),
        Field("created_at", filter=True, sort=True),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section(
            "profile",
            _("Profile"),
            (
                "number",
                "name",
                "short_name",
                "code",
                "category",
                "ownership",
                "size",
                "industry",
                "stage",
                "tags",
                "owner",
                "unit",
            ),
        ),
        Section(
            "place",
            _("Address and telephone"),
            (
                "province",
                "city",
                "county",
                "address",
                "postcode",
                "longitude",
                "latitude",
                "phone",
                "fax",
                "email",
                "website",
            ),
        ),
        Section(
            "business",
            _("People and products"),
            ("legal_representative", "quality_manager", "main_products", "remark"),
        ),
    )
    views = (
        View("mine", _("My customers"), where=Condition("owner", "eq", "@me")),
        View("vip", _("VIP and major"), where=Condition("tier", "in", ("vip", "major"))),
        View("growing", _("Growing"), where=Condition("growth", "gt", "0.2"), sort="-growth"),
        View(
            "falling",
            _("Falling"),
            where=And((Condition("growth", "lt", "-0.2"), Condition("last_year", "gt", "0"))),
            sort="growth",
        ),
        View(
            "leaving",
            _("Likely to leave"),
            # A customer that has left already has the whole risk: nothing can be kept there.
            where=And((Condition("churn", "gte", "0.3"), Condition("churn", "lt", "1"))),
            sort="-churn",
            columns=(
                "name",
                "number",
                "tier",
                "city",
                "churn",
                "loyalty",
                "credit",
                "this_year",
                "last_on",
                "owner",
            ),
        ),
        View(
            "late",
            _("Likely to pay late"),
            where=Condition("late", "gte", "0.3"),
            sort="-late",
            columns=("name", "number", "tier", "city", "late", "credit", "arrival", "this_year", "owner"),
        ),
        View("due", _("Instruments due soon"), where=Condition("due_soon", "gt", "0"), sort="-due_soon"),
        View(
            "quiet", _("Nothing for a year"), where=Condition("last_on", "lt", "@today-365"), sort="-last_on"
        ),
    )
    rules = (Rule(("code",), code_is_valid, _("This is not a valid social credit code.")),)
    numbers = (("number", CUSTOMER_NUMBER),)
    sort = "-this_year"
    board = "stage"
    place = ("province", "city", "county")
    position = ("longitude", "latitude")
    summary = Summary("summary", relation="summaries", key="customer")
    upsert_by = (("number",), ("code",), ("name",))
    search_weight = ("summary__billed", "money")
    search_subtitle = "{number} {city}"

    def defaults(self, actor: Actor) -> Values:
        """Who may work on the own customers only becomes their account manager."""
        return {"owner_id": actor.user_id, "unit_id": actor.unit_id}

    def created_in_bulk(self, objects: Sequence[models.Model]) -> None:
        """The summary row that lists join, and the own name as an alias."""
        customers = {customer.pk: cast(Customer, customer).name for customer in objects}
        bulk.insert_values(CustomerSummary, ("customer_id", "names"), [(pk, 1) for pk in customers])
        taken = set(CustomerName.objects.filter(text__in=customers.values()).values_list("text", flat=True))
        free = {name: pk for pk, name in customers.items() if name not in taken}
        names = [(pk, name, True) for name, pk in free.items()]
        bulk.insert_values(CustomerName, ("customer_id", "text", "decided"), names)

    def search_extra(self, ids: Iterable[int]) -> dict[int, list[str]]:
        """Every name under which a customer was seen."""
        found: dict[int, list[str]] = {}
        for customer_id, text in CustomerName.objects.filter(customer_id__in=list(ids)).values_list(
            "customer_id", "text"
        ):
            found.setdefault(customer_id, []).append(text)
        return found
