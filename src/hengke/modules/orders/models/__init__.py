"""The tables of orders, by room."""

from hengke.modules.orders.models.certificates import CERTIFICATE_NUMBER, Certificate
from hengke.modules.orders.models.commissions import COMMISSION_NUMBER, Commission, CommissionLine, Passage
from hengke.modules.orders.models.recall import RECALL_NUMBER, RecallItem, RecallProposal

__all__ = [
    "CERTIFICATE_NUMBER",
    "COMMISSION_NUMBER",
    "RECALL_NUMBER",
    "Certificate",
    "Commission",
    "CommissionLine",
    "Passage",
    "RecallItem",
    "RecallProposal",
]
