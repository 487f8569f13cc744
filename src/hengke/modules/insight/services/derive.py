"""People and instruments of customers, derived from ledger lines again and again without undoing what
people did.

A derived record is found again by its key (for example customer, name, phone). A person may since have
changed the key or any field: the row journal remembers both, so the record is recognised by every key it
ever had, and fields that a person set are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, models, transaction

from hengke.engines.access.models import RowJournal
from hengke.kernel import clock
from hengke.modules.customers.enums import Origin
from hengke.modules.customers.models import Contact, Instrument
from hengke.modules.insight.services.reading import Report

Key = tuple[Any, ...]
Values = dict[str, Any]
CHUNK = 2_000
NOT_SERIAL = frozenset(
    [
        "",
        "/",
        "//",
        "-",
        "--",
        "—",
        "无",
        "無",
        "空",
        "不详",
        "未知",
        "N/A",
        "n/a",
        "0",
        "00",
        "000",
        "*",
        ".",
    ]
)
"""What people write where there is no serial number: it tells no two instruments apart."""
DAYS_PER_MONTH = 30.44

_LINES = """
FROM insight_ledgerline l JOIN customers_customername n ON n.id = l.alias_id
    JOIN insight_source s ON s.id = l.source_id
WHERE l.removed_by_id IS NULL AND s.archived_at IS NULL {among}
"""
_CONTACTS = f"""
SELECT n.customer_id, l.contact, l.phone, count(*), min(l.submitted_on), max(l.submitted_on)
{_LINES} AND l.contact <> '' GROUP BY 1, 2, 3
"""
# The place where an instrument was last: the day in front of the words makes the largest text the latest.
_INSTRUMENTS = f"""
SELECT n.customer_id, l.instrument_name, l.model, l.serial, count(*), max(coalesce(l.done_on, l.submitted_on)),
    max(l.valid_until), max(CAST(l.submitted_on AS TEXT) || l.laboratory || '\x1f' || l.project_group)
{_LINES} AND l.instrument_name <> '' GROUP BY 1, 2, 3, 4
"""


def run(report: Report, among: Collection[int] | None = None) -> dict[str, int]:
    """Bring contacts and instruments up to date, of all customers or `among` those.

    Returns how many of each the ledger yields.
    """
    report("Deriving contacts", 0, 2)
    contacts = _contacts(among)
    _Sync(Contact, ("customer_id", "name", "phone"), among).bring(contacts)
    report("Deriving instruments", 1, 2)
    instruments = _instruments(among)
    _Sync(Instrument, ("customer_id", "name", "model", "serial"), among).bring(instruments)
    return {"contacts": len(contacts), "instruments": len(instruments)}


def _contacts(among: Collection[int] | None) -> dict[Key, Values]:
    """One per customer, name and phone; lines that give no phone count for the same name's main phone."""
    found: dict[Key, Values] = {}
    for customer, name, phone, lines, first, last in _rows(_CONTACTS, among):
        values = {"lines": lines, "first_on": _day(first), "last_on": _day(last)}
        _add(found, (customer, name[:60], phone[:40]), values)
    by_name: dict[Key, list[Key]] = defaultdict(list)
    for key in found:
        by_name[key[:2]].append(key)
    for keys in by_name.values():
        blank = next((key for key in keys if not key[2]), None)
        if blank is not None and len(keys) > 1:
            main = max((key for key in keys if key[2]), key=lambda key: (found[key]["lines"], key[2]))
            _add(found, main, found.pop(blank))
    return found


def _instruments(among: Collection[int] | None) -> dict[Key, Values]:
    """One per customer, name, model and serial number; those without one are counted together."""
    found: dict[Key, Values] = {}
    for customer, name, model, serial, lines, done, valid, place in _rows(_INSTRUMENTS, among):
        last_done, due = _day(done), _day(valid)
        laboratory, _, group = place[10:].partition("\x1f")
        serial = "" if serial in NOT_SERIAL else serial
        values = {
            "submissions": lines, "last_done": last_done, "due": due, "laboratory": laboratory[:100],
            "project_group": group[:100], "interval_months": _months(last_done, due),
        }  # fmt: skip
        _add(found, (customer, name[:100], model[:100], serial[:100]), values)
    return found


def _add(found: dict[Key, Values], key: Key, values: Values) -> None:
    """Put values under a key; where it is taken, counts add up, spans widen and the later facts hold."""
    old = found.get(key)
    if old is None:
        found[key] = values
        return
    later = max(old, values, key=lambda v: v.get("last_done") or v.get("last_on") or date.min)
    for name in old:
        pair = [value for value in (old[name], values[name]) if value is not None]
        if name in ("lines", "submissions"):
            old[name] = sum(pair)
        elif name in ("first_on", "last_on", "last_done", "due"):
            old[name] = (min if name == "first_on" else max)(pair, default=None)
        else:
            old[name] = later[name]


def _months(done: date | None, due: date | None) -> int | None:
    """Validity in whole months; None when it cannot be told."""
    months = round((due - done).days / DAYS_PER_MONTH) if done and due else 0
    return months if 1 <= months <= 120 else None


