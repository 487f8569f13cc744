"""The engine's own tests once more on PostgreSQL: same lists, same hits, same imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import Cluster

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
HERE = Path(__file__).parent
# Every door: lists, search, forms, bin, changes of many, imports, custom fields, shapes, saved views, undo, REST,
# the seal of events and journal, merging.
DOORS = (
    "test_search.py", "test_importing.py", "test_api.py", "test_references.py", "custom", "reading", "schema", "search",
    "shapes", "views", "writing", "rest/test_many.py", "rest/test_objects.py", "rest/test_once.py",
    "../access/test_lots.py", "../access/test_events_tampering.py", "../access/audit",
    "../../modules/customers/test_merging.py",
)  # fmt: skip


def test_everything_holds_on_postgresql(postgres_cluster: Cluster) -> None:
    postgres_cluster.create("records")
    there = os.environ | {"HENGKE_DATABASE_URL": postgres_cluster.environment_url("records")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-x",
        *(str(HERE / name) for name in DOORS),
    ]
    done = subprocess.run(command, env=there, cwd=HERE.parents[3], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4_000:]
    assert " passed" in done.stdout
