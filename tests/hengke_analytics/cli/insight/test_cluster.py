"""`insight cluster` on plain files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    """Thirty small ones and twelve big ones; the note is no number."""
    path = tmp_path / "customers.csv"
    rows = [f"c{n},{100 + n % 7},{3 + n % 5},随便" for n in range(30)]
    rows += [f"d{n},{9000 + 10 * n},{40 + n % 3},随便" for n in range(12)]
    path.write_text("\n".join(["客户,金额,次数,备注", *rows]))
    return path


def test_the_number_the_profiles_and_the_list(ask: Any, customers: Path) -> None:
    found = ask("cluster", customers)
    assert (found["rows"], found["features"], found["k"]) == (42, ["金额", "次数"], 2)
    assert set(found["advice"][0]) == {"k", "silhouette", "calinski_harabasz", "davies_bouldin", "bic"}
    small, big = found["clusters"]
    assert (small["cluster"], small["rows"], big["rows"]) == (0, 30, 12)
    assert big["words"] in ("金额很高、次数很高", "次数很高、金额很高")
    assert {row["cluster"] for row in found["list"] if row["id"].startswith("d")} == {1}


@pytest.mark.parametrize("method", ["mixture", "hdbscan"])
def test_other_methods_and_named_columns(ask: Any, customers: Path, method: str) -> None:
    found = ask("cluster", customers, "--method", method, "--feature", "金额", "--id", "客户", "--k", "2")
    assert (found["features"], found["method"], found["advice"]) == (["金额"], method, [])
    assert found["k"] >= 2


def test_numbers_stay_from_run_to_run(ask: Any, customers: Path, tmp_path: Path) -> None:
    out = tmp_path / "before.csv"
    out.write_text(
        "id,cluster\n" + "".join(f"d{n},0\n" for n in range(12)) + "".join(f"c{n},5\n" for n in range(30))
    )
    found = ask("cluster", customers, "--previous", out)
    assert {each["cluster"]: each["rows"] for each in found["clusters"]} == {0: 12, 5: 30}
    assert main(["insight", "cluster", str(customers), "--out", str(out)]) == 0
    assert read_table([out]).column_names == ["id", "cluster"]


def test_the_terminal_shows_the_clusters(customers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["insight", "cluster", str(customers), "--k", "2"]) == 0
    told = capsys.readouterr().out
    assert "42 行，2 个特征，2 类" in told
    assert "金额很高" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--feature", "无"), "There is no column 无"),
        (("--k", "1"), "not a whole number"),
        (("--where", "金额>9000"), "hengke"),
        (("--where", "金额>9080"), "at least 10 rows"),
        (("--previous", "CUSTOMERS"), "needs the columns id and cluster"),
    ],
)
def test_errors_are_one_line(refused: Any, customers: Path, arguments: tuple[str, ...], told: str) -> None:
    if "金额>9000" in arguments:
        customers.write_text("客户,名称\na,b\n")
        assert "No column holds numbers" in refused("cluster", customers)
        return
    given = [str(customers) if argument == "CUSTOMERS" else argument for argument in arguments]
    assert told in refused("cluster", customers, *given)
