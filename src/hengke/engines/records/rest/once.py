"""Idempotency-Key: a POST that is sent again, because its answer was lost, is not done again.

The key is claimed in the transaction of the work itself, so that of many at the same time one works and the others
wait for its answer. A request that was refused leaves nothing behind, its key included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.models import KeptAnswer
from hengke.kernel import clock
from hengke.kernel.errors import InputError, KeyReused

if TYPE_CHECKING:
    from hengke.engines.records.rest.door import Answer

KEPT = timedelta(hours=24)
LONGEST = 200


def once(request: StaffRequest, work: Callable[[], Answer]) -> Answer:
    """The answer of `work`, or the one it gave before under the same key; KeyReused for another request."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise InputError(
            "idempotency_key", "The Idempotency-Key must be 1 to {n} printable characters.", n=LONGEST
        )
    with transaction.atomic():
        row, is_new = _claimed(request, key)
        if not is_new:
            return _kept(row)
        answer = work()
        KeptAnswer.objects.filter(pk=row.pk).update(status=answer.status, body=answer.body)
    return answer


def _claimed(request: StaffRequest, key: str) -> tuple[KeptAnswer, bool]:
    """The row of this key, and whether it was made now."""
    now, digest = clock.now(), _digest(request)
    KeptAnswer.objects.filter(at__lt=now - KEPT).delete()
    # Waits for whoever holds the key, on both databases, until that work is stored or refused.
    claim = KeptAnswer(user=request.user, key=key, digest=digest, at=now)
    KeptAnswer.objects.bulk_create([claim], ignore_conflicts=True)
    row = KeptAnswer.objects.select_for_update().get(user=request.user, key=key)
    if row.digest != digest:
        raise KeyReused(
            "idempotency_key_reused", "This Idempotency-Key was used for another request. Take a new one."
        )
    return row, row.status == 0


def _kept(row: KeptAnswer) -> Answer:
    from hengke.engines.records.rest.door import Answer

    return Answer(row.body, row.status, {"Idempotency-Replayed": "true"})


def _digest(request: StaffRequest) -> str:
    words = f"{request.method} {request.get_full_path()} ".encode()
    return hashlib.sha256(words + request.body).hexdigest()
