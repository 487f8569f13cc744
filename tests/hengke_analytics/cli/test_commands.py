"""The commands on plain files: JSON keys, periods, options, files out, errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hengke_analytics.cli.__main__ import main
from hengke_analytics.files import read_table

LEDGER = """送检日期,单位名称,检定室,应收费,实收费,收费日期
2023-01-10,甲厂,热工室,￥100.00,100,2023-01-20
2023/6/1,乙厂,力学室,50元,50,20230701
2023年12月31日,丙厂,热工室,30,,
2024-02-01,甲厂,热工室,"1,200.00",1200,2024-03-02
2024-07-01,乙厂,热工室,20,20,2024-07-01
2024-12-30,丁厂,力学室,5.005,5,2025-02-01
2024-12-30,戊厂,力学室,-1,,
合计,,,1404.01,,
,无日期,热工室,abc,,
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.csv"
    path.write_bytes(LEDGER.encode("gb18030"))
    return path


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with --json and return its object."""

    def run(*arguments: object) -> Any:
        assert main([*map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([*map(str, arguments)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("hengke: ")
    assert told.err.count("\n") == 1
    return told.err


def test_pareto(ask: Any, ledger: Path) -> None:
    found = ask("pareto", ledger)
    assert set(found) == {
        "period", "customers", "total", "share", "head", "gini", "top", "curve", "list", "apart",
    }  # fmt: skip
    assert found["period"] == {"from": "2023-01-10", "to": "2024-12-31"}
    assert (found["customers"], found["total"], found["share"]) == (4, "1405.01", 0.8)
    assert found["head"] == {"customers": 1, "fraction": 0.25, "contribution": "1300.00"}
    assert set(found["top"]) == {"0.01", "0.05", "0.2"}
    first = found["list"][0]
    assert first == {
        "customer": "甲厂", "contribution": "1300.00", "rank": 1,
        "share": pytest.approx(1300 / 1405.01), "cumulative_share": pytest.approx(1300 / 1405.01),
    }  # fmt: skip
    assert [row["customer"] for row in found["list"]] == ["甲厂", "乙厂", "丙厂", "丁厂"]
    assert found["apart"] == [{"customer": "戊厂", "contribution": "-1.00"}]
    assert found["curve"][-1] == [1.0, 1.0]


def test_pareto_of_a_period_and_another_share(ask: Any, ledger: Path) -> None:
    found = ask("pareto", ledger, "--from", "2023", "--to", "2024-01-01", "--share", "90%")
    assert (found["total"], found["share"], found["head"]["customers"]) == ("180.00", 0.9, 3)
    assert found["period"] == {"from": "2023-01-01", "to": "2024-01-01"}


def test_pyramid(ask: Any, ledger: Path) -> None:
    found = ask("pyramid", ledger, "--cuts", "25,50,75")
    assert list(found) == ["tiers"]
    assert [(row["tier"], row["customers"], row["contribution"]) for row in found["tiers"]] == [
        ("vip", 1, "1300.00"), ("major", 1, "70.00"), ("regular", 1, "30.00"), ("small", 1, "5.01"),
    ]  # fmt: skip
    assert set(found["tiers"][0]) == {"tier", "customers", "contribution", "share", "min", "max"}


def test_rfm(ask: Any, ledger: Path) -> None:
    found = ask("rfm", ledger)
    assert found["as_of"] == "2024-12-31"
    assert found["customers"][0] == {
        "customer": "甲厂", "recency": 334, "frequency": 2, "monetary": "1300.00", "r": 2, "f": 4, "m": 5,
        "segment": "cannot_lose",
    }  # fmt: skip
    assert ask("rfm", ledger, "--as-of", "2023-12-31")["customers"][0]["recency"] == 355


def test_rfm_with_own_segments(ask: Any, ledger: Path, tmp_path: Path) -> None:
    table = tmp_path / "segments.csv"
    table.write_text("segment,r,f,m\n大客户,,,5\n其他,1-5,,\n", "utf-8")
    found = ask("rfm", ledger, "--segments", table)
    assert [row["segment"] for row in found["customers"]] == ["大客户"] + ["其他"] * 4


def test_intervals(ask: Any, ledger: Path) -> None:
    found = ask("intervals", ledger)
    assert [(row["class"], row["customers"]) for row in found["classes"]] == [
        ("large", 1), ("medium", 2), ("small", 1),
    ]  # fmt: skip
    assert set(found["classes"][0]) == {
        "class", "customers", "share", "min", "p5", "p25", "median", "p75", "p95", "max",
    }  # fmt: skip
    assert found["classes"][1]["median"] == "50.00"


def test_two_period_commands_default_to_the_last_two_full_years(ask: Any, ledger: Path) -> None:
    gone = ask("lost", ledger)
    assert gone == {
        "customers": [{"customer": "丙厂", "amount_before": "30.00"}], "count": 1, "amount": "30.00",
        "share": pytest.approx(30 / 180),
    }  # fmt: skip
    moves = ask("migration", ledger, "--cuts", "25,50,75")
    assert set(moves["from_to"][0]) == {"from", "to", "customers", "amount_from", "amount_to"}
    assert {(row["from"], row["to"]) for row in moves["from_to"]} >= {("new", "small"), ("vip", "vip")}
    assert set(moves["net_upward"]) == {"customers", "fraction", "amount"}
    assert ask("yoy", ledger)["rows"] == [
        {"this": "1224.01", "last": "180.00", "change": pytest.approx(5.8000, abs=1e-3)}
    ]


def test_stated_periods_are_put_in_order(ask: Any, ledger: Path) -> None:
    first = ("--from", "2023-01-01", "--to", "2023-07-01")
    second = ("--from2", "2023-07-01", "--to2", "2025-01-01")
    swapped = ("--from2", "2023-01-01", "--to2", "2023-07-01", "--from", "2023-07-01", "--to", "2025-01-01")
    assert ask("lost", ledger, *first, *second) == ask("lost", ledger, *swapped)
    assert ask("lost", ledger, "--from", "2024", "--to", "2025")["count"] == 1


def test_groups(ask: Any, ledger: Path) -> None:
    found = ask("distribution", ledger, "--by", "检定室")
    assert found["by"] == ["检定室"]
    assert found["rows"][0] == {
        "检定室": "热工室", "customers": 3, "amount": "1350.00", "share": pytest.approx(1350 / 1404.01),
    }  # fmt: skip
    years = ask("yoy", ledger, "--by", "检定室")["rows"]
    assert years[1] == {"检定室": "力学室", "this": "4.01", "last": "50.00", "change": pytest.approx(-0.9198)}
    months = ask("yoy", ledger, "--by", "month")["rows"]
    assert (len(months), months[0]["month"], months[-1]["cumulative_this"]) == (12, "2024-01", "1224.01")


def test_growth_and_arrival(ask: Any, ledger: Path) -> None:
    found = ask("growth", ledger)
    assert found["last_year"] == 2024
    assert found["customers"][0] == {
        "customer": "甲厂",
        "years": 2,
        "growth": pytest.approx(2.4758, abs=1e-4),
    }
    paid = ask("arrival", ledger)
    assert len(paid["rows"]) == 1
    assert (paid["rows"][0]["billed"], paid["rows"][0]["received"]) == ("1404.01", "1370.00")
    assert paid["rows"][0]["rate"] == pytest.approx(1370 / 1404.01)
    assert paid["rows"][0]["days_to_pay"] == pytest.approx((100 * 10 + 50 * 30 + 1200 * 30) / 1370)


def test_columns_can_be_named_and_multiplied(ask: Any, tmp_path: Path) -> None:
    path = tmp_path / "shop.parquet"
    pq.write_table(
        pa.table(
            {
                "who": [7, 8, 7],
                "on": ["2024-01-01"] * 3,
                "Quantity": [3, -1, 2],
                "UnitPrice": [0.335, 5.0, 1.0],
            }
        ),
        path,
    )
    named = ("--customer", "who", "--date", "on", "--amount", "quantity*unitprice")
    assert ask("pareto", path, *named)["total"] == "3.01"
    assert ask("pareto", path, *named)["apart"] == [{"customer": 8, "contribution": "-5.00"}]
    assert ask("pareto", path, *named, "--where", "Quantity>0")["apart"] == []
    assert ask("pareto", path, *named, "--where", "who=8", "--where", "Quantity<0")["customers"] == 0


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_the_detail_can_go_to_a_file(ledger: Path, tmp_path: Path, ending: str, capsys: Any) -> None:
    out = tmp_path / f"out.{ending}"
    assert main(["lost", str(ledger), "--out", str(out)]) == 0
    assert capsys.readouterr().out == ""
    found = read_table([out]).to_pylist()
    assert [row["customer"] for row in found] == ["丙厂"]
    assert float(found[0]["amount_before"]) == 30.0


def test_a_name_never_becomes_a_formula(tmp_path: Path) -> None:
    source, out = tmp_path / "a.csv", tmp_path / "out.xlsx"
    source.write_text('customer,date,amount\n"=1+1",2024-01-01,5\n')
    assert main(["pareto", str(source), "--out", str(out)]) == 0
    assert read_table([out])["customer"].to_pylist() == ["=1+1"]


def test_the_terminal_shows_chinese_titles_and_what_was_left_out(ledger: Path, capsys: Any) -> None:
    assert main(["pareto", str(ledger), "--limit", "2"]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert "80.00 % 的贡献来自 1 个客户" in lines[1]
    assert lines[3].split() == ["客户", "贡献", "占比", "累计占比", "名次"]
    assert lines[4].split() == ["甲厂", "1,300.00", "92.53", "%", "92.53", "%", "1"]
    assert "共 4 行" in lines[-1]
    assert "2 行" in told.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("pareto", "none.csv"), "There is no file none.csv"),
        (("pareto",), "required"),
        (("nonsense",), "invalid choice"),
        (("pareto", "LEDGER", "--amount", "价格"), "There is no column 价格"),
        (("pareto", "LEDGER", "--share", "0"), "not a share"),
        (("pareto", "LEDGER", "--from", "soon"), "not a period"),
        (("pareto", "LEDGER", "--from", "2024", "--to", "2023"), "must begin before it ends"),
        (("pyramid", "LEDGER", "--cuts", "5,1,20"), "increasing"),
        (("lost", "LEDGER", "--from", "2023", "--from2", "2024"), "State both periods"),
        (("rfm", "LEDGER", "--as-of", "2019-01-01"), "no line"),
        (("pareto", "LEDGER", "--basis", "margin"), "no column cost"),
        (("pareto", "LEDGER", "--where", "应收费~1"), "Write a condition"),
        (("pareto", "LEDGER", "--out", "a.txt"), "must end in"),
    ],
)
def test_errors_are_one_line_and_exit_2(
    ledger: Path, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(ledger) if argument == "LEDGER" else argument for argument in arguments]
    assert told in refused(capsys, *given)


def test_no_column_is_guessed_from_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("foo,bar\n1,2\n")
    assert "--customer. The columns are: foo, bar" in refused(capsys, "pareto", path)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    refused(capsys, "pareto", path)


def test_online_retail_from_the_command_line(shared: Path) -> None:
    path = shared / "data/transactions/online_retail_2011.parquet"
    command = [sys.executable, "-m", "hengke_analytics.cli", "pareto", str(path), "--json"]
    where = ["--where", "Quantity>0", "--where", "UnitPrice>0"]
    run = subprocess.run([*command, *where], capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)
    assert (found["customers"], found["total"], found["head"]["customers"]) == (4338, "8911407.90", 1133)
    assert len(found["list"]) == 4338


def test_all_ledgers_at_once(ask: Any, shared: Path) -> None:
    paths = sorted((shared / "data/legacy").glob("ledger_202[45].csv.gz"))
    found = ask("yoy", *paths)
    assert (found["rows"][0]["this"], found["rows"][0]["last"]) == ("3422265.25", "3892326.35")
