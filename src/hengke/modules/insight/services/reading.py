"""The first look at a file: every row translated and set aside, rejects written down,
claimed totals checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengke.kernel import clock
from hengke.kernel.errors import sentence
from hengke.modules.insight.models import Import, Reject
from hengke.modules.insight.services import places, sources
from hengke.modules.insight.services.rows import CHUNK, Spool

if TYPE_CHECKING:
    from hengke_analytics.warehouse.pairing import Lines
    from hengke_analytics.warehouse.translate import LedgerRow, Run, Translated

Report = Callable[[str, int, int], None]
LONGEST_NAME = 200
_TOO_LONG = sentence("The customer's name is longer than 200 characters.")
# A submission may be booked for the days ahead; a year like 2109 is a slip of the pen.
BOOKED_AHEAD = timedelta(days=366)


@dataclass
class Seen:
    """What a file holds: rows read, span of dates, sum of the billed amounts,
    claimed totals beside the counted.
    """

    lines: Lines
    read: int = 0
    rejected: int = 0
    first: date | None = None
    last: date | None = None
    billed: Decimal = Decimal("0.00")
    totals: list[dict[str, Any]] = field(default_factory=list)

    def count(self, row: LedgerRow) -> None:
        """Take a good row into account."""
        self.lines.add(row.line_no, row.key_hash, row.row_hash)
        self.billed += row.billed
        day = row.submitted_on
        self.first = day if self.first is None or day < self.first else self.first
        self.last = day if self.last is None or day > self.last else self.last

    def count_all(self, run: Run) -> None:
        """Take a run of good rows into account."""
        self.lines.extend(run.lines, run.key_hashes, run.row_hashes)
        self.billed += sum(run.column("billed"), Decimal())
        days = run.column("submitted_on")
        self.first = min(days) if self.first is None else min(self.first, min(days))
        self.last = max(days) if self.last is None else max(self.last, max(days))


def look(row: Import, spool: Spool, report: Report) -> Seen:
    """Read the whole file of an import into `spool`; rejects of an earlier, cut-off look are replaced."""
    from hengke_analytics.warehouse import reading
    from hengke_analytics.warehouse.pairing import Lines
    from hengke_analytics.warehouse.translate import Run, Translator

    found, sheet = sources.inspection_of(row), row.inspection["sheet"]
    expected = found.sheet(sheet).row_estimate
    translator = Translator(sources.columns_of(row), not_after=clock.today() + BOOKED_AHEAD)
    seen = Seen(Lines())
    sorter = _Sorter(row, spool, seen)
    for said in translator.translate_runs(reading.rows(places.opened(row), found, sheet=sheet)):
        if isinstance(said, Run):
            sorter.take_run(said)
            seen.read += len(said)
        else:
            sorter.take(said)
            seen.read += 1
        report("Reading", seen.read, max(expected, seen.read))
    seen.rejected = sorter.rejects.finish()
    return seen


class _Sorter:
    """Puts rows aside, rejects on the list, and total lines beside what was counted."""

    def __init__(self, row: Import, spool: Spool, seen: Seen) -> None:
        from hengke_analytics.warehouse.totals import Checksum

        self.rejects, self._spool, self._seen, self._checksum = _Rejects(row), spool, seen, Checksum()

    def take_run(self, run: Run) -> None:
        """Plain rows; one by one only if a name is too long."""
        if max(map(len, run.column("customer_name"))) > LONGEST_NAME:
            for row in run.rows():
                self.take(row)
            return
        self._spool.add_all(run)
        self._seen.count_all(run)
        self._checksum.add_all(run)

    def take(self, said: Translated) -> None:
        """A line that is not plainly a row."""
        from hengke_analytics.warehouse.translate import LedgerRow, TotalLine

        if isinstance(said, LedgerRow) and len(said.customer_name) <= LONGEST_NAME:
            self._spool.add(said)
            self._seen.count(said)
            self._checksum.add(said)
        elif isinstance(said, LedgerRow):
            self.rejects.add(said.line_no, "name_too_long", _TOO_LONG, (said.customer_name,))
            self._checksum.add_rejected({"billed": said.billed})
        elif isinstance(said, TotalLine):
            self._seen.totals += [_claim(check) for check in self._checksum.check(said)]
        else:
            self.rejects.add(said.line_no, said.code, said.message, said.cells)
            self._checksum.add_rejected(said.amounts)


class _Rejects:
    """Writes rejects in chunks, so that a file of a million bad rows fits."""

    def __init__(self, row: Import) -> None:
        self.origin, self.count = row, 0
        self._waiting: list[Reject] = []
        Reject.objects.filter(origin=row).delete()

    def add(self, line_no: int, reason: str, message: str, cells: tuple[str, ...]) -> None:
        self._waiting.append(
            Reject(
                origin=self.origin, line_no=line_no, reason=reason, message=message[:300], cells=list(cells)
            )
        )
        if len(self._waiting) == CHUNK:
            self._write()

    def finish(self) -> int:
        """Write the rest; how many there were."""
        self._write()
        return self.count

    def _write(self) -> None:
        Reject.objects.bulk_create(self._waiting, batch_size=500)
        self.count += len(self._waiting)
        self._waiting = []


def _claim(check: Any) -> dict[str, Any]:
    return {
        "line_no": check.line_no,
        "field": check.field,
        "claimed": str(check.claimed),
        "counted": str(check.counted),
        "rejected": str(check.rejected),
        "agrees": check.agrees,
    }
