"""The tables of the catalogue, by room."""

from hengke.modules.catalog.models.items import ITEM_NUMBER, Fee, ItemClass, ItemOption, ServiceItem
from hengke.modules.catalog.models.prices import PriceList, PriceListLine
from hengke.modules.catalog.models.promotions import Bundle, BundleLine, Promotion

__all__ = [
    "ITEM_NUMBER",
    "Bundle",
    "BundleLine",
    "Fee",
    "ItemClass",
    "ItemOption",
    "PriceList",
    "PriceListLine",
    "Promotion",
    "ServiceItem",
]
