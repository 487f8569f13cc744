"""What insight adds to a customer's page: contribution, names, related names, and the ledger in the timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hengke.engines.records.reading.timeline import register_timeline
from hengke.engines.records.schema.declarations import Panel
from hengke.engines.records.schema.registry import register_panel
from hengke.modules.insight.panels import contribution, foresight, ledger, names, work
from hengke.modules.insight.scores.panel import scores
from hengke.modules.insight.services.scoring.rights import SUBJECT as SCORES
from hengke.modules.insight.services.work.rules import SUBJECT as WORK

FOLDER = "insight/panels"


def register() -> None:
    """Called once at start."""
    for panel in (
        Panel("headline", _("At a glance"), f"{FOLDER}/headline.html", contribution.headline, place="hero"),
        Panel("names", _("Names"), f"{FOLDER}/names.html", names.names, place="left", order=20),
        Panel("scores", _("Scores"), "insight/scores/panel.html", scores, order=5, subject=SCORES),
        Panel(
            "contribution",
            _("Contribution"),
            f"{FOLDER}/contribution.html",
            contribution.contribution,
            order=10,
        ),
        Panel(
            "payments",
            _("Payments"),
            f"{FOLDER}/payments.html",
            contribution.payments,
            place="right",
            order=30,
        ),
        Panel(
            "outlook",
            _("What to expect"),
            f"{FOLDER}/outlook.html",
            foresight.outlook,
            place="right",
            order=15,
            subject="insight.dashboard",
        ),
        Panel(
            "work",
            _("To look after"),
            f"{FOLDER}/work.html",
            work.work,
            place="right",
            order=12,
            subject=WORK,
        ),
        Panel(
            "related",
            _("Related names"),
            f"{FOLDER}/related.html",
            names.related,
            place="right",
            order=60,
            subject="insight.review",
        ),
    ):
        register_panel("customers", panel)
    register_timeline("customers", ledger.submissions)
    register_timeline("customers", ledger.payments)
