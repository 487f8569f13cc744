"""Customer, contact and instrument, each declared once, and the panels on a customer's page."""

from hengke.modules.customers import panels  # noqa: F401  (registers the panels)
from hengke.modules.customers.records.contact import ContactRecord
from hengke.modules.customers.records.customer import CustomerRecord
from hengke.modules.customers.records.instrument import InstrumentRecord

__all__ = ["ContactRecord", "CustomerRecord", "InstrumentRecord"]
