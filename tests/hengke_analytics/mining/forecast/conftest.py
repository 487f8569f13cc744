"""Monthly series made in a test, with or without seasons and festival."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hengke_analytics.mining.forecast.festival import Floats, Months, exposure

START = 12 * 2012


def months_of(values: Floats) -> Months:
    return np.tile(START + np.arange(values.shape[1]), (len(values), 1))


def wandering(count: int, length: int, *, seed: int = 1, festival: float = 0.0) -> Floats:
    """Levels that wander, slopes that fade, seasons of different strength, noise: in logarithms, as in business."""
    dice = np.random.default_rng(seed)
    months = START + np.arange(length)
    season = dice.normal(size=(count, 12)) * dice.choice([0, 0.05, 0.15, 0.3], (count, 1))
    noise = dice.choice([0.03, 0.08, 0.15], count)
    follow = dice.uniform(0.05, 0.6, count)
    level, slope = 8 + dice.normal(size=count) / 2, dice.normal(size=count) * 0.004
    found = np.empty((count, length))
    for place, month in enumerate(months):
        error = dice.normal(size=count) * noise
        slope = 0.97 * slope + dice.normal(size=count) * 0.001
        level = level + slope + (dice.random(count) < 0.01) * dice.normal(size=count) * 0.2
        found[:, place] = level + season[:, month % 12] + festival * exposure(month) + error
        level = level + follow * error
    return np.asarray(np.exp(found))


@pytest.fixture(scope="session")
def passengers(shared: Path) -> Floats:
    """AirPassengers, 1949 to 1960."""
    lines = (shared / "data/reference/AirPassengers.csv").read_text().splitlines()[1:]
    return np.array([[float(line.split(",")[-1]) for line in lines]])
