"""A tree as a scorer: the way through it is its explanation."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.scores.inputs import Inputs, categories
from hengke_analytics.mining.scores.single_tree import SingleTree


def test_a_leaf_gives_the_logit_of_its_laplace_probability_and_the_feature_that_asked_gets_the_step() -> None:
    inputs = Inputs((categories("dull", ["x"] * 40), categories("asked", ["a"] * 20 + ["b"] * 20)))
    target = np.array([1.0] * 20 + [0.0] * 20)
    scorer = SingleTree("id3", fewest=1, depth=3).fit(inputs, target)
    assert scorer.base == 0
    assert scorer.logits(inputs)[[0, 39]] == pytest.approx([np.log(21), -np.log(21)])
    assert scorer.contributions(inputs)[0] == pytest.approx([0, np.log(21)])
