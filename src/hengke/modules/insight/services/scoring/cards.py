"""What a model's card tells, as plain values: figures beside the baselines, curves, weights, the readable tree."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hengke.modules.insight.services.scoring.kinds import Rules

if TYPE_CHECKING:
    from hengke_analytics.mining.scoring.artifact import Held
    from hengke_analytics.mining.scoring.study import Studied

WEIGHTS = 15
STEPS = 10


def card(studied: Studied) -> dict[str, Any]:
    """Everything that does not change with what people set."""
    judged = studied.judged
    return {
        "kept": judged.kept,
        "trained_on": [day.isoformat() for day in studied.trained_on],
        "cases": len(judged.held.target),
        "hits": int(judged.held.target.sum()),
        "figures": {
            name: {figure: asdict(interval) for figure, interval in found.items()}
            for name, found in judged.figures.items()
        },
        "inner": judged.inner,
        "above_plain": asdict(judged.above_plain),
        "weights": [[name, weight] for name, weight in studied.weights[:WEIGHTS]],
        "curves": curves(judged.held, judged.winner),
        "tree": studied.tree,
    }


def curves(held: Held, algorithm: str) -> dict[str, Any]:
    """Reliability, (mean said, share that came true, cases) per tenth, and lift, (share asked, share found)."""
    import numpy as np

    said, target = held.said[algorithm], held.target
    order = np.argsort(-said, kind="stable")
    tenths = [part for part in np.array_split(order, STEPS) if len(part)]
    reliability = [[float(said[part].mean()), float(target[part].mean()), len(part)] for part in tenths[::-1]]
    found = np.cumsum(target[order]) / target.sum()
    ends = np.ceil(np.arange(1, STEPS + 1) / STEPS * len(order)).astype(int) - 1
    lift = [[0.0, 0.0], *([(end + 1) / len(order), float(found[end])] for end in ends)]
    return {"reliability": reliability, "lift": lift}


def threshold(held: Held, algorithm: str, rules: Rules) -> dict[str, Any]:
    """From which value on acting is cheapest, judged on the cases kept out."""
    from hengke_analytics.mining.scores.threshold import choose

    cut = choose(held.target, held.said[algorithm], miss=rules.miss, alarm=rules.alarm)
    return {**asdict(cut), "miss": rules.miss, "alarm": rules.alarm}
