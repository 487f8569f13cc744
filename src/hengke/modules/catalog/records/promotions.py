"""Promotions and bundles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from hengke.engines.records.schema.declarations import Field, RecordType, Section, View
from hengke.engines.records.writing.rules import Rule
from hengke.modules.catalog.enums import PromotionKind
from hengke.modules.catalog.models import Bundle, BundleLine, Promotion
from hengke.modules.catalog.records.items import ENDS_AFTER, ends_after
from hengke.modules.catalog.records.prices import IN_FORCE, name_lines

DISCOUNT, SPEND, GIFT = PromotionKind.CLASS_DISCOUNT, PromotionKind.SPEND_GET, PromotionKind.GIFT


def is_less_than_all(reward: Any, threshold: Any) -> bool:
    """Nobody gets more off than was spent."""
    return reward is None or threshold is None or reward <= threshold


class PromotionRecord(RecordType):
    model = Promotion
    slug = "promotions"
    icon = "tag"
    party = ""
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=4),
        Field("kind", title=2, list=True, filter=True, required=True),
        Field("item_class", list=True, filter=True),
        Field("tier", filter=True),
        Field("excluded"),
        Field("percent", list=True, when=("kind", (DISCOUNT,)), required=True),
        Field("threshold", list=True, when=("kind", (SPEND, GIFT)), required=True),
        Field("reward", list=True, when=("kind", (SPEND,)), required=True),
        Field("gift", when=("kind", (GIFT,)), required=True),
        Field("from_on", list=True, filter=True, sort=True),
        Field("to_on", list=True, filter=True, sort=True),
        Field("standing", list=True, filter=True),
        Field("updated_at", filter=True, sort=True),
    )
    sections = (
        Section("what", _("What is given"), ("name", "kind", "percent", "threshold", "reward", "gift")),
        Section("where", _("What it holds for"), ("item_class", "excluded", "tier", "standing")),
        Section("when", _("When it holds"), ("from_on", "to_on")),
    )
    views = (View("in-force", _("In force"), where=IN_FORCE, sort="-from_on"),)
    rules = (
        Rule(("to_on", "from_on"), ends_after, ENDS_AFTER),
        Rule(("reward", "threshold"), is_less_than_all, _("This is more than what must be spent.")),
    )
    sort, calendar, calendar_end = "-from_on", "from_on", "to_on"
    upsert_by = (("name",),)


class BundleRecord(RecordType):
    model = Bundle
    slug = "bundles"
    icon = "folder"
    party = ""
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=4),
        Field("price", list=True, filter=True, sort=True, sensitivity="price"),
        Field("remark"),
        Field("updated_at", filter=True, sort=True),
    )
    sort = "name"
    upsert_by = (("name",),)


class BundleLineRecord(RecordType):
    model = BundleLine
    slug = "bundle-lines"
    icon = "list"
    party = ""
    fields = (
        Field("name", title=1, list=True, filter=True, sort=True, search=3),
        Field("bundle", title=2, list=True, filter=True),
        Field("item", list=True, filter=True),
        Field("quantity", list=True),
        Field("remark"),
        Field("updated_at", filter=True, sort=True),
    )
    sort = "-updated_at"
    upsert_by = (("bundle", "item"),)

    def prepare_in_bulk(self, objects: Sequence[Any]) -> None:
        """Each is called as its item is."""
        name_lines(objects)
