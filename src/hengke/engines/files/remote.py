"""An object store behind the data folder, for installations with several machines: three calls, nothing else.

The data folder stays in front of it, as the place where a file is checked and read. Its own small client, because the
usual one cannot be installed beside the warehouse (see the decision on files); a file's name is the SHA-256 of its
content, which is also what the request is signed with, so the service refuses a file that was damaged on its way.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from hengke.engines.files.signing import EMPTY, Keys, escaped, signed
from hengke.kernel import clock

TRIES, PAUSE, TIMEOUT = 3, 0.5, 60.0
BLOCK = 1 << 20


class Unreachable(OSError):
    """The object store did not do what it was asked."""


class Place(Protocol):
    """Where files lie under their digests."""

    def put(self, digest: str, path: Path) -> None:
        """Keep the file at `path`; it is there when this returns."""

    def get(self, digest: str, path: Path) -> bool:
        """Write the file to `path`; False when it is not there."""

    def remove(self, digest: str) -> None:
        """Forget the file."""


class Bucket:
    """A bucket of any service that speaks S3.

    `endpoint` is the service's address, then the bucket is part of the path; or it has the place "{bucket}" in its
    host, for services that want it there.
    """

    def __init__(self, name: str, endpoint: str, keys: Keys) -> None:
        url = urlsplit(endpoint.replace("{bucket}", name))
        self._secure, self._host = url.scheme != "http", url.netloc
        self._folder = url.path.rstrip("/") + ("" if "{bucket}" in endpoint else f"/{name}")
        self._keys = keys

    def put(self, digest: str, path: Path) -> None:
        with path.open("rb") as body:
            self._ask("PUT", digest, payload=digest, body=body, size=path.stat().st_size)

    def get(self, digest: str, path: Path) -> bool:
        def keep(answer: http.client.HTTPResponse) -> None:
            with path.open("wb") as target:
                while block := answer.read(BLOCK):
                    target.write(block)

        return self._ask("GET", digest, keep=keep)

    def remove(self, digest: str) -> None:
        self._ask("DELETE", digest)

    def _ask(self, method: str, digest: str, **options: Any) -> bool:
        """Whether the object is there; tries again when the network or the service fails."""
        for left in reversed(range(TRIES)):
            try:
                return self._try(method, digest, **options)
            except (OSError, http.client.HTTPException) as error:
                if isinstance(error, Unreachable) or not left:
                    raise
                time.sleep(PAUSE)
        return False

    def _try(
        self,
        method: str,
        digest: str,
        *,
        payload: str = EMPTY,
        body: IO[bytes] | None = None,
        size: int = 0,
        keep: Callable[[http.client.HTTPResponse], None] | None = None,
    ) -> bool:
        path = f"{self._folder}/{digest}"
        headers = signed(
            method, self._host, path, keys=self._keys, at=clock.now().astimezone(UTC), payload=payload
        )
        if body is not None:
            body.seek(0)
            headers["content-length"] = str(size)
        with closing(self._connection()) as connection:
            connection.request(method, escaped(path), body, headers)
            answer = connection.getresponse()
            if answer.status == 200 and keep is not None:
                keep(answer)
                return True
            return _understood(method, answer)

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host, timeout=TIMEOUT)


def _understood(method: str, answer: http.client.HTTPResponse) -> bool:
    """True for done, False for an object that is not there; what else the service says is an error."""
    said = answer.read(2_000).decode("utf-8", "replace")
    if answer.status in (200, 204):
        return True
    if answer.status == 404 and method != "PUT" and "NoSuchBucket" not in said:
        return False
    if answer.status >= 500:
        raise http.client.HTTPException(f"{answer.status} {answer.reason}")
    raise Unreachable(f"the object store answered {answer.status} {answer.reason}: {said[:300]}")


def place() -> Place | None:
    """The object store of the settings, if there is one."""
    said: dict[str, str] = settings.FILES_S3
    return _bucket(*said.values()) if said["bucket"] else None


@lru_cache(maxsize=4)
def _bucket(bucket: str, endpoint: str, region: str, key: str, secret: str) -> Bucket:
    region = region or "us-east-1"
    return Bucket(bucket, endpoint or f"https://s3.{region}.amazonaws.com", Keys(key, secret, region))
