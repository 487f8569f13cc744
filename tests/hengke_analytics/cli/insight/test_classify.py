"""`insight classify`: its JSON keys, its file, and its refusals."""

from __future__ import annotations

import csv
import json
import random
from math import exp
from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table

FIGURES = {"auc", "brier", "log_loss", "lift_10", "calibration_slope", "calibration_intercept"}
SPREAD = {"mean", "sd", "low", "high", "folds"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mixed columns: an index without a name, an id, amounts as people write them, gaps, dates, a leak."""
    chance = random.Random(1)
    found = tmp_path_factory.mktemp("classify") / "customers.csv"
    with found.open("w", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(["", "客户编号", "额度", "使用率", "等级", "开户日", "常数", "空", "流失原因", "状态"])
        for row in range(240):
            used, grade = chance.random(), chance.choice("ABC?")
            left = chance.random() < 1 / (1 + exp(2 - 4 * used - (grade == "C")))
            amount = "NA" if row % 9 == 0 else f"{chance.lognormvariate(8, 1):,.2f}"
            out.writerow(
                [row, f"K{row:05}", amount, f"{used:.1%}", grade, f"2024/{1 + row % 12}/3", "x", "",
                 "搬迁" if left else "", "流失" if left else "在用"]
            )  # fmt: skip
    return found


def test_json_keys(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, path, "--label", "状态", "--model", "logistic", "--folds", "3", "--limit", "4")
    assert set(told) == FIGURES | {
        "label", "positive", "rows", "positives", "rate", "left_out", "features", "dropped", "suspicious",
        "model", "settings", "folds", "baseline", "above_baseline", "candidates", "threshold", "base", "weights",
        "list",
    }  # fmt: skip
    assert (told["label"], told["positive"], told["rows"], told["left_out"]) == ("状态", "流失", 240, 0)
    assert {each["column"]: each["reason"] for each in told["dropped"]} == {
        "#1": "identifier", "客户编号": "identifier", "常数": "constant", "空": "empty", "流失原因": "repeats_label",
    }  # fmt: skip
    assert [each["name"] for each in told["features"]] == ["额度", "使用率", "等级", "开户日"]
    assert [each["kind"] for each in told["features"]] == ["number", "number", "category", "date"]
    assert told["features"][0]["missing"] == 27
    assert set(told["auc"]) == SPREAD
    assert len(told["auc"]["folds"]) == told["folds"]["tested"] == 6
    assert set(told["baseline"]) == FIGURES | {"model"}
    assert told["auc"]["mean"] > 0.65
    assert told["weights"][0]["feature"] == "使用率"


def test_rows_come_with_reasons_that_sum_to_their_logit(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(capsys, path, "--label", "状态", "--model", "logistic", "--repeats", "1", "--limit", "3")
    assert len(told["list"]) == 3
    first = told["list"][0]
    assert set(first) == {"row", "probability", "tested_probability", "actual", "reasons"}
    assert set(first["reasons"][0]) == {"feature", "value", "place", "contribution", "words"}
    logit = told["base"] + sum(reason["contribution"] for reason in first["reasons"])
    assert 1 / (1 + exp(-logit)) == pytest.approx(
        first["probability"], abs=0.01
    )  # faint reasons are left out


def test_out_writes_every_labelled_row(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "scored.csv"
    assert (
        main(["insight", "classify", str(path), "--label", "状态", "--model", "tree", "--out", str(out)]) == 0
    )
    scored = read_table([out])
    assert scored.num_rows == 240
    assert scored.column_names[-3:] == ["probability", "tested_probability", "reasons"]
    assert all(0 < float(cell) < 1 for cell in scored["probability"].to_pylist())
    assert "未使用的列" in capsys.readouterr().err


def test_the_terminal_says_how_good_it_is(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["insight", "classify", str(path), "--label", "状态", "--model", "logistic", "--time", "开户日"])
        == 0
    )
    said = capsys.readouterr().out
    assert "按时间检验 5 次" in said
    assert "AUC" in said
    assert "阈值：概率 ≥" in said


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--label", "nope"), "no column nope"),
        (("--label", "常数"), "only one value"),
        (("--label", "等级"), "name the one to predict with --positive"),
        (("--label", "状态", "--positive", "x"), "no value x"),
        (("--label", "状态", "--time", "等级"), "neither dates nor numbers"),
        (("--label", "状态", "--folds", "1"), "whole number from 2"),
        (("--label", "状态", "--cost-miss", "-1"), "not a cost"),
        (("--label", "状态", "--model", "forest"), "invalid choice"),
        ((), "--label"),
    ],
)
def test_refusals_are_one_line(
    path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], part: str
) -> None:
    assert main(["insight", "classify", str(path), *options]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert part in told.err


def answer(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> Any:
    assert main(["insight", "classify", str(path), *options, "--json"]) == 0
    return json.loads(capsys.readouterr().out)
