"""Person records linked by a declared specification, without labels."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.identity.linkage import FEBRL, link


def pairs(keys: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(keys).values())


@pytest.mark.slow
def test_febrl_without_social_security_numbers(shared: Path) -> None:
    text = gzip.decompress((shared / "data/linkage/dataset3.csv.gz").read_bytes()).decode()
    records = pa.Table.from_pylist(list(csv.DictReader(io.StringIO(text), skipinitialspace=True)))
    found = link(records.drop_columns(["soc_sec_id"]), FEBRL).to_pylist()
    true = pairs(row["id"].split("-")[1] for row in found)
    linked = pairs(row["cluster"] for row in found)
    hit = pairs((row["id"].split("-")[1], row["cluster"]) for row in found)
    assert len(found) == 5000
    assert true == 6538
    assert 2 * hit / (linked + true) >= 0.985


def test_missing_column() -> None:
    with pytest.raises(InputError, match="given_name"):
        link(pa.table({"rec_id": ["a"]}), FEBRL)
