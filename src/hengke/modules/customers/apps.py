from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "hengke.modules.customers"
    label = "customers"

    def ready(self) -> None:
        from hengke.engines.records.reading import heirs
        from hengke.engines.records.writing.services import has_own_way_back
        from hengke.modules.customers.services import merging, privacy

        heirs.declare("customers.customer", merging.heirs)
        has_own_way_back("customer.merged", "customer.split", url_name="customer-identity-undo")
        privacy.declare()
