"""python -m hengke.modules.insight.demo --scale 1k --as-of 2026-11-22 --out DIR"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from hengke.kernel.errors import HengkeError

from . import SCALES, generate, write_ledgers, write_truth


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a demo's ledgers; prints the files. Exit code 2 with one line on stderr for wrong input."""
    options = _parser().parse_args(arguments)
    try:
        demo = generate(
            as_of=options.as_of, customers=SCALES[options.scale], seed=options.seed, years=options.years
        )
        written = write_ledgers(options.out, demo)
        if options.truth:
            written += write_truth(options.out, demo)
    except (HengkeError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(*written, sep="\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hengke demo", description="Write demo ledgers, one csv.gz per year."
    )
    parser.add_argument("--scale", choices=SCALES, default="1k", help="number of customers")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date.today(), help="last day of the data")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=int, default=5, help="full years before the current one")
    parser.add_argument("--truth", action="store_true", help="also write whose each name is")
    return parser


if __name__ == "__main__":
    sys.exit(main())
