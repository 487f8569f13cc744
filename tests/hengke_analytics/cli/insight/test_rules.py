"""`insight rules` on plain files."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table

ORDERS = (
    "委托单号,单位名称,器具名称\n1,甲,砝码\n1,甲,天平\n2,甲,砝码\n2,甲,天平\n3,乙,砝码\n4,乙,卡尺\n合计,,\n"
)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    return path


def test_rules_of_orders(ask: Any, orders: Path) -> None:
    assert ask("rules", orders, "--support", "50%", "--confidence", "0.6") == {
        "baskets": 4, "items": 3, "support": 0.5, "confidence": 0.6,
        "rules": [
            {
                "antecedent": ["天平"], "consequent": ["砝码"], "count": 2, "support": 0.5, "confidence": 1.0,
                "lift": pytest.approx(4 / 3), "leverage": 0.125, "conviction": None,
            },
            {
                "antecedent": ["砝码"], "consequent": ["天平"], "count": 2, "support": 0.5,
                "confidence": pytest.approx(2 / 3), "lift": pytest.approx(4 / 3), "leverage": 0.125,
                "conviction": pytest.approx(1.5),
            },
        ],
    }  # fmt: skip


def test_a_basket_can_be_a_customer_and_support_a_number(ask: Any, orders: Path) -> None:
    found = ask("rules", orders, "--basket", "单位名称", "--support", "2")
    assert (found["baskets"], found["support"], found["rules"]) == (2, 1.0, [])
    assert len(ask("rules", orders, "--basket", "单位名称", "--support", "1/2")["rules"]) == 4


def test_redundant_rules_longer_rules_and_more_on_the_right(ask: Any, orders: Path) -> None:
    loose = ("rules", orders, "--basket", "单位名称", "--support", "1/2", "--confidence", "1/2")
    assert len(ask(*loose, "--consequents", "2")["rules"]) == 4
    # Everybody has 砝码, so that it comes with anything says nothing.
    kept = ask(*loose, "--no-redundant")["rules"]
    assert all(rule["consequent"] != ["砝码"] for rule in kept)
    assert ask(*loose, "--longest", "1")["rules"] == []


def test_offers_of_customers_by_expected_value(ask: Any, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(
        "单位名称,器具名称,应收费\n甲,砝码,10\n甲,天平,40\n乙,砝码,10\n乙,天平,80\n丙,砝码,10\n丁,卡尺,5\n"
    )
    asked = ("rules", path, "--basket", "单位名称", "--support", "1/4", "--offers", "2")
    offer = {
        "customer": "丙", "offer": "天平", "because": ["砝码"], "confidence": pytest.approx(2 / 3),
        "lift": pytest.approx(4 / 3), "expected_value": pytest.approx(40),
    }  # fmt: skip
    assert ask(*asked)["offers"] == [offer]
    path.write_text("单位名称,器具名称\n甲,砝码\n甲,天平\n乙,砝码\n乙,天平\n丙,砝码\n丁,卡尺\n")
    assert ask(*asked)["offers"] == [offer | {"expected_value": pytest.approx(2 / 3)}]


def test_the_detail_goes_to_a_file_as_text(orders: Path, tmp_path: Path) -> None:
    out = tmp_path / "rules.csv"
    assert main(["insight", "rules", str(orders), "--support", "2", "--out", str(out)]) == 0
    assert read_table([out])["antecedent"].to_pylist() == ["天平", "砝码"]


def test_the_terminal_shows_percent_and_lift(orders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["insight", "rules", str(orders), "--support", "2"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "4 篮，3 个项目，2 条规则"
    assert told[2].split() == ["天平", "砝码", "2", "50.00", "%", "100.00", "%", "1.3333", "0.125000", "—"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--basket", "篮"), "There is no column 篮"),
        (("--support", "1.5"), "neither a share"),
        (("--confidence", "2"), "not a share"),
        (("--where", "器具名称=无"), "No row is left"),
        ((), "column looks like the basket"),
    ],
)
def test_errors_are_one_line(refused: Any, orders: Path, arguments: tuple[str, ...], told: str) -> None:
    if not arguments:
        orders.write_text("a,b\n1,2\n")
    assert told in refused("rules", orders, *arguments)


def test_groceries_from_a_file(ask: Any, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "groceries.csv"
    with gzip.open(shared / "data/patterns/groceries.csv.gz", "rt") as lines, path.open("w") as file:
        rows = ((number, item) for number, line in enumerate(lines) for item in line.strip().split(","))
        csv.writer(file).writerows([("basket", "item"), *rows])
    found = ask("rules", path, "--support", "0.001", "--confidence", "0.8")
    assert (found["baskets"], found["items"], len(found["rules"])) == (9835, 169, 410)
