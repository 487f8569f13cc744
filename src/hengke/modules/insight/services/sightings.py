"""Who was written into the ledger, with whatever evidence stood beside the name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import Q, QuerySet

from hengke.engines.access.models import Event
from hengke.modules.customers.enums import Origin
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.insight.enums import ReviewState
from hengke.modules.insight.models import ReviewPair

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T", str, int)
_SIGHTINGS = """
SELECT l.customer_name, l.alias_id, l.contact, l.phone, l.address, l.code,
    count(*), min(l.submitted_on), max(l.submitted_on), max(CASE WHEN s.is_demo THEN 0 ELSE 1 END), min(s.name)
FROM insight_ledgerline l JOIN insight_source s ON s.id = l.source_id
WHERE l.removed_by_id IS NULL AND s.archived_at IS NULL{narrowed}
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""
_FRESH = """
SELECT DISTINCT l.customer_name FROM insight_ledgerline l JOIN insight_source s ON s.id = l.source_id
LEFT JOIN customers_customername n ON n.id = l.alias_id
WHERE l.removed_by_id IS NULL AND s.archived_at IS NULL AND (n.id IS NULL OR n.text <> l.customer_name)
"""
NAMES_PER_QUERY = 500


@dataclass(slots=True)
class Sighting:
    """One way in which a customer was written, how often and when; `alias` is where its lines hang so far."""

    name: str
    alias: int | None
    contact: str = ""
    phone: str = ""
    address: str = ""
    code: str = ""
    lines: int = 0
    first: date | None = None
    last: date | None = None
    own: bool = True
    source: str = ""
    known: int | None = None


@dataclass
class Archive:
    """What is settled already: aliases by id and by text, and the customers that people have laid a hand on."""

    aliases: dict[int, CustomerName]
    touched: set[int]
    by_text: dict[str, list[CustomerName]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for alias in self.aliases.values():
            self.by_text[alias.text].append(alias)

    def alias_of(self, sighting: Sighting) -> CustomerName | None:
        """The alias of a sighting: where its lines hang, else the only one of that text.

        Of a part of the archive, lines may hang outside of it: their name has been corrected since.
        """
        if sighting.alias in self.aliases:
            return self.aliases[sighting.alias]
        same = self.by_text.get(sighting.name, ())
        return same[0] if len(same) == 1 else None

    def known(self, sighting: Sighting) -> int | None:
        """The customer that a sighting must stay with, since a person decided so or keeps that customer."""
        alias = self.alias_of(sighting)
        settled = alias is not None and (alias.decided or alias.customer_id in self.touched)
        return alias.customer_id if alias is not None and settled else None


def archive(names: Collection[str] | None = None) -> Archive:
    """Read every alias, or those of these texts, and which of their customers stay as they are."""
    kept = Customer.objects.filter(Q(origin__in=(Origin.MANUAL, Origin.IMPORT)) | Q(pk__in=_handled()))
    if names is None:
        aliases = {alias.pk: alias for alias in CustomerName.objects.order_by("pk").iterator(5_000)}
        return Archive(aliases, set(kept.values_list("pk", flat=True)))
    found = [a for lot in in_lots(names) for a in CustomerName.objects.filter(text__in=lot).order_by("pk")]
    mine, touched = {a.customer_id for a in found}, set[int]()
    for ids in in_lots(mine):
        touched.update(kept.filter(pk__in=ids).values_list("pk", flat=True))
    return Archive({alias.pk: alias for alias in found}, touched)


def in_lots(wanted: Collection[T]) -> Iterator[list[T]]:
    """So many at a time as one query takes, in a stable order."""
    ordered = iter(sorted(wanted))
    while lot := list(islice(ordered, NAMES_PER_QUERY)):
        yield lot


def fresh_names() -> set[str]:
    """Names in the ledger whose lines hang on no alias yet, or on that of another name."""
    with connection.cursor() as cursor:
        cursor.execute(_FRESH)
        return {name for (name,) in cursor.fetchall()}


def collect(known: Archive, names: Collection[str] | None = None) -> list[Sighting]:
    """All distinct sightings of the ledger, or of these names, then the names of customers that it does not hold; in
    a stable order.
    """
    found = list(_seen_under(names))
    for sighting in found:
        sighting.known = known.known(sighting)
    return found + _unseen(known, {sighting.name for sighting in found})


def table(sightings: Iterable[Sighting]) -> pa.Table:
    """The sightings as identity resolution takes them; the row number is the place in the list."""
    import pyarrow as pa

    rows = list(sightings)
    names = ("name", "phone", "address", "contact", "code", "lines", "known")
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    columns["lines"] = [max(1, lines) for lines in columns["lines"]]
    types = {"lines": pa.int64(), "known": pa.int64()}
    arrays = {name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()}
    return pa.table({"row": pa.array(range(len(rows)), pa.int64()), **arrays})


def decisions(sightings: list[Sighting], known: Archive) -> pa.Table:
    """What people decided about pairs of names, said of the first sighting of each.

    "Same" only while both still are one customer: a later separation has overruled it.
    """
    import pyarrow as pa

    first: dict[int, int] = {}
    for number, sighting in enumerate(sightings):
        alias = known.alias_of(sighting)
        if alias is not None:
            first.setdefault(alias.pk, number)
    said = []
    decided = ReviewPair.objects.exclude(state__in=(ReviewState.OPEN, ReviewState.SKIPPED)).order_by("pk")
    for left, right, state in decided.values_list("left_id", "right_id", "state"):
        if left not in known.aliases or right not in known.aliases:
            continue
        together = known.aliases[left].customer_id == known.aliases[right].customer_id
        if left in first and right in first and together == (state == ReviewState.SAME):
            said.append((first[left], first[right], "same" if together else "different"))
    names = ("left_row", "right_row", "verdict")
    return pa.table({name: [row[i] for row in said] for i, name in enumerate(names)}) if said else None


def _seen_under(names: Collection[str] | None) -> Iterator[Sighting]:
    with connection.cursor() as cursor:
        if names is None:
            cursor.execute(_SIGHTINGS.format(narrowed=""))
            yield from map(_read, cursor.fetchall())
        for lot in in_lots(names or ()):
            places = ", ".join(["%s"] * len(lot))
            cursor.execute(_SIGHTINGS.format(narrowed=f" AND l.customer_name IN ({places})"), lot)
            yield from map(_read, cursor.fetchall())


def _handled() -> QuerySet[Event, Any]:
    return Event.objects.filter(party_id__isnull=False, actor__isnull=False).values("party_id")


def _read(row: tuple[Any, ...]) -> Sighting:
    name, alias, contact, phone, address, code, lines, first, last, own, source = row
    days = _day(first), _day(last)
    return Sighting(name, alias, contact, phone, address, code, lines, *days, bool(own), source)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _unseen(known: Archive, seen: set[str]) -> list[Sighting]:
    """Live customers that people keep and the ledger does not name (yet): a new line may be theirs."""
    live = Customer.objects.filter(pk__in=known.touched, deleted_at=None).in_bulk()
    return [
        Sighting(
            alias.text, alias.pk, phone=live[alias.customer_id].phone, address=live[alias.customer_id].address,
            code=live[alias.customer_id].code, known=alias.customer_id,
        )
        for alias in known.aliases.values()
        if alias.customer_id in live and alias.text not in seen
    ]  # fmt: skip
