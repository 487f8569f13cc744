"""The tables of insight, by room."""

from hengke.modules.insight.models.assessments import AssessmentItem, ValueAssessment
from hengke.modules.insight.models.boards import Board, Tile
from hengke.modules.insight.models.costs import CostRates
from hengke.modules.insight.models.foresight import (
    BehaviourGroup,
    ClusterMember,
    CustomerOutlook,
    ForecastCorrection,
    ForecastNode,
    Foresight,
    NoteReading,
    Offer,
)
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
from hengke.modules.insight.models.work import LossRecord, UpgradePlan, WorkItem

__all__ = [
    "AssessmentItem",
    "BehaviourGroup",
    "Board",
    "ClusterMember",
    "CostRates",
    "CustomerOutlook",
    "CustomerScore",
    "ExpertGrade",
    "ForecastCorrection",
    "ForecastNode",
    "Foresight",
    "IdentityRun",
    "Import",
    "LedgerCorrection",
    "LedgerLine",
    "LossRecord",
    "ModelVersion",
    "NoteReading",
    "Offer",
    "ProfilingRefusal",
    "Reject",
    "ReviewPair",
    "ScoreOverride",
    "ScoreSetting",
    "Source",
    "Thresholds",
    "Tile",
    "UpgradePlan",
    "ValueAssessment",
    "WarehouseBuild",
    "WorkItem",
]
