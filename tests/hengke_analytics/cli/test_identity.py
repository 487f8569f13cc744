"""`identity match` and `identity lookup` on plain files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table

NAMES = ["安徽中科食品有限责任公司", "安徽省中科食品有限公司", "滁州贝如电子集团有限公司", "四川大风水泥厂"]


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    rows = [f"{name},{phone}" for name, phone in zip(NAMES, ["13800000001"] * 2 + ["", ""], strict=True)]
    path.write_text("\n".join(["单位名称,联系电话", *rows]), "utf-8")
    return path


def test_every_row_comes_back_in_order(names: Path, tmp_path: Path, capsys: Any) -> None:
    out, review = tmp_path / "out.csv", tmp_path / "review.csv"
    assert main(["identity", "match", str(names), "--out", str(out), "--review", str(review)]) == 0
    found = read_table([out])
    assert found["单位名称"].to_pylist() == NAMES
    assert {"customer_id", "probability"} <= set(found.column_names)
    assert {"left_name", "right_name", "probability", "reasons"} <= set(
        review.read_text("utf-8").splitlines()[0].replace('"', "").split(",")
    )


def test_match_as_one_object(names: Path, capsys: Any) -> None:
    assert main(["identity", "match", str(names), "--name", "单位名称", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["单位名称"] for row in found["rows"]] == NAMES
    assert found["customers"] == len({row["customer_id"] for row in found["rows"]})


def test_a_short_name_is_found_in_the_list(names: Path, capsys: Any) -> None:
    assert main(["identity", "lookup", str(names), "贝如电子", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"][0]["name"] == "滁州贝如电子集团有限公司"


def test_queries_may_come_from_a_file(names: Path, tmp_path: Path, capsys: Any) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("贝如电子\n\n中科食品\n", "utf-8")
    assert main(["identity", "lookup", str(names), "--queries", str(queries), "--json"]) == 0
    assert {row["query"] for row in json.loads(capsys.readouterr().out)["rows"]} == {"贝如电子", "中科食品"}


def test_nothing_to_look_up_is_an_error(names: Path, capsys: Any) -> None:
    assert main(["identity", "lookup", str(names)]) == 2
    assert "Name what to look up" in capsys.readouterr().err
