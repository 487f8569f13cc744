"""So many requests a minute for each token and each person: a bucket that fills up again steadily.

The buckets are in the memory of each server process, each with its share of the limit: counting in the database would
make a write of every read. A client that reaches only one process therefore gets its share alone.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections import OrderedDict

from django.conf import settings
from django.http import HttpRequest

from hengke.kernel.errors import TooOften

KEPT = 10_000
_buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
_lock = threading.Lock()


def take(request: HttpRequest) -> None:
    """Count one request; TooOften, with the seconds to wait, when there were too many."""
    share = settings.API_REQUESTS_PER_MINUTE / settings.SERVER_PROCESSES
    token = request.headers.get("Authorization", "")
    person = f"person {getattr(request.user, 'pk', None)}"
    # A person with several tokens gets twice what one token gets.
    waits = [seconds(person, 2 * share if token else share)]
    if token:
        waits.append(seconds(f"token {hashlib.sha256(token.encode()).hexdigest()}", share))
    if (wait := max(waits)) > 0:
        raise TooOften(
            "too_many_requests",
            "Too many requests. Wait {seconds} seconds and go on more slowly.",
            seconds=math.ceil(wait),
        )


def seconds(key: str, per_minute: float) -> float:
    """How long to wait; 0 takes one request out of the bucket, which holds those of a minute."""
    now = time.monotonic()
    with _lock:
        level, at = _buckets.pop(key, (per_minute, now))
        level = min(per_minute, level + (now - at) * per_minute / 60)
        wait = 0.0 if level >= 1 else (1 - level) * 60 / per_minute
        _buckets[key] = (level - (not wait), now)
        if len(_buckets) > KEPT:
            _buckets.popitem(last=False)
    return wait


def forget() -> None:
    """Empty the memory, for tests."""
    with _lock:
        _buckets.clear()
