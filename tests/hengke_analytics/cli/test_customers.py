"""The commands that judge customers one by one: keys and known answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main

LEDGER = """送检日期,单位名称,应收费,实收费,成本
2023-03-10,甲厂,100,100,30
2024-03-10,甲厂,110,110,30
2024-09-10,甲厂,120,120,30
2024-05-01,乙厂,50,0,20
2023-05-01,丙厂,10,10,5
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.csv"
    path.write_text(LEDGER, encoding="utf-8")
    return path


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> Any:
        assert main([*map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_profit(ask: Any, ledger: Path) -> None:
    found = ask("profit", ledger, "--keeping", "5", "--per-order", "2.5", "--from", "2024", "--to", "2025")
    assert (found["period"], found["unprofitable"]) == ({"from": "2024-01-01", "to": "2025-01-01"}, 1)
    first, second = found["customers"]
    assert (first["customer"], first["profit"], first["cause"]) == (
        "乙厂",
        "-27.51",
        "unpaid",
    )  # 366 days of keeping
    assert (second["customer"], second["profit"], second["orders"]) == ("甲厂", "159.99", 2)


def test_profit_with_a_declared_cost(ask: Any, tmp_path: Path) -> None:
    path = tmp_path / "without.csv"
    path.write_text("送检日期,单位名称,应收费,实收费\n2024-03-10,甲厂,100,100\n", encoding="utf-8")
    found = ask("profit", path, "--direct-share", "60%", "--direct-line", "50")
    assert found["customers"][0]["direct"] == "110.00"
    assert found["unprofitable"] == 1


def test_golden_and_frequency(ask: Any, ledger: Path) -> None:
    assert [row["customer"] for row in ask("golden", ledger, "--as-of", "2024-12-31")["customers"]] == [
        "甲厂"
    ]
    found = ask("frequency", ledger)
    assert found["classes"] == {"regular": 0, "occasional": 1, "one_off": 2}


def test_flow(ask: Any, ledger: Path) -> None:
    found = ask("flow", ledger, "--as-of", "2024-12-31", "--earlier", "2023-12-31")
    assert (found["earlier"], found["later"]) == ("2023-12-31", "2024-12-31")
    told = {(row["from"], row["to"]): row["customers"] for row in found["from_to"]}
    assert sum(told.values()) == 3
    assert told["none", "new"] == 1


def test_what_cannot_be_is_told_in_one_line(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profit", str(ledger), "--keeping", "viel"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
