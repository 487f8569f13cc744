"""The four years' warehouse of the foresight services, worked out."""

from __future__ import annotations

import pytest

from hengke.modules.insight.models import Foresight
from hengke.modules.insight.services.foresight import forecast
from tests.hengke.modules.insight.services.foresight.conftest import quiet
from tests.hengke.modules.insight.services.foresight.conftest import warehouse as warehouse


@pytest.fixture
def run(warehouse: object) -> Foresight:
    return forecast.run(quiet)
