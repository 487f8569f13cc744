"""Rows of the journal under seal. What one write kept is a lot, with a digest that the chain of seals covers.

A lot rather than the event itself, because a job adds rows to its event in many transactions, long after the event
was sealed. Digests are salted, so that nobody can guess a telephone number from one; an erasure that blanks rows
gives the lot a new salt, and a later event vouches for the new digest, as it does for payloads.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from hengke.engines.access.models import JournalLot, RowJournal

READ = 500
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
# event, model, key, before, after
Entry = tuple[int, str, int, str | None, str | None]

_LOT = "INSERT INTO access_journallot (event_id, count, salt, digest) VALUES (%s, %s, %s, %s) RETURNING id"
_ROW = (
    "INSERT INTO access_rowjournal (event_id, model, row_id, before, after, lot_id, digest) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


def text(state: Any) -> str | None:
    """A row's state in the one form that digests are made from."""
    return None if state is None else _encode(state)


def keep(event_id: int, entries: Sequence[Entry]) -> None:
    """Write rows and the lot that vouches for them.

    One prepared statement: an import journals ten thousand rows, and Django's bulk_create takes longer than they do.
    """
    salt = secrets.token_hex(16)
    digests = [row_digest(salt, entry) for entry in entries]
    with connection.cursor() as cursor:
        cursor.execute(_LOT, (event_id, len(entries), salt, lot_digest(salt, digests)))
        (lot,) = cursor.fetchone()
        cursor.executemany(
            _ROW, [(*entry, lot, digest) for entry, digest in zip(entries, digests, strict=True)]
        )


def row_digest(salt: str, entry: Entry) -> str:
    """What tells a changed row; half a SHA-256 is enough beside that of the lot."""
    event, model, key, before, after = ("-" if part is None else part for part in entry)
    said = f"{event}\x1f{model}\x1f{key}\x1f{before}\x1f{after}"
    return hashlib.sha256(f"{salt}\x1e{said}".encode()).hexdigest()[:32]


def lot_digest(salt: str, digests: Iterable[str]) -> str:
    """What tells a row taken out of a lot or put into it."""
    return hashlib.sha256("\x1f".join((salt, *digests)).encode()).hexdigest()


@dataclass(frozen=True)
class Found:
    """A lot as its rows are now: digest, their number, and the first one that does not fit its own digest."""

    digest: str
    count: int
    changed: str


def look(lots: Sequence[JournalLot]) -> dict[int, Found]:
    """What stands in the journal for each of these lots."""
    found = {lot.pk: Found(lot_digest(lot.salt, ()), 0, "") for lot in lots}
    salts = {lot.pk: lot.salt for lot in lots}
    for key, rows in groupby(_rows(salts), key=itemgetter(0)):
        digests, changed = [], ""
        for _lot, entry, stored in rows:
            digests.append(row_digest(salts[key], entry))
            if digests[-1] != stored and not changed:
                changed = f"{entry[1]} #{entry[2]}"
        found[key] = Found(lot_digest(salts[key], digests), len(digests), changed)
    return found


def redact(keys: Collection[int]) -> dict[str, str]:
    """Give lots whose rows were blanked or removed a new salt; the digests that a `REDACTED` event must name."""
    vouched: dict[str, str] = {}
    for lot in JournalLot.objects.filter(pk__in=keys).order_by("pk"):
        salt, digests = secrets.token_hex(16), []
        for pk, entry, _stored in _entries(RowJournal.objects.filter(lot=lot)):
            digests.append((row_digest(salt, entry), pk))
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE access_rowjournal SET digest = %s WHERE id = %s", digests)
        JournalLot.objects.filter(pk=lot.pk).update(salt=salt, count=len(digests))
        vouched[str(lot.pk)] = lot_digest(salt, (digest for digest, _pk in digests))
    return vouched


def _rows(salts: Collection[int]) -> Iterator[tuple[int, Entry, str]]:
    """The rows of these lots, lot by lot."""
    rows = RowJournal.objects.filter(lot_id__in=list(salts)).order_by("lot_id", "pk")
    for values in rows.values_list("lot_id", *_PARTS).iterator(READ):
        yield values[0], _entry(values), values[6]


def _entries(rows: Any) -> Iterator[tuple[int, Entry, str]]:
    for values in rows.order_by("pk").values_list("pk", *_PARTS):
        yield values[0], _entry(values), values[6]


_PARTS = ("event_id", "model", "row_id", "before", "after", "digest")


def _entry(values: Sequence[Any]) -> Entry:
    _key, event, model, row_id, before, after, _digest = values
    return event, model, row_id, text(before), text(after)
