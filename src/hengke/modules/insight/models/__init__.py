"""The tables of insight, by room."""

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
from hengke.modules.insight.models.warehouse import WarehouseBuild

__all__ = [
    "BehaviourGroup",
    "ClusterMember",
    "CustomerOutlook",
    "ForecastCorrection",
    "ForecastNode",
    "Foresight",
    "IdentityRun",
    "Import",
    "LedgerCorrection",
    "LedgerLine",
    "NoteReading",
    "Offer",
    "Reject",
    "ReviewPair",
    "Source",
    "Thresholds",
    "WarehouseBuild",
]
