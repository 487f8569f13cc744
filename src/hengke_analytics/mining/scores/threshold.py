"""From which probability on it pays to act, by what a miss and a false alarm cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.inputs import Floats


@dataclass(frozen=True)
class Threshold:
    """Act from `probability` on; the cost per case then, and what acting never or always would cost."""

    probability: float
    cost: float
    cost_never: float
    cost_always: float
    flagged: float
    precision: float | None
    recall: float


def choose(target: Floats, probability: Floats, *, miss: float = 1.0, alarm: float = 1.0) -> Threshold:
    """The cheapest cut over cases with a known outcome; the highest among equals, so that few are bothered.

    Cost per case = (misses · `miss` + false alarms · `alarm`) / cases. A calibrated score has it near
    alarm / (alarm + miss).
    """
    cuts = np.append(np.unique(probability)[::-1], -np.inf)
    order = np.argsort(-probability, kind="stable")
    ends = np.searchsorted(-probability[order], -cuts[:-1], side="right")
    hits = np.concatenate([[0.0], np.cumsum(target[order])[ends - 1]])
    flagged = np.concatenate([[0], ends])
    costs = ((target.sum() - hits) * miss + (flagged - hits) * alarm) / len(target)
    best = int(np.argmin(costs))
    cut = float(cuts[best - 1]) if best else 1.0
    return Threshold(
        cut,
        float(costs[best]),
        float(costs[0]),
        float(costs[-1]),
        float(flagged[best] / len(target)),
        float(hits[best] / flagged[best]) if flagged[best] else None,
        float(hits[best] / target.sum()),
    )
