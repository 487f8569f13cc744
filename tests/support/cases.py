"""Synthetic cases whose true probabilities are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats, Inputs, categories, numbers
from hengke_analytics.mining.scores.metrics import sigmoid


@dataclass(frozen=True)
class Known:
    """Inputs, outcomes drawn from `truth`, and `truth` itself."""

    inputs: Inputs
    target: Floats
    truth: Floats


def draw(rows: int, seed: int = 0) -> Known:
    """amount raises, region c raises, noise does nothing; a fifth of the amounts is missing."""
    chooser = np.random.default_rng(seed)
    amount = chooser.normal(size=rows)
    region = chooser.choice(list("abc"), rows)
    truth = sigmoid(-1 + 1.5 * amount + 1.2 * (region == "c"))
    target = (chooser.random(rows) < truth).astype(np.float64)
    seen = np.where(chooser.random(rows) < 0.2, np.nan, np.exp(amount))
    return Known(
        Inputs(
            (
                numbers("amount", list(seen)),
                categories("region", list(region)),
                numbers("noise", list(chooser.normal(size=rows))),
            )
        ),
        target,
        truth,
    )
