"""Commands on a data folder that nobody has set up say so in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from hengke.config import manage
from tests.conftest import ROOT


@pytest.mark.parametrize("command", [["import", "x.csv", "--source", "s"], ["audit", "verify"], ["users"]])
def test_a_folder_that_is_not_set_up_is_named_with_what_to_do(tmp_path: Path, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hengke.config.manage", *command],
        env={
            **os.environ,
            "HENGKE_DATA": str(tmp_path),
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "hengke.config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "./hengke up" in done.stderr
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_a_folder_of_an_older_version_is_brought_up_to_date_first() -> None:
    manage._require_set_up()
    newest = MigrationLoader(connection).graph.leaf_nodes("insight")[0][1]
    MigrationRecorder(connection).record_unapplied("insight", newest)
    with pytest.raises(SystemExit, match=r"\./hengke up"):
        manage._require_set_up()
