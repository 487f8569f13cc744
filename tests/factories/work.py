"""Items of work lists for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import WorkKind
from hengke.modules.insight.models import WorkItem

AS_OF = date(2025, 12, 31)


def item(of: Customer, kind: str = WorkKind.CHURN, **values: Any) -> WorkItem:
    """A customer on a list, which nobody has taken."""
    usual: dict[str, Any] = {
        "amount": Decimal("1200.00"), "as_of": AS_OF, "last_on": date(2025, 3, 1), "suggestion": "call",
        "reasons": [["silent", {"last": "2025-03-01", "days": 305}]],
        "probability": 0.82 if kind in (WorkKind.CHURN, WorkKind.OVERDUE) else None,
    }  # fmt: skip
    return WorkItem.objects.create(customer=of, kind=kind, **usual | values)
