from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "hengke.modules.customers"
    label = "customers"

    def ready(self) -> None:
        from hengke.engines.records.writing.services import has_own_way_back
        from hengke.modules.customers.services import privacy

        has_own_way_back("customer.merged", "customer.split", url_name="customer-identity-undo")
        privacy.declare()
