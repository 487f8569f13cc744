"""`insight text` on plain files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table

NOTES = ["态度很好，非常满意", "证书太慢，不满意", "希望上门检定压力表", "送检压力表"]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.csv"
    labels = ("表扬", "其他", "其他", "其他")
    rows = [f'"{note}{n}",{label}' for n in range(6) for note, label in zip(NOTES, labels, strict=True)]
    path.write_text("\n".join(["备注,类别", *rows, ",其他"]))
    return path


def test_the_keys(ask: Any, notes: Path) -> None:
    found = ask("text", notes, "--topics", "3", "--keywords", "5")
    assert set(found) == {"texts", "keywords", "topics", "sentiment", "needs", "list"}
    assert found["texts"] == 24
    assert len(found["keywords"]) <= 5
    assert sum(each["texts"] for each in found["topics"]) <= 24
    assert found["needs"] == [
        {"need": "certificate", "name": "证书", "texts": 6, "share": 0.25},
        {"need": "on_site", "name": "上门服务", "texts": 6, "share": 0.25},
    ]
    first = found["list"][0]
    assert (first["row"], first["tone"], first["needs"]) == (1, "positive", [])
    assert {row["tone"] for row in found["list"] if "太慢" in row["text"]} == {"negative"}


def test_a_classifier_on_given_labels(ask: Any, notes: Path) -> None:
    found = ask("text", notes, "--label", "类别")
    assert found["classifier"]["labels"] == ["其他", "表扬"]
    assert found["classifier"]["accuracy"] > found["classifier"]["common"]
    assert found["list"][0]["proposed"] == "表扬"


def test_the_detail_goes_to_a_file(notes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    assert main(["insight", "text", str(notes), "--out", str(out)]) == 0
    assert read_table([out]).column_names == ["row", "text", "tone", "score", "topic", "needs"]
    assert main(["insight", "text", str(notes)]) == 0
    assert "关键词：" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--text", "无"), "There is no column 无"),
        (("--topics", "0"), "not a whole number"),
        (("--label", "备注"), "needs two labels or more"),
        (("--where", "类别=没有"), "No row is left"),
    ],
)
def test_errors_are_one_line(refused: Any, notes: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in refused("text", notes, *arguments)


def test_no_text_at_all(refused: Any, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("备注,n\n,1\n")
    assert "No row has a text" in refused("text", path)
