"""The warehouse that scores are made from, as the services' tests have it."""

from tests.hengke.modules.insight.scoring.conftest import built, warehouse

__all__ = ["built", "warehouse"]
