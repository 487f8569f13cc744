"""One answer of a web service: the address checked and pinned, size and time bounded, no redirects followed."""

from __future__ import annotations

import http.client
import random
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import addresses, limits

SECONDS = 30.0
TRIES = 4
LONGEST_WAIT = 60.0
LONGEST_ANSWER = 16 * limits.MEGABYTE
"""A page of a thousand records has half a megabyte; a service that sends all at once has files for it."""
_LATER = frozenset([429, 500, 502, 503, 504])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said."""

    body: bytes
    link: str
    """Its Link header, which may name the next page."""


def get(url: str, headers: Mapping[str, str], allowed: Sequence[str] = ()) -> Answer:
    """The answer to a GET; tried again, later and later, while the service is busy. InputError for all else."""
    place = split(url)
    for attempt in range(TRIES):
        try:
            status, waits, answer = _once(place, headers, allowed)
        except (OSError, http.client.HTTPException) as error:
            status, waits, answer = 0, "", None
            reason = type(error).__name__ if not isinstance(error, OSError) else error.strerror or str(error)
        else:
            reason = str(status)
        if answer is not None and status == 200:
            return answer
        if status not in _LATER | {0} or attempt == TRIES - 1:
            raise _refused(status, reason)
        time.sleep(_pause(waits, attempt))
    raise AssertionError


def split(url: str) -> SplitResult:
    """The parts of an address; InputError for one that is none of the web, or holds a name and password."""
    try:
        place = urlsplit(url.strip())
        usable = place.scheme in ("http", "https") and bool(place.hostname) and place.port != 0
    except ValueError:
        usable = False
    if not usable or place.username or place.password or any(ord(sign) < 33 for sign in url.strip()):
        raise InputError(
            "bad_web_address",
            "Give an address that begins with https:// (or http://), without user name and password in it.",
        )
    return place


def _once(
    place: SplitResult, headers: Mapping[str, str], allowed: Sequence[str]
) -> tuple[int, str, Answer | None]:
    port = place.port or (443 if place.scheme == "https" else 80)
    host = str(place.hostname)
    connection = _Pinned(host, port, addresses.checked(host, port, allowed), tls=place.scheme == "https")
    try:
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        usual = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "hengke"}
        connection.request("GET", target, headers={**usual, **headers})
        answer = connection.getresponse()
        if answer.status != 200:
            return answer.status, answer.getheader("Retry-After") or "", None
        body = answer.read(LONGEST_ANSWER + 1)
        if len(body) > LONGEST_ANSWER:
            raise InputError(
                "answer_too_long",
                "One answer of the service is longer than {limit} MB: ask it for smaller pages.",
                limit=LONGEST_ANSWER // limits.MEGABYTE,
            )
        if answer.length:
            raise http.client.IncompleteRead(b"")
        return 200, "", Answer(body, answer.getheader("Link") or "")
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked, and asks for the certificate of the name."""

    def __init__(self, host: str, port: int, address: str, *, tls: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address, self._tls = address, tls
        if tls and port == 443:
            self.default_port = 443

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _pause(said: str, attempt: int) -> float:
    """As long as the service says, within reason; else twice as long each time, not all at the same moment."""
    if said.isascii() and said.isdecimal():
        return min(float(said[:6]), LONGEST_WAIT)
    return float(2**attempt * (0.5 + random.random()))


def _refused(status: int, reason: str) -> InputError:
    if status in (401, 403):
        return InputError("service_forbids", "The service refuses the token: enter it again.")
    if 300 <= status < 400:
        return InputError("service_moved", "The service sends on to another address: enter that one.")
    if status == 0:
        return InputError("service_silent", "The service cannot be reached: {reason}.", reason=reason)
    return InputError("service_refuses", "The service answers with error {status}.", status=status)
