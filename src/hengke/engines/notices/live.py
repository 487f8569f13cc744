"""The one process that holds every open event stream, so that no thread of the web server has to.

`python -m hengke.engines.notices.live SOCKET` is that process: standard library only, no database. The web server
checks who asks and hands the connection over (`hand_over`); whoever writes a notice calls `wake`. A stream says
nothing but that there is news: the page then asks through the ordinary door, where rights and log-in are checked.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
    b"X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 5000\n\n"
)
NEWS = b"event: news\ndata: 1\n\n"
BEAT_SECONDS = 20.0
LIFE_SECONDS = 600.0
"""After this a stream ends and the browser asks for another one, whatever was not heard meanwhile."""
PER_PERSON = 20
AT_ONCE = 1_000  # so many keys fit into one message
LONGEST_PATH = 100  # what a socket's address may be on every system


def address() -> str:
    """The path of the process's socket, empty when there is none that could be used."""
    path = os.environ.get("HENGKE_LIVE", "")
    return path if 0 < len(os.fsencode(path)) <= LONGEST_PATH and os.path.exists(path) else ""


def wake(people: Iterable[int]) -> None:
    """Say to these people's open pages that there is news; never fails, pages also ask by themselves."""
    everybody = sorted(people)
    for start in range(0, len(everybody), AT_ONCE):
        _tell({"wake": everybody[start : start + AT_ONCE]})


def end(people: Iterable[int]) -> None:
    """Close every open stream of these people; a page that is still let in opens a new one."""
    _tell({"end": sorted(people)})


def hand_over(connection: socket.socket, person: int) -> bool:
    """Give a client's connection away; False when nobody takes it."""
    return _tell({"stream": person}, connection)


def _tell(message: dict[str, object], connection: socket.socket | None = None) -> bool:
    path = address()
    if not path:
        return False
    data = [json.dumps(message).encode()]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.setblocking(False)
        door.connect(path)
        if connection is None:
            door.send(data[0])
        else:
            socket.send_fds(door, data, [connection.fileno()])
        return True
    return False


class Streams:
    """Every open stream by person; one thread, one selector."""

    def __init__(self, door: socket.socket) -> None:
        self._door = door
        self._selector = selectors.DefaultSelector()
        self._selector.register(door, selectors.EVENT_READ)
        self._people: dict[int, dict[socket.socket, float]] = {}
        self._beat = time.monotonic()
        self.stopping = False

    def run(self) -> None:
        """Serve until told to stop."""
        while not self.stopping:
            for key, _events in self._selector.select(1.0):
                if key.fileobj is self._door:
                    self._hear()
                else:
                    self._listen(key.fileobj, key.data)  # type: ignore[arg-type]
            if time.monotonic() - self._beat > BEAT_SECONDS:
                self._keep_alive()

    def count(self) -> int:
        """How many streams are open."""
        return sum(len(streams) for streams in self._people.values())

    def _hear(self) -> None:
        try:
            data, descriptors, _flags, _sender = socket.recv_fds(self._door, 65_536, 1)
        except BlockingIOError:
            return
        streams = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        try:
            message = json.loads(data)
            for stream in streams:
                self._open(stream, int(message["stream"]))
            for person in message.get("wake", ()):
                for stream in list(self._people.get(person, ())):
                    self._write(stream, person, NEWS)
            for person in message.get("end", ()):
                for stream in list(self._people.get(person, ())):
                    self._close(stream, person)
        except (ValueError, KeyError, TypeError, AttributeError):
            for stream in streams:
                stream.close()

    def _open(self, stream: socket.socket, person: int) -> None:
        stream.setblocking(False)
        mine = self._people.setdefault(person, {})
        if len(mine) >= PER_PERSON:
            self._close(next(iter(mine)), person)
        mine = self._people.setdefault(person, {})
        mine[stream] = time.monotonic()
        self._selector.register(stream, selectors.EVENT_READ, person)
        self._write(stream, person, HEAD)

    def _listen(self, stream: socket.socket, person: int) -> None:
        """A browser has nothing to say on a stream; what comes is its end."""
        try:
            if stream.recv(4_096):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._close(stream, person)

    def _write(self, stream: socket.socket, person: int, data: bytes) -> None:
        """A client so slow that a few bytes do not fit is let go: it will ask again."""
        try:
            whole = stream.send(data) == len(data)
        except OSError:
            whole = False
        if not whole:
            self._close(stream, person)

    def _keep_alive(self) -> None:
        self._beat = now = time.monotonic()
        for person, streams in list(self._people.items()):
            for stream, since in list(streams.items()):
                if now - since > LIFE_SECONDS:
                    self._close(stream, person)
                else:
                    self._write(stream, person, b": \n\n")

    def _close(self, stream: socket.socket, person: int) -> None:
        streams = self._people.get(person, {})
        if streams.pop(stream, None) is None:
            return
        if not streams:
            self._people.pop(person, None)
        self._selector.unregister(stream)
        stream.close()


def main(path: str) -> None:
    """Listen at `path` until SIGTERM; only this user's processes can reach it."""
    place = Path(path)
    place.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        before = os.umask(0o177)
        try:
            door.bind(path)
        finally:
            os.umask(before)
        door.setblocking(False)
        streams = Streams(door)

        def stop(*_: object) -> None:
            streams.stopping = True

        signal.signal(signal.SIGTERM, stop)
        streams.run()
    place.unlink(missing_ok=True)


if __name__ == "__main__":
    main(sys.argv[1])
