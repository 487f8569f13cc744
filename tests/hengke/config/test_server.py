"""The hooks of the web server start and end what each worker does in the background."""

from __future__ import annotations

from types import SimpleNamespace

from hengke.config import server


def test_a_worker_has_a_background_that_ends_with_it() -> None:
    worker = SimpleNamespace()
    server.post_worker_init(worker)
    thread = worker.warming._thread
    assert thread.is_alive()
    server.worker_exit(None, worker)
    assert not thread.is_alive()


def test_a_worker_that_never_came_up_ends_quietly() -> None:
    worker = SimpleNamespace()
    server.worker_exit(None, worker)
    assert not hasattr(worker, "warming")  # nothing was begun only to be ended
