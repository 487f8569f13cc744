from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from hengke.modules.insight.demo import generate, write_ledgers
from hengke.modules.insight.demo.demo import Demo

AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="session")
def demo() -> Demo:
    """A thousand customers, as `up` loads them."""
    return generate(as_of=AS_OF, customers=1000)


@pytest.fixture(scope="session")
def ledgers(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[dict[str, str]]]:
    """Every row of every written file, by year, read back as an importer would."""
    written = write_ledgers(tmp_path_factory.mktemp("demo"), demo)
    return {int(path.name[7:11]): read(path) for path in written}


@pytest.fixture(scope="session")
def rows(ledgers: dict[int, list[dict[str, str]]]) -> list[dict[str, str]]:
    """Real lines only: without totals and junk."""
    return [row for year in ledgers.values() for row in year if row["委托单号"].startswith("JL")]


def read(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
