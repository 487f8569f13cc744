"""One small tree beside the model: it decides nothing, it is there to be read (ID3, three questions deep)."""

from __future__ import annotations

from typing import Any

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats, Inputs
from hengke_analytics.mining.scores.metrics import auc
from hengke_analytics.mining.scores.trees.cases import Cases
from hengke_analytics.mining.scores.trees.grow import Limits, grow, probabilities
from hengke_analytics.mining.scores.trees.rules import nested

DEPTH, BINS = 3, 3
#: Words with more levels than this make a picture that nobody reads.
MOST_LEVELS = 6
#: A branch has at least this share of the rows.
LEAST = 1 / 40
FEWEST = 20
NO, YES = "0", "1"


def readable(inputs: Inputs, target: Floats) -> dict[str, Any]:
    """The tree as nested data, classes "0" and "1", and the AUC that it reaches on the rows it was grown on."""
    few = tuple(column for column in inputs.columns if len(column.levels) <= MOST_LEVELS)
    cases = Cases.of(Inputs(few), target.astype(np.int64), (NO, YES), BINS)
    root = grow(cases, "id3", Limits(max(FEWEST, round(len(target) * LEAST)), DEPTH))
    told = nested(root, cases.branches, cases.classes)
    return told | {"auc": auc(target, probabilities(root, cases.codes)[:, 1])}
