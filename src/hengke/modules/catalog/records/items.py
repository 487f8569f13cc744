"""Service items with their classes, fees and options."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from hengke.engines.records.schema.declarations import Field, RecordType, Section, View
from hengke.engines.records.writing.rules import Rule
from hengke.kernel.filters import Condition
from hengke.modules.catalog.enums import Capability, ItemKind
from hengke.modules.catalog.models import ITEM_NUMBER, Fee, ItemClass, ItemOption, ServiceItem

ENDS_AFTER = _("This is before the beginning.")


def ends_after(end: date | None, begin: date | None) -> bool:
    """Nothing ends before it begins."""
    return end is None or begin is None or end >= begin


class ItemRecord(RecordType):
    model = ServiceItem
    slug = "items"
    icon = "list"
    party = ""
    audience = "laboratory"
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=5),
        Field("number", title=2, list=True, filter=True, sort=True, search=4, mono=True),
        Field("words", search=4),
        Field("kind", list=True, filter=True),
        Field("item_class", list=True, filter=True, group=True),
        Field("laboratory", list=True, filter=True, group=True),
        Field("project_group", filter=True, group=True),
        Field("procedure", list=True, filter=True, search=3),
        Field("range", filter=True),
        Field("accuracy", filter=True),
        Field("capability", list=True, filter=True),
        Field("unit"),
        Field("price", list=True, filter=True, sort=True, sensitivity="price"),
        Field("cost", filter=True, sort=True, sensitivity="cost"),
        Field("promised_days", list=True, filter=True, sort=True),
        Field("interval_months", filter=True),
        Field("stock", filter=True, sort=True, when=("kind", (ItemKind.GOODS,))),
        Field("stock_minimum", filter=True, when=("kind", (ItemKind.GOODS,))),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section("item", _("Item"), ("number", "name", "words", "kind", "item_class", "unit")),
        Section(
            "work",
            _("Work"),
            (
                "laboratory",
                "project_group",
                "procedure",
                "range",
                "accuracy",
                "capability",
                "interval_months",
            ),
        ),
        Section("terms", _("Price and time"), ("price", "cost", "promised_days", "stock", "stock_minimum")),
    )
    views = (
        View("offered", _("Offered"), where=Condition("capability", "ne", Capability.NONE), sort="name"),
        View("goods", _("Goods"), where=Condition("kind", "eq", ItemKind.GOODS), sort="name"),
    )
    numbers = (("number", ITEM_NUMBER),)
    sort, board = "name", "capability"
    upsert_by = (("number",), ("name", "laboratory"))
    search_subtitle = "{number} {laboratory}"


class ItemClassRecord(RecordType):
    model = ItemClass
    slug = "item-classes"
    icon = "folder"
    party = ""
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=3),
        Field("parent", title=2, list=True, filter=True),
        Field("updated_at", filter=True, sort=True),
    )
    sort = "name"
    upsert_by = (("name",),)


class FeeRecord(RecordType):
    model = Fee
    slug = "fees"
    icon = "money"
    party = ""
    fields = (
        Field("document", title=1, list=True, filter=True, sort=True, search=3),
        Field("item", title=2, list=True, filter=True, required=True),
        Field("amount", list=True, filter=True, sort=True, sensitivity="price"),
        Field("ceiling", list=True, filter=True, sensitivity="price"),
        Field("from_on", list=True, filter=True, sort=True),
        Field("to_on", list=True, filter=True, sort=True),
        Field("updated_at", filter=True, sort=True),
    )
    rules = (Rule(("to_on", "from_on"), ends_after, ENDS_AFTER),)
    sort, calendar, calendar_end = "-from_on", "from_on", "to_on"
    upsert_by = (("item", "from_on"),)


class ItemOptionRecord(RecordType):
    model = ItemOption
    slug = "item-options"
    icon = "settings"
    party = ""
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=3),
        Field("item", title=2, list=True, filter=True),
        Field("group", list=True, filter=True, group=True),
        Field("surcharge", list=True, filter=True, sensitivity="price"),
        Field("percent", list=True, filter=True, sensitivity="price"),
        Field("days", list=True),
        Field("excludes"),
        Field("updated_at", filter=True, sort=True),
    )
    sort = "name"
    upsert_by = (("item", "name"),)
