"""The object store, asked over HTTP: a server that speaks S3 and checks nothing for us, and one made to fail."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from hengke.engines.files import remote, store
from hengke.kernel.errors import NotFound
from launcher import ports

NAME = "hengke-files"


def _ask(url: str, method: str, path: str) -> tuple[int, bytes]:
    """Past the product, unsigned."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request(method, path)
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server on loopback with one empty bucket."""
    program = shutil.which("moto_server")
    if program is None:
        pytest.skip(
            "an S3 server is missing: put moto_server (pip install 'moto[s3]' flask flask-cors) on PATH"
        )
    with ports.reserve("127.0.0.1", None, 8600) as reserved:
        port = reserved.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [program, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(url)
        assert _ask(url, "PUT", f"/{NAME}")[0] == 200
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(url: str) -> None:
    for _try in range(300):
        try:
            _ask(url, "GET", "/")
            return
        except OSError:
            threading.Event().wait(0.2)
    pytest.fail("the S3 server did not start")


def _settings(settings: Any, tmp_path: Path, endpoint: str, bucket: str = NAME) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    settings.FILES_S3 = {
        "bucket": bucket,
        "endpoint": endpoint,
        "region": "",
        "key": "test",
        "secret": "test",
    }
    return tmp_path / "data" / "files"


@pytest.fixture
def folder(endpoint: str, tmp_path: Path, settings: Any) -> Path:
    return _settings(settings, tmp_path, endpoint)


def _held(digest: str, copy: Path) -> bytes | None:
    """What the bucket itself has."""
    place = remote.place()
    assert place is not None
    return copy.read_bytes() if place.get(digest, copy) else None


def test_a_stored_file_lies_in_the_bucket_and_comes_back(endpoint: str, folder: Path, tmp_path: Path) -> None:
    digest = store.store([b"a" * 100_000, b"b"])
    assert _held(digest, tmp_path / "copy") == b"a" * 100_000 + b"b"
    assert _ask(endpoint, "GET", f"/{NAME}/{digest}")[0] == 403  # not without a signature
    (folder / digest).unlink()
    assert store.path_of(digest).read_bytes() == b"a" * 100_000 + b"b"


def test_a_large_file_comes_back_whole(endpoint: str, folder: Path) -> None:
    piece = bytes(range(256)) * 4_096
    digest = store.store([piece] * 20)
    (folder / digest).unlink()
    assert store.path_of(digest).stat().st_size == 20 * len(piece)


def test_what_is_not_there_is_not_found_and_leaves_no_file(folder: Path) -> None:
    with pytest.raises(NotFound):
        store.path_of("1" * 64)
    assert not folder.is_dir() or list(folder.iterdir()) == []


@pytest.mark.django_db
def test_a_forgotten_file_is_gone_from_both(folder: Path, tmp_path: Path) -> None:
    digest = store.store([b"gone soon"])
    store.forget(digest)
    assert not (folder / digest).exists()
    assert _held(digest, tmp_path / "copy") is None
    store.forget(digest)  # twice does no harm


def test_a_bucket_that_is_not_there_is_an_error(endpoint: str, tmp_path: Path, settings: Any) -> None:
    folder = _settings(settings, tmp_path, endpoint, "no-such-bucket")
    with pytest.raises(remote.Unreachable, match="NoSuchBucket"):
        store.store([b"x"])
    assert list(folder.iterdir()) == []
    with pytest.raises(remote.Unreachable):
        store.path_of("2" * 64)


class Failing(BaseHTTPRequestHandler):
    """Answers with the statuses it was given, one after the other, and remembers what was asked."""

    answers: ClassVar[list[int]] = []
    asked: ClassVar[list[tuple[str, str, str, int]]] = []

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.command, self.path, self.headers["Host"], len(body)))
        self.send_response(self.answers.pop(0))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Not on the screen."""


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(remote, "PAUSE", 0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Failing.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_failing_service_is_asked_again_with_the_whole_file(
    failing: str, tmp_path: Path, settings: Any
) -> None:
    _settings(settings, tmp_path, failing)
    Failing.answers[:] = [503, 500, 200]
    digest = store.store([b"abc"])
    assert [(path, size) for _m, path, _h, size in Failing.asked] == [(f"/{NAME}/{digest}", 3)] * 3


@pytest.mark.parametrize(("answers", "asked"), [([503] * 3, 3), ([403], 1), ([301], 1)])
def test_what_cannot_be_kept_is_not_stored(
    failing: str, tmp_path: Path, settings: Any, answers: list[int], asked: int
) -> None:
    folder = _settings(settings, tmp_path, failing)
    Failing.answers[:] = list(answers)
    with pytest.raises((OSError, http.client.HTTPException)):
        store.store([b"abc"])
    assert len(Failing.asked) == asked
    assert list(folder.iterdir()) == []


def test_the_bucket_can_stand_in_the_host(failing: str, tmp_path: Path, settings: Any) -> None:
    port = failing.rpartition(":")[2]
    _settings(settings, tmp_path, f"http://{{bucket}}:{port}", "localhost")
    Failing.answers[:] = [200]
    digest = store.store([b"abc"])
    assert Failing.asked == [("PUT", f"/{digest}", f"localhost:{port}", 3)]
