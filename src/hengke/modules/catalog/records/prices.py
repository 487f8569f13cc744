"""Price lists and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from hengke.engines.records.schema.declarations import Field, RecordType, Section, View
from hengke.engines.records.writing.rules import Rule
from hengke.kernel.filters import And, Condition, Or
from hengke.modules.catalog.models import PriceList, PriceListLine
from hengke.modules.catalog.records.items import ENDS_AFTER, ends_after

IN_FORCE = And((
    Condition("from_on", "lte", "@today"),
    Or((Condition("to_on", "empty", True), Condition("to_on", "gte", "@today"))),
))  # fmt: skip


def says_one_thing(price: Any, percent: Any) -> bool:
    """Either a price or a share of the standard fee."""
    return (price is None) != (percent is None)


def name_lines(objects: Sequence[Any]) -> None:
    """Give lines of lists and bundles, before they are inserted together, the names of what they speak of."""
    for line in objects:
        line.name = line.of_what()


class PriceListRecord(RecordType):
    model = PriceList
    slug = "price-lists"
    icon = "list"
    party = "customer_id"
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=4),
        Field("customer", title=2, list=True, filter=True),
        Field("contract", list=True, filter=True, search=4, mono=True),
        Field("tier", list=True, filter=True),
        Field("province", list=True, filter=True),
        Field("city", filter=True),
        Field("from_on", list=True, filter=True, sort=True),
        Field("to_on", list=True, filter=True, sort=True),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section("whose", _("For whom"), ("name", "customer", "contract", "tier", "province", "city")),
        Section("when", _("When it holds"), ("from_on", "to_on")),
    )
    views = (View("in-force", _("In force"), where=IN_FORCE, sort="-from_on"),)
    rules = (Rule(("to_on", "from_on"), ends_after, ENDS_AFTER),)
    sort, calendar, calendar_end = "-from_on", "from_on", "to_on"
    upsert_by = (("name",),)


class PriceLineRecord(RecordType):
    model = PriceListLine
    slug = "prices"
    icon = "money"
    party = ""
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=3),
        Field("price_list", title=2, list=True, filter=True),
        Field("item", list=True, filter=True),
        Field("item_class", list=True, filter=True),
        Field("price", list=True, filter=True, sensitivity="price"),
        Field("percent", list=True, filter=True, sensitivity="price"),
        Field("remark"),
        Field("updated_at", filter=True, sort=True),
    )
    rules = (Rule(("price", "percent"), says_one_thing, _("State either a price or a percentage.")),)
    sort = "-updated_at"
    upsert_by = (("price_list", "item"), ("price_list", "item_class"))

    def prepare_in_bulk(self, objects: Sequence[Any]) -> None:
        """Each is called by what it speaks of."""
        name_lines(objects)