@dataclass
class _Sync:
    """Makes the ledger-born rows of `model` those that are wanted."""

    model: type[models.Model]
    keys: tuple[str, ...]
    among: Collection[int] | None
    edited: dict[int, set[str]] = field(default_factory=dict)

    def bring(self, wanted: dict[Key, Values]) -> None:
        """Add, update and remove, in small transactions; rows of people are never removed."""
        former = self._read_journal()
        known: dict[Key, int] = {}
        stored: dict[int, tuple[Values, bool]] = {}
        for row in self._stored(former):
            pk: int = row["id"]
            stored[pk] = (row, row["origin"] in (Origin.LEDGER, Origin.DEMO))
            for key in (tuple(row[name] for name in self.keys), *former.get(pk, ())):
                known.setdefault(key, pk)
        self._insert((key, values) for key, values in wanted.items() if key not in known)
        kept = {known[key]: values for key, values in wanted.items() if key in known}
        self._update(kept, stored)
        surplus = [
            pk
            for pk, (row, derived) in stored.items()
            if derived and pk not in kept and pk not in self.edited and self._is_among(row)
        ]
        for start in range(0, len(surplus), 500):
            self._take_away(surplus[start : start + 500])
        self._bring_back([pk for pk in kept if stored[pk][0]["deleted_at"] and pk not in self.edited])

    def _take_away(self, surplus: list[int]) -> None:
        """Remove rows that no line stands behind; what a commission names stays for it, out of sight."""
        held: set[int] = set()
        for relation in self.model._meta.related_objects:
            if relation.on_delete is models.PROTECT:
                name = relation.field.name
                naming = relation.related_model._base_manager.filter(**{f"{name}__in": surplus})
                held.update(naming.values_list(f"{name}_id", flat=True))
        rows = self.model._base_manager
        rows.filter(pk__in=set(surplus) - held).delete()
        rows.filter(pk__in=held, deleted_at=None).update(deleted_at=clock.now())

    def _bring_back(self, wanted: list[int]) -> None:
        """Show what was put out of sight and has lines again; what lies in the bin with its customer stays there."""
        for start in range(0, len(wanted), 500):
            hidden = self.model._base_manager.filter(pk__in=wanted[start : start + 500])
            hidden.filter(customer__deleted_at=None).update(deleted_at=None, updated_at=clock.now())

    def _stored(self, former: Iterable[int]) -> Iterator[Values]:
        """The rows to be compared, and every row whose key people changed: it may have been theirs before."""
        rows = self.model._base_manager.order_by("pk")
        if self.among is not None:
            rows = rows.filter(models.Q(customer_id__in=list(self.among)) | models.Q(pk__in=list(former)))
        return rows.values().iterator(CHUNK)

    def _is_among(self, row: Values) -> bool:
        return self.among is None or row["customer_id"] in self.among

    def _read_journal(self) -> dict[int, list[Key]]:
        """Keys that rows had before somebody changed them; also notes which fields people changed."""
        former: dict[int, list[Key]] = defaultdict(list)
        entries = RowJournal.objects.filter(
            model=self.model._meta.label_lower, before__isnull=False, event__actor__isnull=False
        )
        for pk, before, after in entries.values_list("row_id", "before", "after"):
            changed = {name for name, value in (before or {}).items() if (after or {}).get(name) != value}
            if changed <= {"customer_id", "updated_at", "version"}:
                continue  # a merge moved it
            former[pk].append(tuple((before or {})[name] for name in self.keys))
            self.edited.setdefault(pk, set()).update(changed)
        return former

    def _insert(self, rows: Iterable[tuple[Key, Values]]) -> None:
        """As the model would, but a row costs a tuple instead of an object: there are hundreds of thousands."""
        usual = self._usual()
        said: list[str] | None = None
        made = []
        for key, values in rows:
            said = said or [*self.keys, *values]
            made.append((*key, *map(_plain, values.values())))
        names = [*(said or ()), *(name for name in usual if name not in (said or ()))]
        rest = tuple(usual[name] for name in names[len(said or ()) :])
        marks = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {self.model._meta.db_table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
        for chunk in _chunks(made):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(statement, [(*row, *rest) for row in chunk])

    def _usual(self) -> Values:
        """What a new row holds in its columns, ready for the database, where nothing else is said."""
        row = self.model(origin=Origin.LEDGER)
        return {
            field.attname: field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for field in self.model._meta.concrete_fields
            if not field.primary_key and not field.generated
        }

    def _update(self, kept: dict[int, Values], stored: dict[int, tuple[Values, bool]]) -> None:
        changes: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for pk, values in kept.items():
            now = stored[pk][0]
            own = self.edited.get(pk, set())
            # What a person wrote by hand is filled up, never overwritten.
            fresh = {
                name: value for name, value in values.items()
                if now[name] != value and name not in own and (stored[pk][1] or now[name] in (None, "", 0))
            }  # fmt: skip
            if fresh:
                changes[tuple(fresh)].append((*map(_plain, fresh.values()), clock.now(), pk))
        for names, rows in changes.items():
            assigned = ", ".join(f"{name} = %s" for name in names)
            statement = f"UPDATE {self.model._meta.db_table} SET {assigned}, updated_at = %s WHERE id = %s"  # noqa: S608
            for chunk in _chunks(rows):
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.executemany(statement, chunk)


def _rows(query: str, among: Collection[int] | None) -> Iterator[tuple[Any, ...]]:
    numbers = ", ".join(map(str, sorted(among or ()))) or "0"
    with connection.cursor() as cursor:
        cursor.execute(query.replace("{among}", "" if among is None else f"AND n.customer_id IN ({numbers})"))
        while found := cursor.fetchmany(CHUNK):
            yield from found


def _chunks(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _day(value: Any) -> date | None:
    return value if value is None or isinstance(value, date) else date.fromisoformat(str(value))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value
