"""What a cluster is like, beside everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hengke_analytics.mining.cluster.methods import Labels
from hengke_analytics.mining.cluster.scaling import Floats, medians

Level = Literal["very_high", "high", "low", "very_low"]
_NOTICEABLE, _STRONG = 0.5, 1.0  # standard deviations of all rows


@dataclass(frozen=True)
class Trait:
    """A column in which a cluster differs: how, and its median beside that of all rows."""

    column: str
    level: Level
    median: float
    overall: float


@dataclass(frozen=True)
class Profile:
    """A cluster, its rows, their share, and its traits, the most striking first; −1 are rows in no cluster."""

    cluster: int
    rows: int
    share: float
    traits: list[Trait]


def profiles(names: list[str], columns: Floats, scaled: Floats, labels: Labels) -> list[Profile]:
    """Profiles in the order of the clusters: traits are columns whose mean differs by half a standard deviation."""
    overall = medians(columns)
    found = []
    for label in np.unique(labels).tolist():
        inside = labels == label
        away = scaled[inside].mean(axis=0)
        typical = medians(columns[inside])
        striking = sorted(np.flatnonzero(np.abs(away) >= _NOTICEABLE).tolist(), key=lambda at: -abs(away[at]))
        traits = [
            Trait(names[at], _level(away[at]), float(typical[at]), float(overall[at])) for at in striking
        ]
        found.append(Profile(label, int(inside.sum()), float(inside.mean()), traits))
    return found


def _level(away: float) -> Level:
    if away > 0:
        return "very_high" if away >= _STRONG else "high"
    return "very_low" if away <= -_STRONG else "low"
