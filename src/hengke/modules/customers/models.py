"""Who the institution serves: customers, the names they were seen under, their people and their instruments."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access.models import OrgUnit
from hengke.engines.access.scopes import WHERE_WORDS
from hengke.engines.access.scoping import AnyOf, Path, UnitOf
from hengke.engines.records.models import Dated
from hengke.engines.records.schema.numbering import Numbering
from hengke.modules.customers import references
from hengke.modules.customers.enums import (
    Category,
    InstrumentState,
    Mandatory,
    Origin,
    Ownership,
    Size,
    Stage,
    Tier,
)
from hengke.modules.customers.references import Merge


def within(degrees: int) -> tuple[MinValueValidator, MaxValueValidator]:
    """What a longitude or a latitude may be."""
    return MinValueValidator(-degrees), MaxValueValidator(degrees)


CUSTOMER_NUMBER = Numbering("customer", "C-{n:06}")


class Customer(Dated):
    """One record per real customer."""

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("full name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices, blank=True)
    ownership = models.CharField(_("ownership"), max_length=20, choices=Ownership.choices, blank=True)
    size = models.CharField(_("size"), max_length=20, choices=Size.choices, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    province = models.CharField(_("province"), max_length=30, blank=True)
    city = models.CharField(_("city"), max_length=30, blank=True)
    county = models.CharField(_("county"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True, validators=within(180)
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True, validators=within(90)
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    website = models.CharField(_("web site"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    code = models.CharField(_("social credit code"), max_length=18, blank=True, db_index=True)
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True)
    quality_manager = models.CharField(_("person in charge of quality"), max_length=60, blank=True)
    main_products = models.TextField(_("main products"), blank=True)
    remark = models.TextField(_("remark"), blank=True)
    tags = models.TextField(_("tags"), blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, default=Stage.PROSPECT)
    origin = models.CharField(_("origin"), max_length=20, choices=Origin.choices, default=Origin.MANUAL)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account manager"),
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="absorbed"
    )

    scope_paths: ClassVar[dict[str, Path]] = {
        "owner": "owner_id",
        "unit": UnitOf("unit_id"),
        "laboratory": AnyOf("summaries__laboratory", "customers.Customer"),
        **{word: word for word in WHERE_WORDS},
    }

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = (
            models.Index(fields=("city", "id"), name="customer_city"),
            models.Index(fields=("name",), name="customer_name"),
            # Names begin with their city: walked in the order of names, those of one city come late and all at once.
            models.Index(fields=("city", "name", "id"), name="customer_city_name"),
            models.Index(fields=("owner", "id"), name="customer_owner"),
            models.Index(fields=("created_at",), name="customer_created"),
            models.Index(fields=("updated_at",), name="customer_updated"),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new customer its number, the summary row that lists join, and its own name as an alias."""
        with transaction.atomic(savepoint=False):
            is_new = self.pk is None
            if not self.number:
                self.number = CUSTOMER_NUMBER.take(1)[0]
            super().save(*args, **kwargs)
            if is_new:
                CustomerSummary.objects.create(customer=self, names=1)
                taken = CustomerName.objects.filter(text=self.name)
                if not taken.exists():
                    CustomerName.objects.create(customer=self, text=self.name, decided=True)


