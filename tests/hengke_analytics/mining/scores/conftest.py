"""Cases whose true probabilities are known."""

from __future__ import annotations

import pytest

from tests.support.cases import Known, draw


@pytest.fixture(scope="session")
def known() -> Known:
    """Six hundred cases."""
    return draw(600)
