"""The listening socket of the web server.

The supervisor holds it, so nobody can take the port while data is being prepared or the server restarts,
and a browser that comes at such a moment waits instead of failing.
"""

from __future__ import annotations

import errno
import socket
import time

from launcher.say import LauncherError, pick, warn

FIRST = 8000
_TRIES = 100


def reserve(host: str, port: int | None, default: int = FIRST, *, patience: float = 0.0) -> socket.socket:
    """Bind the wanted port, or the first free one from the default on when none was asked for.

    `patience`: seconds in which the wanted port may come free; the workers of a killed run need a moment to
    notice that they are alone.
    """
    wanted = default if port is None else port
    deadline = time.monotonic() + patience
    while (found := _bind(host, wanted)) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    return found or _next_free(host, wanted, fixed=port is not None)


def _next_free(host: str, taken: int, *, fixed: bool) -> socket.socket:
    """The next port after a taken one, unless the person asked for just that one."""
    others = () if fixed else range(taken + 1, min(taken + _TRIES, 65536))
    for candidate in others:
        found = _bind(host, candidate)
        if found:
            warn(f"端口 {taken} 已被占用，改用 {candidate}", f"Port {taken} is taken; using {candidate}")
            return found
    raise LauncherError(
        pick(f"端口 {taken} 已被占用，请用 --port 另选", f"Port {taken} is taken; choose one with --port"),
        exit_code=2,
    )


def url_of(bound: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _bind(host: str, port: int) -> socket.socket | None:
    """A bound socket that does not listen yet; None when somebody else has the port."""
    family, kind, protocol, _, address = _resolve(host, port)
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(socket.SOMAXCONN)
    except OSError as failure:
        bound.close()
        if failure.errno == errno.EADDRINUSE:
            return None
        raise LauncherError(f"{host}:{port}: {failure.strerror}", exit_code=2) from failure
    return bound


def _resolve(host: str, port: int) -> tuple[int, int, int, str, tuple[object, ...]]:
    if not 0 <= port <= 65535:  # the C library would take the rest of a division
        raise LauncherError(f"{host}:{port}: " + pick("没有这样的端口", "there is no such port"), exit_code=2)
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as failure:
        raise LauncherError(f"{host}:{port}: {failure}", exit_code=2) from failure
