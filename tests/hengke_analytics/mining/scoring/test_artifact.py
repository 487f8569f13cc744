"""Features are found by name; what is gone or of another kind is missing, not wrong."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers
from hengke_analytics.mining.scoring.artifact import aligned


def test_features_are_taken_by_name_and_kind() -> None:
    inputs = Inputs((categories("city", ["合肥", None]), numbers("visits", [1, 2]), numbers("extra", [0, 0])))
    found = aligned(inputs, ("visits", "city", "gone", "word"), ("number", "number", "number", "category"))
    assert found.names == ("visits", "city", "gone", "word")
    assert list(found.columns[0].cells) == [1, 2]
    assert np.isnan(found.columns[1].cells).all(), "a city is no number"
    assert np.isnan(found.columns[2].cells).all()
    assert found.columns[3].missing.all()
    assert found.columns[3].kind == "category"
