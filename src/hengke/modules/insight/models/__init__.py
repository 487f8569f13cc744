"""The tables of insight, by room."""

from hengke.modules.insight.models.ledger import Import, LedgerCorrection, LedgerLine, Reject, Source
from hengke.modules.insight.models.names import IdentityRun, ReviewPair, Thresholds
from hengke.modules.insight.models.scores import (
    CustomerScore,
    ExpertGrade,
    ModelVersion,
    ProfilingRefusal,
    ScoreOverride,
    ScoreSetting,
)
from hengke.modules.insight.models.warehouse import WarehouseBuild

__all__ = [
    "CustomerScore",
    "ExpertGrade",
    "IdentityRun",
    "Import",
    "LedgerCorrection",
    "LedgerLine",
    "ModelVersion",
    "ProfilingRefusal",
    "Reject",
    "ReviewPair",
    "ScoreOverride",
    "ScoreSetting",
    "Source",
    "Thresholds",
    "WarehouseBuild",
]
