"""Items, fees, prices and promotions, each declared once."""

# The order of declaration is the order in which people meet the objects.
from hengke.modules.catalog.records.items import FeeRecord, ItemClassRecord, ItemOptionRecord, ItemRecord
from hengke.modules.catalog.records.prices import PriceLineRecord, PriceListRecord
from hengke.modules.catalog.records.promotions import BundleLineRecord, BundleRecord, PromotionRecord

__all__ = [
    "BundleLineRecord",
    "BundleRecord",
    "FeeRecord",
    "ItemClassRecord",
    "ItemOptionRecord",
    "ItemRecord",
    "PriceLineRecord",
    "PriceListRecord",
    "PromotionRecord",
]
