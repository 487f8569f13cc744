from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

KINDS = {
    "import.prepared": _("Import prepared"),
    "import.started": _("Import started"),
    "import.done": _("Import done"),
    "import.undone": _("Import undone"),
    "source.added": _("Source added"),
    "rejects.exported": _("Rejected rows exported"),
    "pair.decided": _("Pair of names decided"),
    "pair.reopened": _("Pair of names opened again"),
    "serviceitem.from_ledger": _("Service items taken from the ledger"),
    "demo.cleared": _("Demo data cleared"),
    "demo.brought_back": _("Demo data brought back"),
    "identity.thresholds": _("Thresholds of names changed"),
    "identity.resolved": _("Names resolved"),
    "pivot.saved": _("Pivot saved"),
    "pivot.deleted": _("Pivot deleted"),
    "model.trained": _("Model trained"),
    "model.promoted": _("Model put in force"),
    "model.retired": _("Model retired"),
    "model.settings": _("Cuts and costs of scores changed"),
    "score.overridden": _("Score set by a person"),
    "score.override_removed": _("Score left to the model again"),
    "score.refused": _("Scores refused"),
    "score.allowed": _("Scores allowed again"),
    "score.graded": _("Credit graded by an expert"),
    "costs.declared": _("Costs declared"),
    "group.declared": _("Group by reaction declared"),
    "group.removed": _("Group by reaction deleted"),
    "groups.chosen": _("Number of customer groups chosen"),
    "forecast.corrected": _("Forecast corrected"),
    "forecast.withdrawn": _("Correction of the forecast withdrawn"),
    "work.claimed": _("Customer of a work list taken"),
    "work.released": _("Customer of a work list given back"),
    "work.acted": _("Action about a customer of a work list"),
    "work.closed": _("Customer of a work list closed"),
    "work.reopened": _("Customer of a work list taken up again"),
    "loss.recorded": _("Cause of a loss recorded"),
    "assessment.saved": _("Value assessment saved"),
    "plan.saved": _("Upgrade plan saved"),
    "plan.ended": _("Upgrade plan ended"),
    "board.created": _("Board made"),
    "board.changed": _("Board changed"),
    "board.shared": _("Board shared"),
    "board.deleted": _("Board deleted"),
}

FACTS = {
    "rows_read": _("Rows read"), "added": _("Rows added"), "corrected": _("Corrected"), "unchanged": _("Unchanged"),
    "rejected": _("Rejected"), "removed": _("Rows taken out"), "billed": _("Billed"), "from_date": _("From"),
    "to_date": _("To"), "lines": _("Ledger lines"), "customers": _("Customers"), "sources": _("Sources"),
}  # fmt: skip


class InsightConfig(AppConfig):
    name = "hengke.modules.insight"
    label = "insight"

    def ready(self) -> None:
        from hengke.engines.access.audit import words as audit
        from hengke.engines.notices import kinds
        from hengke.engines.records.importing.tables import register_reader
        from hengke.engines.records.schema.similar import register_similar
        from hengke.modules.insight import panels, receivers, tasks  # noqa: F401  (declare listeners and jobs)
        from hengke.modules.insight.enums import SourceKind
        from hengke.modules.insight.pages import jobs
        from hengke.modules.insight.services import privacy
        from hengke.modules.insight.services.similar import similar_customers
        from hengke.modules.insight.services.tables import TableReader

        panels.register()
        kinds.declare(
            kinds.Kind("work", _("Somebody takes my customer from a work list"), "users",
                       _("%(who)s looks after %(title)s (work list)"))
        )  # fmt: skip
        jobs.declare()
        register_similar("customers", similar_customers)
        register_reader(TableReader())
        privacy.declare()
        audit.say(KINDS)
        audit.say_facts(FACTS, {("kind", value): label for value, label in SourceKind.choices})
