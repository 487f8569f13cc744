"""What was known about each customer at a day, as features of models; and what then came, as targets."""

from hengke_analytics.mining.features.store import features
from hengke_analytics.mining.features.targets import churn_target, late_target

__all__ = ["churn_target", "features", "late_target"]
