"""The tree that is there to be read: few questions, few branches, and what it says is true of the rows."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers
from hengke_analytics.mining.scoring.tree import readable


def test_the_feature_that_decides_is_asked_first_and_many_words_never() -> None:
    chooser = np.random.default_rng(0)
    share, noise = chooser.random(600), chooser.random(600)
    target = (share > 2 / 3).astype(float)
    cities = categories("city", [f"城{n % 30}" for n in range(600)])
    told = readable(Inputs((numbers("noise", list(noise)), cities, numbers("share", list(share)))), target)
    assert told["feature"] == "share"
    assert told["auc"] > 0.95
    assert [branch["node"]["class"] for branch in told["branches"]] == ["0", "0", "1"]
    assert "city" not in repr(told)


def test_it_is_at_most_three_questions_deep_and_no_branch_is_a_handful() -> None:
    chooser = np.random.default_rng(1)
    inputs = Inputs(tuple(numbers(f"n{i}", list(chooser.random(2_000))) for i in range(6)))
    target = (chooser.random(2_000) < 0.3).astype(float)

    def depth(node: dict[str, object]) -> int:
        below = node.get("branches", [])
        return 1 + max(depth(one["node"]) for one in below) if below else 0  # type: ignore[attr-defined]

    assert depth(readable(inputs, target)) <= 3
