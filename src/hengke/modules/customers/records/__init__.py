"""Customer, contact and instrument, each declared once, and the panels on a customer's page."""

from hengke.modules.customers import panels  # noqa: F401  (registers the panels)

# isort: off
# The order of declaration is the order in which people meet the objects: in the palette, the API and the back office.
from hengke.modules.customers.records.customer import CustomerRecord
from hengke.modules.customers.records.contact import ContactRecord
from hengke.modules.customers.records.instrument import InstrumentRecord
# isort: on

__all__ = ["ContactRecord", "CustomerRecord", "InstrumentRecord"]
