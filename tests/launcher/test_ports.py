"""The port is held from the first moment on; a taken one is said."""

from __future__ import annotations

import socket
import threading

import pytest

from launcher import ports
from launcher.say import LauncherError


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_the_next_free_port_is_taken_and_said(capsys) -> None:
    default = free_port()
    with ports.reserve("127.0.0.1", None, default), ports.reserve("127.0.0.1", None, default) as second:
        taken = second.getsockname()[1]
    assert taken > default
    assert str(default) in capsys.readouterr().out


def test_a_port_that_was_asked_for_is_never_replaced() -> None:
    port = free_port()
    with ports.reserve("127.0.0.1", port), pytest.raises(LauncherError, match=str(port)) as caught:
        ports.reserve("127.0.0.1", port)
    assert caught.value.exit_code == 2


def test_a_port_that_comes_free_in_time_is_waited_for() -> None:
    first = ports.reserve("127.0.0.1", free_port())
    wanted = first.getsockname()[1]
    threading.Timer(0.5, first.close).start()
    with ports.reserve("127.0.0.1", None, wanted, patience=60) as second:
        assert second.getsockname()[1] == wanted


def test_a_browser_that_comes_early_waits_in_line() -> None:
    with (
        ports.reserve("127.0.0.1", free_port()) as bound,
        socket.create_connection(bound.getsockname(), timeout=5) as early,
    ):
        early.sendall(b"x")
        accepted, _ = bound.accept()
        with accepted:
            assert accepted.recv(1) == b"x"


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:"), ("::1", "http://[::1]:")],
)
def test_the_address_opens_on_this_machine(host: str, shown: str) -> None:
    with ports.reserve(host, 0) as bound:
        assert ports.url_of(bound) == f"{shown}{bound.getsockname()[1]}/"


@pytest.mark.parametrize(
    ("host", "port"), [("no-such-host.invalid", 8000), ("127.0.0.1", 70000), ("192.0.2.1", 8000)]
)
def test_an_impossible_address_is_one_sentence(host: str, port: int) -> None:
    with pytest.raises(LauncherError, match=f"{host}:{port}"):
        ports.reserve(host, port)
