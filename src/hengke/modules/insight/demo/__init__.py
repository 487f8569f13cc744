"""Demo data: ledgers of a fictional provincial metrology institute, with the truth behind them.

    demo = generate(as_of=date(2026, 11, 22), customers=1000)
    write_ledgers(Path("out"), demo)

Nothing heavy is imported before one of the functions is called.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .demo import Demo

SCALES = {"1k": 1_000, "20k": 20_000, "200k": 200_000}

__all__ = ["SCALES", "generate", "write_ledgers", "write_truth"]


def generate(*, as_of: date, customers: int, seed: int = 1, years: int = 5) -> Demo:
    """A market of `customers` over `years` full years and the year of `as_of` up to that day.

    The same arguments give the same ledgers. A few per cent come first after `as_of`.
    Raises InputError outside the lunar table (2015 to 2035).
    """
    from .demo import Demo

    return Demo(as_of=as_of, customers=customers, seed=seed, years=years)


def write_ledgers(
    folder: Path, demo: Demo, *, progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """One `ledger_<year>.csv.gz` per year; see `files.write_ledgers`."""
    from . import files

    return files.write_ledgers(folder, demo, progress=progress)


def write_truth(folder: Path, demo: Demo) -> list[Path]:
    """Names and latents as two tables; see `files.write_truth`."""
    from . import files

    return files.write_truth(folder, demo)
