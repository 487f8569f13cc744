"""Series of different lengths, and sums that hold."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.forecast.monthly import Series, with_wholes
from hengke_analytics.mining.forecast.project import project

from .conftest import START, wandering

PARTS = [
    Series((name, str(place)), START + 72 - length, values[-length:])
    for place, (name, length, values) in enumerate(
        zip("xxyy", (72, 72, 40, 15), wandering(4, 72), strict=True)
    )
]


def test_each_goes_on_where_it_ended() -> None:
    found = project(PARTS, 6)
    assert [each.series for each in found] == PARTS
    assert {each.first for each in found} == {START + 72}
    assert all(len(each.mean) == 6 for each in found)
    assert found[0].backtest is not None
    assert found[0].backtest["mase"] <= found[0].backtest["naive_mase"]
    assert found[3].backtest is None
    assert sum(found[2].weights.values()) == pytest.approx(1)


def test_wholes_are_sums_and_intervals_move_along() -> None:
    every, wholes = with_wholes(PARTS)
    found = project(every, 6, wholes)
    assert np.array_equal(found[4].mean, found[0].mean + found[1].mean)
    assert found[6].mean == pytest.approx(sum(each.mean for each in found[:4]))
    for each in found:
        assert np.all((each.low[0.95] <= each.low[0.8]) & (each.low[0.8] <= each.mean))
        assert np.all((each.high[0.95] >= each.high[0.8]) & (each.high[0.8] >= each.mean))
