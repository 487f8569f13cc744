"""The tables of insight, by room."""

from hengke.modules.insight.models.boards import Board, Tile
from hengke.modules.insight.models.ledger import Import, LedgerCorrection, LedgerLine, Reject, Source
from hengke.modules.insight.models.names import IdentityRun, ReviewPair, Thresholds
from hengke.modules.insight.models.warehouse import WarehouseBuild

__all__ = [
    "Board",
    "IdentityRun",
    "Import",
    "LedgerCorrection",
    "LedgerLine",
    "Reject",
    "ReviewPair",
    "Source",
    "Thresholds",
    "Tile",
    "WarehouseBuild",
]
