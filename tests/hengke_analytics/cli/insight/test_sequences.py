"""`insight sequences` on plain files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table

LEDGER = """单位名称,送检日期,器具名称
甲,2024-01-01,砝码
甲,2024-01-11,天平
乙,2024-01-01,砝码
乙,2024-01-31,天平
丙,2024-03-01,砝码
丙,,卡尺
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.csv"
    path.write_text(LEDGER)
    return path


def test_patterns_rules_and_what_comes_next(ask: Any, ledger: Path) -> None:
    found = ask("sequences", ledger, "--support", "2", "--next", "1", "--as-of", "2024-03-16")
    assert found["customers"] == 3
    assert found["patterns"] == [
        {"pattern": [["砝码"]], "customers": 3, "support": 1.0},
        {"pattern": [["天平"]], "customers": 2, "support": pytest.approx(2 / 3)},
        {"pattern": [["砝码"], ["天平"]], "customers": 2, "support": pytest.approx(2 / 3)},
    ]
    assert found["rules"] == [
        {
            "before": [["砝码"]], "then": ["天平"], "customers": 2, "confidence": pytest.approx(2 / 3),
            "days": {"p25": 15.0, "median": 20.0, "p75": 25.0},
        }
    ]  # fmt: skip
    assert found["as_of"] == "2024-03-16"
    assert found["next"] == [
        {
            "customer": "丙", "after": [["砝码"]], "next": ["天平"], "probability": pytest.approx(0.5),
            "expected_on": "2024-03-31",
        }
    ]  # fmt: skip


def test_limits_of_time_and_length(ask: Any, ledger: Path) -> None:
    def count(*options: str) -> int:
        return len(ask("sequences", ledger, "--support", "2", *options)["patterns"])

    assert count() == 3
    assert ask("sequences", ledger, "--support", "2", "--max-gap", "20")["rules"] == []
    assert ask("sequences", ledger, "--support", "2", "--window", "20")["rules"] == []
    assert count("--longest", "1") == 2


def test_what_came_after_the_day_is_not_known(ask: Any, ledger: Path) -> None:
    found = ask("sequences", ledger, "--support", "1/2", "--as-of", "2024-01-11", "--next", "2")
    assert (found["customers"], found["rules"][0]["customers"], found["next"]) == (2, 1, [])


def test_the_detail_goes_to_a_file_as_text(ledger: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert main(["insight", "sequences", str(ledger), "--support", "2", "--out", str(out)]) == 0
    assert read_table([out])["pattern"].to_pylist() == ["砝码", "天平", "砝码 → 天平"]
    assert (
        main(["insight", "sequences", str(ledger), "--support", "2", "--next", "1", "--out", str(out)]) == 0
    )
    assert read_table([out])["after"].to_pylist() == ["砝码"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--item", "项"), "There is no column 项"),
        (("--max-gap", "0"), "not a whole number"),
        (("--as-of", "2020-01-01"), "No line has a customer, a date and an item"),
    ],
)
def test_errors_are_one_line(refused: Any, ledger: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in refused("sequences", ledger, *arguments)
