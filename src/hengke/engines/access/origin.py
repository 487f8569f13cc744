"""Where a request comes from: known to every event that is recorded while it is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Version", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """The address of the connection and what the program at its end calls itself; empty without a request."""

    address: str = ""
    device: str = ""


_current: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 (frozen)


def current() -> Origin:
    """Where the request that is being answered comes from."""
    return _current.get()


@contextmanager
def of(request: HttpRequest) -> Iterator[None]:
    """Events recorded within the block come from `request`."""
    device = _CONTROL.sub(" ", request.headers.get("User-Agent", "")).strip()[:200]
    token = _current.set(Origin(_CONTROL.sub(" ", address(request))[:45], device))
    try:
        yield
    finally:
        _current.reset(token)


def address(request: HttpRequest) -> str:
    """The address of the connection itself; what a client can write is believed from the own proxy only."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXY and remote == settings.TRUSTED_PROXY:
        return request.headers.get("X-Forwarded-For", remote).rpartition(",")[2].strip()
    return remote


def device_name(agent: str) -> str:
    """ "Chrome 128 · Windows" for what a browser calls itself; its first word for other programs."""
    found = ((name, re.search(rf"{mark}[A-Za-z]*/(\d+)", agent)) for mark, name in _BROWSERS)
    browser = next((f"{name} {match[1]}" for name, match in found if match), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) or agent.split(" ")[0][:40]
