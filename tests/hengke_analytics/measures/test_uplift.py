"""Uplift with Newcombe's interval."""

from __future__ import annotations

import pytest

from hengke_analytics.measures.uplift import uplift, wilson


def test_the_published_example() -> None:
    """Newcombe (1998), method 10: 56/70 against 48/80 gives .2000 (.0524 to .3339)."""
    found = uplift(56, 70, 48, 80)
    assert (found.treated_rate, found.others_rate) == (0.8, 0.6)
    assert found.difference == pytest.approx(0.2)
    assert found.low == pytest.approx(0.0524, abs=1e-4)
    assert found.high == pytest.approx(0.3339, abs=1e-4)


def test_an_empty_group_has_no_difference() -> None:
    found = uplift(3, 4, 0, 0)
    assert (found.treated_rate, found.others_rate, found.difference, found.low) == (0.75, None, None, None)


def test_shares_at_the_edge_stay_within() -> None:
    low, high = wilson(0, 10)
    assert low == pytest.approx(0, abs=1e-12)
    assert 0 < high < 0.4
