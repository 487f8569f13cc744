"""The search for the greatest likelihood."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.value.likelihood import maximise


def test_the_top_of_a_hill_is_found() -> None:
    def hill(values: np.ndarray) -> tuple[float, np.ndarray]:
        return -float(((values - [3.0, 0.2]) ** 2).sum()), -2 * (values - [3.0, 0.2])

    assert maximise(hill, (1.0, 1.0)) == pytest.approx([3.0, 0.2], rel=1e-5)


def test_a_hill_without_a_top_ends_far_out() -> None:
    assert maximise(lambda values: (float(np.log(values).sum()), 1 / values), (1.0,))[0] > 1e5
