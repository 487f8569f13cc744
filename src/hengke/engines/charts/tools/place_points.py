"""Derive `data/places.csv`: code, name and coordinates of every division that cpca (MIT) knows.

python -m hengke.engines.charts.tools.place_points REFERENCE_FOLDER OUTPUT
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path


def derive(source: Path, target: Path) -> int:
    """Write the file; returns the number of places. Three decimals are some hundred metres."""
    with source.open(encoding="utf-8") as lines:
        rows = sorted(row for row in map(_place, csv.DictReader(lines)) if row is not None)
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("code", "name", "longitude", "latitude"))
        writer.writerows(rows)
    return len(rows)


def _place(row: dict[str, str]) -> tuple[str, str, str, str] | None:
    if not row["longitude"] or not row["latitude"]:
        return None
    code = row["adcode"][:6]
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code, row["name"], f"{float(row['longitude']):.3f}", f"{float(row['latitude']):.3f}"


if __name__ == "__main__":
    print(derive(Path(sys.argv[1]) / "cpca_adcodes.csv", Path(sys.argv[2])))
