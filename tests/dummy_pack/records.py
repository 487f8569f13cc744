from hengke.engines.records.schema.declarations import Field, RecordType, View
from hengke.kernel.filters import Condition
from tests.dummy_pack.models import Vehicle


class VehicleRecord(RecordType):
    model, slug, icon, party, audience = Vehicle, "vehicles", "truck", "customer_id", "laboratory"
    rights_like = "customers.instrument"
    fields = (
        Field("plate", title=1, list=True, filter=True, sort=True, search=5, mono=True),
        Field("customer", title=2, list=True, filter=True),
        Field("use", list=True, filter=True),
        Field("inspection", list=True, filter=True, sort=True),
        Field("price", list=True, filter=True, sensitivity="money"),
        Field("laboratory", filter=True, group=True),
        Field("province", path="customer__province", filter=True),
        Field("city", path="customer__city", filter=True),
        Field("updated_at", filter=True, sort=True),
    )
    views = (View("overdue", "Overdue", where=Condition("inspection", "lt", "@today")),)
    sort, board, calendar, place = "-updated_at", "use", "inspection", ("province", "city")
    upsert_by = (("plate",),)
