"""`insight clv` on plain files."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main

SHOP = """customer,date,amount
甲,2024-01-01,10
甲,2024-02-01,20.5
甲,2024-03-01,21
乙,2024-01-05,8
乙,2024-01-20,9
丙,2024-01-07,5
合计,,73.5
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(SHOP)
    return path


def test_the_keys(ask: Any, shop: Path) -> None:
    found = ask("clv", shop, "--replicates", "5", "--weeks", "26")
    assert set(found) == {"as_of", "weeks", "level", "customers", "model", "transactions", "value", "list"}
    assert (found["as_of"], found["weeks"], found["customers"]) == ("2024-03-01", 26, 3)
    assert set(found["model"]["bg_nbd"]) == {"r", "alpha", "a", "b", "log_likelihood"}
    assert found["model"]["gamma_gamma"]["customers"] == 2
    assert set(found["model"]["intervals"]) == {"r", "alpha", "a", "b", "p", "q", "v"}
    first = next(row for row in found["list"] if row["customer"] == "甲")
    assert (first["x"], first["t_x"], first["T"], first["mean_amount"]) == (2, 60 / 7, 60 / 7, "20.75")
    assert isinstance(first["value"], str)
    assert [float(row["value"]) for row in found["list"]] == sorted(
        (float(row["value"]) for row in found["list"]), reverse=True
    )


def test_equal_files_give_equal_intervals(ask: Any, shop: Path) -> None:
    assert ask("clv", shop, "--replicates", "5") == ask("clv", shop, "--replicates", "5")


def test_only_what_was_known_by_then(ask: Any, shop: Path) -> None:
    found = ask("clv", shop, "--replicates", "3", "--as-of", "2024-01-31")
    assert {row["customer"]: row["x"] for row in found["list"]} == {"甲": 0, "乙": 1, "丙": 0}


def test_cdnow_held_out(ask: Any, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cdnow.csv"
    with gzip.open(shared / "data/transactions/CDNOW_sample.txt.gz", "rt") as lines, path.open("w") as file:
        rows = ((line.split()[1], line.split()[2], line.split()[4]) for line in lines)
        csv.writer(file).writerows([("customer", "date", "amount"), *rows])
    found = ask("clv", path, "--holdout-weeks", "39", "--replicates", "2")
    assert (found["as_of"], found["weeks"], found["customers"]) == ("1997-09-30", 39, 2357)
    assert found["model"]["bg_nbd"]["log_likelihood"] == pytest.approx(-9582.43, abs=0.01)
    assert (found["holdout"]["purchases"], round(found["holdout"]["forecast"])) == (1882, 1653)
    assert found["holdout"]["correlation"] >= 0.62
    assert main(["insight", "clv", str(path), "--holdout-weeks", "39", "--replicates", "2"]) == 0
    assert "实际 1,882 次，预计 1,653 次，逐户相关系数 0.626" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--weeks", "0"), "not a whole number"),
        (("--amount", "价格"), "There is no column 价格"),
        (("--where", "customer=丙"), "Nobody has bought on a second day"),
        (("--holdout-weeks", "99"), "Nobody had bought anything by then"),
    ],
)
def test_errors_are_one_line(refused: Any, shop: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in refused("clv", shop, *arguments)
