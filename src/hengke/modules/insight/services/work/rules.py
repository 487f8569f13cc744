"""Which actions and results fit which list, and what to do first."""

from __future__ import annotations

from datetime import timedelta

from hengke.modules.activities.enums import ActivityKind
from hengke.modules.customers.enums import Tier
from hengke.modules.insight.enums import WorkAction, WorkKind, WorkResult

SUBJECT = "insight.workitem"
ACTIONS = {
    WorkKind.CHURN: (WorkAction.CALL, WorkAction.VISIT, WorkAction.OFFER, WorkAction.WATCH),
    WorkKind.OVERDUE: (WorkAction.REMIND, WorkAction.PREPAY, WorkAction.LIMIT, WorkAction.CALL),
    WorkKind.UNPROFITABLE: (
        WorkAction.RAISE, WorkAction.CHEAPER, WorkAction.PREPAY, WorkAction.END, WorkAction.WATCH,
    ),
    WorkKind.LOST: (WorkAction.CALL, WorkAction.VISIT, WorkAction.OFFER),
    WorkKind.MISUSE: (WorkAction.CALL, WorkAction.PREPAY, WorkAction.LIMIT, WorkAction.WATCH),
}  # fmt: skip
RESULTS = {
    WorkKind.CHURN: (WorkResult.KEPT, WorkResult.UNCHANGED, WorkResult.LOST),
    WorkKind.OVERDUE: (WorkResult.PAID, WorkResult.AGREED, WorkResult.REFUSED, WorkResult.UNCHANGED),
    WorkKind.UNPROFITABLE: (WorkResult.IMPROVED, WorkResult.UNCHANGED, WorkResult.ENDED),
    WorkKind.LOST: (WorkResult.WON_BACK, WorkResult.REFUSED, WorkResult.LOST),
    WorkKind.MISUSE: (WorkResult.CONFIRMED, WorkResult.HARMLESS),
}  # fmt: skip
JUDGED = frozenset({WorkKind.MISUSE})
"""Lists on which a person says whether something is so, with the reason; nothing follows by itself."""
ACTIVITY = {WorkAction.CALL: ActivityKind.CALL, WorkAction.VISIT: ActivityKind.VISIT}
"""What an action is in the list of activities; everything else is a task."""
QUIET = {kind: timedelta(days=90) for kind in WorkKind} | {WorkKind.MISUSE: timedelta(days=365)}
"""How long a customer stays away from a list after a person closed its item."""
PREPAY_FROM, LIMIT_FROM = 0.6, 0.4


def against_leaving(tier: str) -> WorkAction:
    """The large are visited, the others called."""
    return WorkAction.VISIT if tier in (Tier.VIP, Tier.MAJOR) else WorkAction.CALL


def against_late_payment(probability: float) -> WorkAction:
    """The surer the delay, the sooner the money."""
    if probability >= PREPAY_FROM:
        return WorkAction.PREPAY
    return WorkAction.LIMIT if probability >= LIMIT_FROM else WorkAction.REMIND
