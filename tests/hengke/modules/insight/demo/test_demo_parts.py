"""The small parts: addressed noise, weighted sets, the calendar, the command."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import hengke
from hengke.modules.insight.demo import noise
from hengke.modules.insight.demo.__main__ import main
from hengke.modules.insight.demo.choices import Choices
from hengke.modules.insight.demo.seasons import LUNAR_NEW_YEAR, Calendar

SOURCE = Path(hengke.__file__).parents[1]


def test_noise_is_uniform_and_depends_on_seed_stream_and_id() -> None:
    ids = np.arange(100_000)
    values = noise.uniform(1, "a", ids)
    assert np.histogram(values, 10, (0, 1))[0] == pytest.approx(10_000, rel=0.05)
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.01
    for other in (noise.uniform(2, "a", ids), noise.uniform(1, "b", ids)):
        assert abs(np.corrcoef(values, other)[0, 1]) < 0.01
    assert (noise.uniform(1, "a", ids[500:600]) == values[500:600]).all()


def test_choices_follow_the_weights() -> None:
    choices = Choices()
    choices.add([("a", 3.0), ("b", 1.0)])
    choices.add([("c", 1.0)])
    sets = np.repeat([0, 1], 10_000)
    drawn = choices.pick(sets, np.tile(np.arange(10_000) / 10_000, 2)).tolist()
    assert (drawn.count("a"), drawn.count("b"), drawn.count("c")) == (7_500, 2_500, 10_000)
    assert choices.options(0) == ["a", "b"]
    assert choices.options(1) == ["c"]


def test_lunar_new_years_are_new_moons_in_season() -> None:
    """12 or 13 lunations (of 29.53 days) after the last one, from 21 January to 20 February."""
    assert sorted(LUNAR_NEW_YEAR) == list(range(2015, 2036))
    for year in range(2016, 2036):
        assert (1, 21) <= (LUNAR_NEW_YEAR[year].month, LUNAR_NEW_YEAR[year].day) <= (2, 20)
        gap = (LUNAR_NEW_YEAR[year] - LUNAR_NEW_YEAR[year - 1]).days
        assert min(abs(gap - 354.4), abs(gap - 383.9)) < 1.2, year


def test_submissions_move_to_open_days() -> None:
    calendar = Calendar(2024, 2024)
    wished = np.array([calendar.day(date(2024, 2, 12)), calendar.day(date(2024, 10, 1)), -5, 900])
    moved = calendar.submission_days(wished, np.array([0.95, 0.0, 0.0, 0.0]))
    assert [calendar.dates[day].isoformat() for day in moved[:2]] == ["2024-02-19", "2024-10-08"]
    assert moved[2:].tolist() == [-5, 900]


def test_validity_ends_the_day_before_the_anniversary() -> None:
    calendar = Calendar(2023, 2024)
    leap = calendar.day(date(2024, 2, 29))
    ends = {months: calendar.dates[table[leap]].isoformat() for months, table in calendar.expiries.items()}
    assert ends == {6: "2024-08-28", 12: "2025-02-27", 24: "2026-02-27"}


def test_the_command_writes_ledgers_and_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["--scale", "1k", "--as-of", "2022-02-10", "--years", "1", "--out", str(tmp_path), "--truth"])
        == 0
    )
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "ledger_2021.csv.gz",
        "ledger_2022.csv.gz",
        "truth_customers.csv.gz",
        "truth_names.csv.gz",
    ]
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_the_command_refuses_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--as-of", "2040-01-01", "--out", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    with pytest.raises(SystemExit) as refused:
        main(["--scale", "3k", "--out", str(tmp_path)])
    assert refused.value.code == 2


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, hengke.modules.insight.demo; print('numpy' in sys.modules, 'django' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(SOURCE)}
    )
    assert answer.stdout.strip() == "False False", answer.stderr
