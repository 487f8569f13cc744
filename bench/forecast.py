"""Forecasts of monthly series: seconds, accuracy and coverage on months held back, beside each method alone.

python bench/forecast.py [SERIES] [DATA]     2,000 series by default, to take at most 60 s; DATA: shared data sets

The series are drawn (levels that wander, slopes that fade, seasons of different strength, jumps, noise), half of them
with a Spring Festival; the last 12 months are held back. With DATA also series that nobody drew: AirPassengers, and the
laboratories, project groups, items and cities of the legacy ledger, each forecast from the end of every year that has
four years before it. The M3 competition's series are not at hand. CDNOW and BG/NBD stand in the tests.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import numpy as np

from hengke_analytics.mining.forecast import methods
from hengke_analytics.mining.forecast.accuracy import coverage, mase, naive_scale, smape
from hengke_analytics.mining.forecast.combine import LEVELS, combine
from hengke_analytics.mining.forecast.festival import Floats, exposure

START, HELD = 12 * 2014, 12
SECONDS, SMAPE = 60, 14.0


def main(count: int, data: Path | None) -> int:
    print(f"load before: {os.getloadavg()[0]:.1f}")
    for length in (60, 84, 120):
        _report(_series(count, length + HELD), length)
    if data is not None:
        _passengers(data)
        _ledger(data)
    return 0


def _passengers(data: Path) -> None:
    lines = (data / "reference/AirPassengers.csv").read_text().splitlines()[1:]
    values = np.array([[float(line.split(",")[-1]) for line in lines]])
    print("AirPassengers, 1949 to 1960, from every December of 1954 on:")
    _rolling([(values, 12 * 1949)], 1955, 1960)


def _ledger(data: Path) -> None:
    """Parts with a line in nine months out of ten: of what comes once a year no month can be foreseen."""
    import pyarrow as pa

    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from _legacy import legacy_facts

    from hengke_analytics.engine import fetch
    from hengke_analytics.mining.forecast.tree import grow

    facts = legacy_facts(data)
    for keys in (("laboratory",), ("laboratory", "project_group"), ("item",), ("city",)):
        keyed = facts.mutate(month=facts.date.truncate("M"))
        table: pa.Table = fetch(keyed.group_by(*keys, "month").aggregate(amount=keyed.amount.sum()))
        months = table["month"].cast(pa.date32()).to_numpy().astype("datetime64[M]").astype(int) + 12 * 1970
        grown = grow(table, list(keys), "amount", int(months.max()) // 12 * 12 + 11)
        usual = [each for each in grown if (each.values > 0).mean() >= 0.9 and len(each.values) >= 84]
        print(f"legacy ledger by {' and '.join(keys)}: {len(usual)} of {len(grown)} parts")
        if usual:
            _rolling([(np.stack([each.values for each in usual]), usual[0].first)], 2023, 2025)


def _rolling(blocks: list[tuple[Floats, int]], first: int, last: int) -> None:
    """Every year from `first` to `last` foreseen from the December before."""
    told: list[tuple[Floats, Floats, Floats]] = []
    inside: dict[float, list[float]] = {level: [] for level in LEVELS}
    sums: dict[float, list[float]] = {level: [] for level in LEVELS}
    for (values, start), year in product(blocks, range(first, last + 1)):
        length = 12 * year - start
        known, came = values[:, :length], values[:, length : length + HELD]
        months = np.tile(start + np.arange(length), (len(values), 1))
        found = combine(known, months, HELD)
        naive = methods.seasonal_naive(known, HELD)
        told.append((came, found.mean, naive))
        missed = np.abs((found.mean - came).sum(axis=1))
        for level in LEVELS:
            inside[level].append(coverage(came, found.low[level], found.high[level]))
            half = found.together[level] * np.sqrt((found.growth**2).sum())
            sums[level].append(float((missed <= half).mean()))
    came, ours, naive = (np.concatenate(each) for each in zip(*told, strict=True))
    print(f"  sMAPE {smape(came, ours).mean():6.2f}   seasonal naive {smape(came, naive).mean():6.2f}")
    months_in = ", ".join(f"{level:.0%}: {np.mean(each):.1%}" for level, each in inside.items())
    years_in = ", ".join(f"{level:.0%}: {np.mean(each):.1%}" for level, each in sums.items())
    print(f"  covered, months {months_in}   years {years_in}")


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
    missed = np.abs((found.mean - came).sum(axis=1))
    half = {level: found.together[level] * np.sqrt((found.growth**2).sum()) for level in LEVELS}
    print(
        "  years covered "
        + ", ".join(f"{level:.0%}: {(missed <= half[level]).mean():.1%}" for level in LEVELS)
    )
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
    chosen = sys.argv[1:]
    sys.exit(main(int(chosen[0]) if chosen else 2_000, Path(chosen[1]) if len(chosen) > 1 else None))
