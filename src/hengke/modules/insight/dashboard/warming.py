"""The first overview of a process, asked in the background before a person asks it.

The first one loads DuckDB and Ibis, compiles every expression and reads the warehouse's first blocks: seconds in which
a person would wait. Every web worker therefore asks the default question once it serves, and again after each build.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_started
from django.db import connections
from django.utils import translation

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.stamp import with_stamp
from hengke.modules.insight.dashboard import facts, views

QUIET = 1.0  # seconds without a request before the question is asked …
LONGEST_WAIT = 20.0  # … which a busy server need not grant for ever
BETWEEN_LOOKS = 5.0
PATIENCE = 10.0
# Seconds for which a thread keeps the interpreter while another one waits for it; Python's own are ten times as many.
POLITE = 0.0005

log = logging.getLogger(__name__)


class Warming:
    """A thread that keeps the overview of this process warm."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._asked_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        request_started.connect(self._noted)
        self._thread.start()

    def stop(self) -> None:
        """Let a question in flight end before the process does: DuckDB must not be torn down under it."""
        self._stopped.set()
        self._thread.join(PATIENCE)
        request_started.disconnect(self._noted)

    def _noted(self, **_signal: Any) -> None:
        self._asked_at = time.monotonic()

    def _run(self) -> None:
        warm: int | None = None
        while not self._stopped.is_set():
            number = facts.build_number()
            if number is not None and number != warm and self._quiet():
                _try()
                warm = number
            self._stopped.wait(BETWEEN_LOOKS)

    def _quiet(self) -> bool:
        """Wait for a moment in which nobody asks; False when the process ends before it comes."""
        until = time.monotonic() + LONGEST_WAIT
        while (left := self._asked_at + QUIET - time.monotonic()) > 0 and time.monotonic() < until:
            if self._stopped.wait(left):
                return False
        return not self._stopped.is_set()


def ask() -> bool:
    """Ask for the default overview as the first director does; False when there is nobody or nothing to ask for."""
    people = User.objects.filter(role=Role.DIRECTOR, is_active=True)
    director = with_stamp(people).order_by("pk").first()
    if director is None or facts.build_number() is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        views.overview(_request(director))
    return True


def _try() -> None:
    """A question that fails is no harm: whoever asks next is told by the page, as ever."""
    try:
        with _politely():
            ask()
    except Exception:
        log.warning("The overview could not be asked in advance.", exc_info=True)
    finally:
        connections.close_all()


@contextmanager
def _politely() -> Iterator[None]:
    """Give way to requests: each query of theirs lets go of the interpreter and has to get it back."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(POLITE)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _request(director: User) -> StaffRequest:
    """What the middleware would hand to the view."""
    server = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    request: Any = WSGIRequest(
        server | {"REQUEST_METHOD": "GET", "PATH_INFO": "/overview", "wsgi.input": BytesIO()}
    )
    request.user, request.actor = director, Actor.of(director)
    return request  # type: ignore[no-any-return]
