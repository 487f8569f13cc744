"""Intervals of a test's figures: around the figure, narrower with more cases, the same every time."""

from __future__ import annotations

from hengke_analytics.mining.scores.intervals import auc_gain, intervals
from hengke_analytics.mining.scores.metrics import measure
from tests.support.cases import draw


def test_the_interval_is_around_the_figure_and_narrows() -> None:
    few, many = draw(200), draw(3_000)
    wide, narrow = (intervals(one.target, one.truth)["auc"] for one in (few, many))
    assert wide.value == measure(few.target, few.truth).auc
    assert wide.low < wide.value < wide.high
    assert narrow.high - narrow.low < (wide.high - wide.low) / 2
    assert intervals(few.target, few.truth) == intervals(few.target, few.truth)


def test_a_true_score_is_better_than_none_and_equal_to_itself() -> None:
    known = draw(500)
    gain = auc_gain(known.target, known.truth, known.truth * 0)
    assert gain.low > 0.2
    assert (gain.value, auc_gain(known.target, known.truth, known.truth).high) == (
        measure(known.target, known.truth).auc - 0.5, 0.0,
    )  # fmt: skip
