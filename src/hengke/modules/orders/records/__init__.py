"""Commissions, their lines, certificates and recalls, each declared once."""

# The order of declaration is the order in which people meet the objects.
from hengke.modules.orders.records.commissions import CommissionLineRecord, CommissionRecord

from hengke.modules.orders.records.certificates import CertificateRecord  # isort: skip
from hengke.modules.orders.records.recall import RecallRecord

__all__ = ["CertificateRecord", "CommissionLineRecord", "CommissionRecord", "RecallRecord"]
