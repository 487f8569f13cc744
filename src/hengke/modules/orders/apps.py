from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

KINDS = {
    "commission.lines_added": _("Lines of a commission added"),
    "commission.reviewed": _("Contract reviewed"),
    "commissionline.passed": _("Lines came to another state"),
    "certificate.passed": _("Certificates came to another state"),
    "recallproposal.proposed": _("Recalls proposed"),
    "recallproposal.passed": _("Recalls came to another state"),
}


class OrdersConfig(AppConfig):
    name = "hengke.modules.orders"
    label = "orders"

    def ready(self) -> None:
        from hengke.engines.access.audit import words
        from hengke.engines.records.privacy import places
        from hengke.modules.orders import panels  # noqa: F401  (registers the panels)

        words.say(KINDS)
        places.declare_scope(
            "orders.commission", lambda person: Q(customer=person.party) | Q(contact=person.key)
        )
        for label in ("orders.commissionline", "orders.certificate", "orders.recallproposal"):
            places.declare_scope(label, lambda person: Q(customer=person.party))
