"""Fifty open pages that wait for news: how long another page waits meanwhile, and what waiting costs.

python bench/live.py

Three ways: streams handed to the process that holds them all (what ships), a thread of the web server for each stream
(the reference), and pages that ask every five seconds. Everything runs as `./hengke up` runs it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _folder import data_folder
from _server import ROOT, Server, load, server

PAGES, PEOPLE = 50, 5
PATIENCE = 10.0


def threaded(environ: dict[str, str], start_response: Callable[..., object]) -> Iterable[bytes]:
    """The reference: a stream that keeps the thread that began it."""
    start_response("200 OK", [("Content-Type", "text/event-stream")])
    yield b"\n"
    while environ["PATH_INFO"].endswith("stream"):
        time.sleep(1)
        yield b": \n\n"


def main() -> None:
    """Print one line for each way."""
    with data_folder() as data:
        os.environ["HENGKE_LIVE"] = str(data / "live.sock")
        cookies = [_cookie(f"bench{n}") for n in range(PEOPLE)]
        command = [sys.executable, "-m", "hengke.engines.notices.live", os.environ["HENGKE_LIVE"]]
        holder = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT / "src")})
        try:
            with server() as running:
                _handed_over(running, holder.pid, cookies)
                _asking(running, cookies[0])
        finally:
            holder.terminate()
            holder.wait(10)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        _threads(listener)


def _threads(listener: socket.socket) -> None:
    """The same server with an application that keeps its threads."""
    port, descriptor = listener.getsockname()[1], listener.fileno()
    options = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "critical"]
    command = [sys.executable, "-m", "gunicorn", "live:threaded", "--chdir", str(ROOT / "bench"), *options]
    process = subprocess.Popen([*command, "--bind", f"fd://{descriptor}"], pass_fds=(descriptor,))
    time.sleep(3)
    running = Server(port, process.pid)
    streams = [_open(running, "") for _page in range(PAGES)]
    time.sleep(2)
    print(f"a thread for each of {PAGES} streams: another request waits {_wait(running)}")
    _close(streams)
    process.kill()
    process.wait()


def _handed_over(running: Server, holder: int, cookies: list[str]) -> None:
    from hengke.engines.access.models import User
    from hengke.engines.notices import live

    person = User.objects.get(username="bench0").pk
    _wait(running)
    streams = [_open(running, cookies[page % PEOPLE]) for page in range(PAGES)]
    heads = [_until(stream, b"\n\n") for stream in streams]
    assert all(b"event-stream" in head for head in heads), heads[0]
    used = _cpu(holder)
    began = time.perf_counter()
    live.wake([person])
    _until(streams[0], live.NEWS)
    news = (time.perf_counter() - began) * 1000
    time.sleep(30)
    memory = int(Path(f"/proc/{holder}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    print(
        f"{PAGES} streams handed over: another request waits {_wait(running)}; news after {news:.1f} ms; "
        f"{_cpu(holder) - used:.2f} s CPU in 30 s, {memory} MB"
    )
    _close(streams)


def _asking(running: Server, cookie: str) -> None:
    question = f"GET /notices/count HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
    found = load(running, lambda _n: question, b"200")
    print(f"asking: {found}; {PAGES} pages each 5 s: {PAGES * 6 * found.server_cpu / 1000:.1f} s CPU in 30 s")


def _cookie(name: str) -> str:
    from django.test import Client

    from hengke.engines.access.models import User

    client = Client()
    client.force_login(User.objects.create_user(name, name, "director", "a long bench password 7"))
    return f"sessionid={client.cookies['sessionid'].value}"


def _open(running: Server, cookie: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE)
    stream.sendall(f"GET /notices/stream HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    return stream


def _until(stream: socket.socket, mark: bytes) -> bytes:
    found = b""
    while mark not in found and (piece := stream.recv(4_096)):
        found += piece
    return found


def _wait(running: Server) -> str:
    """How long the smallest page takes now."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE) as other:
        other.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        try:
            other.recv(100)
        except TimeoutError:
            return f"more than {PATIENCE:.0f} s"
    return f"{(time.perf_counter() - began) * 1000:.1f} ms"


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _close(streams: list[socket.socket]) -> None:
    for stream in streams:
        stream.close()


if __name__ == "__main__":
    main()
