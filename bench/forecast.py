"""Forecasts of monthly series: seconds, accuracy and coverage on months held back, beside each method alone.

python bench/forecast.py [SERIES]        2,000 by default; they are to take at most 60 s

The series are drawn (levels that wander, slopes that fade, seasons of different strength, jumps, noise), half of them
with a Spring Festival; the last 12 months are held back. CDNOW and the figures of BG/NBD stand in the tests.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import numpy as np

from hengke_analytics.mining.forecast import methods
from hengke_analytics.mining.forecast.accuracy import coverage, mase, naive_scale, smape
from hengke_analytics.mining.forecast.combine import LEVELS, combine
from hengke_analytics.mining.forecast.festival import Floats, exposure

START, HELD = 12 * 2014, 12
SECONDS, SMAPE = 60, 14.0


def main(count: int) -> int:
    print(f"load before: {os.getloadavg()[0]:.1f}")
    for length in (60, 84, 120):
        _report(_series(count, length + HELD), length)
    return 0


def _report(values: Floats, length: int) -> None:
    months = np.tile(START + np.arange(length), (len(values), 1))
    known, came = values[:, :length], values[:, length:]
    wall, cpu = time.perf_counter(), time.process_time()
    found = combine(known, months, HELD)
    took = f"wall {time.perf_counter() - wall:.1f} s, CPU {time.process_time() - cpu:.1f} s"
    print(f"{len(values):,} series of {length} months: {took}   figure {SECONDS} s")
    alone = methods.forecast(known, months, HELD).forecasts
    scale = naive_scale(known)
    for name, each in [
        ("combined", found.mean),
        *((name, alone[:, at]) for at, name in enumerate(methods.METHODS)),
    ]:
        print(
            f"  {name:9} sMAPE {smape(came, each).mean():6.2f}   MASE {np.nanmean(mase(came, each, scale)):.3f}"
        )
    covered = (f"{level:.0%}: {coverage(came, found.low[level], found.high[level]):.1%}" for level in LEVELS)
    tested = found.tested
    never = np.mean(tested.mase <= tested.naive_mase + 1e-9)
    print(
        f"  covered {', '.join(covered)} (95 % is to be 92–97)   not worse than naive on back-test: {never:.1%}"
    )


def _series(count: int, length: int) -> Floats:
    dice = np.random.default_rng(1)
    season = dice.normal(size=(count, 12)) * dice.choice([0, 0.05, 0.15, 0.3], (count, 1))
    noise, follow = dice.choice([0.03, 0.08, 0.15, 0.25], count), dice.uniform(0.05, 0.6, count)
    festival = -0.6 * (dice.random(count) < 0.5)
    level, slope = 8 + dice.normal(size=count) / 2, dice.normal(size=count) * 0.004
    found = np.empty((count, length))
    for place in range(length):
        error = dice.normal(size=count) * noise
        slope = 0.97 * slope + dice.normal(size=count) * 0.001
        level = level + slope + (dice.random(count) < 0.01) * dice.normal(size=count) * 0.2
        exposed = festival * exposure(np.array([START + place]))[0]
        found[:, place] = level + season[:, (START + place) % 12] + exposed + error
        level = level + follow * error
    return np.asarray(np.exp(found))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
