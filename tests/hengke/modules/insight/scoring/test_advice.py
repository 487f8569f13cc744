"""Measures against late payment: none below the threshold, the dearer the surer above it."""

from __future__ import annotations

import pytest

from hengke.modules.insight.services.scoring.advice import Advice, advice


@pytest.mark.parametrize(
    ("probability", "told"),
    [
        (0.0, Advice.NOTHING), (0.39, Advice.NOTHING), (0.4, Advice.REMIND), (0.59, Advice.REMIND),
        (0.61, Advice.LIMIT), (0.79, Advice.LIMIT), (0.81, Advice.PREPAY), (1.0, Advice.PREPAY),
    ],
)  # fmt: skip
def test_the_room_above_the_threshold_is_cut_in_three(probability: float, told: Advice) -> None:
    assert advice(probability, 0.4) is told


def test_a_threshold_of_one_advises_nothing_short_of_certainty() -> None:
    assert advice(0.99, 1.0) is Advice.NOTHING
