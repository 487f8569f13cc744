"""What the web server does beside answering: gunicorn's settings file, whose hooks run in every worker.

Nothing here runs before the fork: threads and DuckDB's own do not survive one, and `--preload` loads the application
in the master.
"""

from __future__ import annotations

from typing import Any


def post_worker_init(worker: Any) -> None:
    """Warm this worker up in the background; it answers meanwhile."""
    from hengke.modules.insight.dashboard.warming import Warming

    worker.warming = Warming()
    worker.warming.start()


def worker_exit(_server: Any, worker: Any) -> None:
    """End the background with the worker; one that never came up has none."""
    if hasattr(worker, "warming"):
        worker.warming.stop()
