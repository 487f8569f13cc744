"""`insight tree`: its JSON keys, its picture, and its refusals."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table

LEDGER = """单号,付款,行业,区域,逾期
W1,月结,化工,省内,是
W2,月结,电子,省内,是
W3,现结,化工,省外,否
W4,现结,电子,省内,否
W5,月结,化工,省外,是
W6,现结,化工,省内,
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "late.csv"
    found.write_text(LEDGER, "utf-8")
    return found


def test_json_keys(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["insight", "tree", str(path), "--label", "逾期", "--method", "c45", "--json"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert set(found) == {
        "label", "method", "pruned", "rows", "left_out", "classes", "leaves", "correct", "dropped", "tree", "rules",
    }  # fmt: skip
    assert (found["rows"], found["left_out"], found["classes"], found["leaves"]) == (5, 1, ["否", "是"], 2)
    assert found["dropped"] == [{"column": "单号", "reason": "identifier"}]
    assert found["tree"]["feature"] == "付款"
    assert found["rules"][0] == {
        "conditions": [{"feature": "付款", "value": "月结"}], "class": "是", "probability": 0.8, "rows": 3,
        "words": "付款 为 月结 → 是（3 行，80%）",
    }  # fmt: skip
    assert "1 行没有标签" in told.err


def test_rules_on_the_terminal_in_a_file_and_as_a_picture(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, svg = tmp_path / "rules.csv", tmp_path / "tree.svg"
    assert main(["insight", "tree", str(path), "--label", "逾期", "--out", str(out), "--svg", str(svg)]) == 0
    assert read_table([out]).column_names == ["rule", "class", "probability", "rows"]
    assert ElementTree.parse(svg).getroot().tag.endswith("svg")
    capsys.readouterr()
    assert main(["insight", "tree", str(path), "--label", "逾期"]) == 0
    assert "付款 为 现结 → 否（2 行，75%）" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--label", "逾期", "--svg", "tree.png"), "must end in .svg"),
        (("--label", "逾期", "--method", "cart"), "invalid choice"),
        (("--label", "没有"), "no column"),
        (("--label", "逾期", "--bins", "1"), "whole number from 2"),
    ],
)
def test_refusals_are_one_line(
    path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], part: str
) -> None:
    assert main(["insight", "tree", str(path), *options]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert part in told.err
