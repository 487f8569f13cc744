"""Commands run in this process, their object or their one line of refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hengke_analytics.cli.__main__ import main


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `insight …` with --json and return its object."""

    def run(*arguments: object) -> Any:
        assert main(["insight", *map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `insight …`, which must fail with exit code 2, and return its one line."""

    def run(*arguments: object) -> str:
        assert main(["insight", *map(str, arguments)]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith("hengke: ")
        assert told.err.count("\n") == 1
        return told.err

    return run
