"""Writes a demo as files: one ledger per year, and the truth where it is wanted."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from .demo import Demo
from .ledger import HEADER
from .truth import CustomerTruth

Progress = Callable[[int, int], None]


def write_ledgers(folder: Path, demo: Demo, *, progress: Progress | None = None) -> list[Path]:
    """Write `ledger_<year>.csv.gz` (UTF-8) for every year; the same demo gives the same bytes.

    `progress` is told (years written, years in all). A file appears under its name only when it is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    years = demo.calendar.years
    written = []
    for count, year in enumerate(years, 1):
        target = folder / f"ledger_{year}.csv.gz"
        _write(target, HEADER, demo.rows(year))
        written.append(target)
        if progress:
            progress(count, len(years))
    return written


def write_truth(folder: Path, demo: Demo) -> list[Path]:
    """Write `truth_names.csv.gz` (name, customer, ambiguous) and `truth_customers.csv.gz` (latents)."""
    folder.mkdir(parents=True, exist_ok=True)
    by_name = (
        (name, customer, int(len(owners) > 1))
        for name, owners in sorted(demo.truth.names.items())
        for customer in sorted(owners)
    )
    names, customers = folder / "truth_names.csv.gz", folder / "truth_customers.csv.gz"
    _write(names, ("name", "customer", "ambiguous"), by_name)
    columns = [field.name for field in fields(CustomerTruth)]
    _write(customers, columns, (tuple(asdict(row).values()) for row in demo.truth.customers()))
    return [names, customers]


def _write(target: Path, header: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    unfinished = target.with_name(target.name + ".part")
    with _compressed(unfinished) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    unfinished.replace(target)


@contextmanager
def _compressed(path: Path) -> Iterator[io.TextIOWrapper]:
    """A gzip text stream without name and time in its head, so that equal content is equal bytes."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=5, fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="", write_through=False) as stream,
    ):
        yield stream