class CustomerName(models.Model):
    """A name under which a customer was seen: the alias that facts hang on.

    `variant` is 0 unless the same string stands for several customers; then each of them has its own variant and
    every ledger line points at the right one.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="names")
    text = models.CharField(_("name"), max_length=200)
    variant = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    lines = models.IntegerField(default=0)
    probability = models.FloatField(default=1.0)
    decided = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("alias")
        constraints = (models.UniqueConstraint(fields=("text", "variant"), name="alias_once"),)

    def __str__(self) -> str:
        return self.text


# Where the words of scopes are found from what belongs to a customer.
CUSTOMER_PATHS: dict[str, Path] = {
    "owner": "customer__owner_id",
    "unit": UnitOf("customer__unit_id"),
    "customers.customer": "customer_id",
    **{word: f"customer__{word}" for word in WHERE_WORDS},
}


class Contact(Dated):
    """A person at a customer."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contacts", verbose_name=_("customer")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    role = models.CharField(pgettext_lazy("contact", "role"), max_length=60, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    remark = models.TextField(_("remark"), blank=True)
    first_on = models.DateField(_("first seen"), null=True, blank=True)
    last_on = models.DateField(_("last contact"), null=True, blank=True)
    lines = models.IntegerField(default=0, editable=False)
    origin = models.CharField(
        _("origin"), max_length=20, choices=Origin.choices, default=Origin.MANUAL, editable=False
    )

    scope_paths: ClassVar[dict[str, Path]] = {
        **CUSTOMER_PATHS,
        "laboratory": AnyOf("customer__summaries__laboratory", "customers.Contact"),
    }

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = (models.Index(fields=("updated_at",), name="contact_updated"),)

    def __str__(self) -> str:
        return self.name


class Instrument(Dated):
    """A customer's instrument that is submitted again and again."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="instruments", verbose_name=_("customer")
    )
    name = models.CharField(_("name"), max_length=100)
    model = models.CharField(_("model"), max_length=100, blank=True)
    serial = models.CharField(_("serial number"), max_length=100, blank=True)
    maker = models.CharField(_("maker"), max_length=100, blank=True)
    range = models.CharField(_("range"), max_length=100, blank=True)
    accuracy = models.CharField(_("accuracy class"), max_length=60, blank=True)
    mandatory = models.CharField(
        _("mandatory verification"), max_length=10, choices=Mandatory.choices, blank=True
    )
    location = models.CharField(_("location"), max_length=120, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=100, blank=True, db_index=True)
    project_group = models.CharField(_("project group"), max_length=100, blank=True)
    interval_months = models.PositiveSmallIntegerField(_("interval (months)"), null=True, blank=True)
    last_done = models.DateField(_("last calibrated"), null=True, blank=True)
    due = models.DateField(_("due"), null=True, blank=True, db_index=True)
    submissions = models.IntegerField(_("submissions"), default=0, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=InstrumentState.choices, default=InstrumentState.IN_USE
    )
    origin = models.CharField(
        _("origin"), max_length=20, choices=Origin.choices, default=Origin.MANUAL, editable=False
    )

    scope_paths: ClassVar[dict[str, Path]] = {**CUSTOMER_PATHS, "laboratory": "laboratory"}

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        indexes = (
            models.Index(fields=("customer", "due"), name="instrument_due"),
            models.Index(fields=("updated_at",), name="instrument_updated"),
        )

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name, self.model, self.serial)))


class CustomerSummary(models.Model):
    """What a customer contributes, as written down by the last warehouse build.

    One row per customer and laboratory, and one with an empty laboratory for the whole institution: a laboratory
    head reads the row of the own laboratory and so never sees a figure made from other lines.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="summaries")
    laboratory = models.CharField(max_length=100, blank=True)
    lines = models.IntegerField(default=0)
    billed = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    received = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    this_year = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    last_year = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    growth = models.FloatField(null=True)
    arrival = models.FloatField(null=True)
    by_year = models.JSONField(default=dict)
    rank = models.IntegerField(null=True)
    tier = models.CharField(max_length=10, choices=Tier.choices, blank=True)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    instruments = models.IntegerField(default=0)
    due_soon = models.IntegerField(default=0)
    names = models.IntegerField(default=0)
    # Written down from scores, on the row of the whole institution only: a laboratory's lines alone tell none of it.
    credit = models.FloatField(null=True)
    loyalty = models.FloatField(null=True)
    churn = models.FloatField(null=True)
    late = models.FloatField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("customer", "laboratory"), name="summary_once"),)
        # One for every order that the list offers: sorting all customers takes half a second at 200,000.
        indexes = tuple(
            models.Index(fields=("laboratory", order, "customer"), name=f"summary_by_{order}")
            for order in (
                "this_year", "last_year", "last_on", "growth", "arrival", "rank", "due_soon", "instruments",
                "credit", "loyalty", "churn", "late",
            )
        )  # fmt: skip


references.declare("customers.Customer", "merged_into", Merge.KEEP)
references.declare("customers.CustomerName", "customer", Merge.MOVE)
references.declare("customers.Contact", "customer", Merge.MOVE)
references.declare("customers.Instrument", "customer", Merge.MOVE)
references.declare("customers.CustomerSummary", "customer", Merge.REBUILD)
