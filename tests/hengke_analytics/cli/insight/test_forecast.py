"""`insight forecast` on plain files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two series of sixty months with a season and a trend, as a table."""
    path = tmp_path / "series.csv"
    rows = [
        f"{name},{2019 + month // 12}-{month % 12 + 1:02}-01,{base + month + 10 * (month % 12 == 5)}"
        for name, base in (("a", 100), ("b", 500))
        for month in range(60)
    ]
    path.write_text("\n".join(["group,date,value", *rows]))
    return path


def test_the_keys_and_the_numbers(ask: Any, table: Path) -> None:
    found = ask("forecast", table, "--series", "group", "--horizon", "6")
    assert (found["horizon"], found["coherent"]) == (6, False)
    assert set(found["backtest"]) == {"mase", "smape", "naive_mase", "naive_smape"}
    a, b = found["series"]
    assert (a["series"], b["series"], a["months"]) == ("a", "b", 60)
    assert set(a["weights"]) == {"theta", "ets", "arima", "naive"}
    months = [row["month"] for row in a["forecast"]]
    assert months == [f"2024-{month:02}" for month in range(1, 7)]
    june = a["forecast"][5]
    assert june["value"] == pytest.approx(175, abs=5)
    assert june["low95"] <= june["low80"] <= june["value"] <= june["high80"] <= june["high95"]


def test_wholes_add_up(ask: Any, table: Path) -> None:
    found = ask("forecast", table, "--series", "group", "--total", "--horizon", "2")
    assert found["coherent"]
    a, b, total = (each["forecast"][1]["value"] for each in found["series"])
    assert found["series"][2]["series"] == "合计"
    assert total == a + b


def test_one_series_needs_no_column(ask: Any, table: Path) -> None:
    found = ask("forecast", table, "--where", "group=a")
    assert [each["series"] for each in found["series"]] == ["合计"]
    assert len(found["series"][0]["forecast"]) == 12


def test_the_forecast_goes_to_a_file(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert (
        main(["insight", "forecast", str(table), "--series", "group", "--horizon", "3", "--out", str(out)])
        == 0
    )
    found = read_table([out])
    assert found.column_names == ["series", "month", "value", "low80", "high80", "low95", "high95"]
    assert found.num_rows == 6


def test_the_terminal_compares_with_last_year(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["insight", "forecast", str(table), "--series", "group"]) == 0
    assert "去年同月法" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--series", "院"), "There is no column 院"),
        (("--horizon", "0"), "not a whole number"),
        (("--value", "date"), "No row has a series, a date and a value"),
    ],
)
def test_errors_are_one_line(refused: Any, table: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in refused("forecast", table, *arguments)
