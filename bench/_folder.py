"""A data folder of a benchmark's own, with Hengke set up on it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))


@contextmanager
def data_folder() -> Iterator[Path]:
    """An empty, migrated data folder that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="hengke-bench-") as folder:
        os.environ["HENGKE_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "hengke.config.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        yield Path(folder)


def shared_ledgers() -> list[Path]:
    """The seven ledgers of the shared data; empty when that folder is absent."""
    shared = Path(os.environ.get("HENGKE_SHARED", ROOT.parent / "shared"))
    return sorted((shared / "data" / "legacy").glob("ledger_*.csv.gz"))
