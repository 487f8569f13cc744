"""The group of commands: each line of its table has a module that works."""

from __future__ import annotations

import argparse

import pytest

from hengke_analytics.cli import insight
from hengke_analytics.cli.__main__ import main


def test_every_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    insight.add_commands(parser, argparse.ArgumentParser)
    assert {"classify", "tree"} <= set(insight.COMMANDS)
    for name in insight.COMMANDS:
        with pytest.raises(SystemExit) as left:
            main(["insight", name, "--help"])
        assert left.value.code == 0
        assert "FILE" in capsys.readouterr().out


def test_without_a_command_and_with_an_unknown_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["insight"]) == 2
    assert main(["insight", "guess"]) == 2
    assert capsys.readouterr().err.count("\n") == 2
