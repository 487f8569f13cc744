"""What is known of a source before it is read, and how its rows look."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers.headers import find_header, name_columns
from hengke_analytics.warehouse.readers.limits import HEADER_WITHIN, SAMPLE_ROWS

Numbered = tuple[int, tuple[str, ...]]
"""A source line's number, from 1, and its cells as text."""

LOOK_AHEAD = HEADER_WITHIN + SAMPLE_ROWS


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know before importing: a stable code and an English sentence with its
    parameters."""

    code: str
    template: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence, filled in."""
        return self.template.format(**self.params)


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What a person chose instead of what would be detected: `encoding` a codec ("" detects), `header_line`
    of `sheet` (None: of the default one) a line number, 0 for none, None to detect."""

    encoding: str = ""
    header_line: int | None = None
    sheet: str | None = None

    def header_of(self, sheet: str, *, default: bool) -> int | None:
        """The header line chosen for a sheet."""
        return self.header_line if sheet == self.sheet or (default and self.sheet is None) else None


DETECT = ReadAs()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, table or text file. `header_line` 0 means that no line is a header and `headers` are made up.

    `row_estimate` counts lines below the header; `exact` tells whether it was counted. `above` are the lines
    over the first row, the header among them: a person may choose another of them.
    """

    name: str
    headers: tuple[str, ...]
    header_line: int
    sample: tuple[Numbered, ...]
    row_estimate: int
    exact: bool
    above: tuple[Numbered, ...] = ()

    @property
    def candidates(self) -> tuple[Numbered, ...]:
        """The lines that can be chosen as the header."""
        return (*self.above, *self.sample)[:HEADER_WITHIN]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a source is and holds. `kind`: csv, tsv, xlsx, xls, dbf, json, xml, html, parquet, sqlite or a kind
    of server.

    `encoding` is a Python codec ("" where there is none), `encoding_label` what a person calls it. `size`
    is in bytes as stored (0 for servers). Texts are never empty-headed: blank headers are "#3", repeated
    ones "金额 2".
    """

    name: str
    kind: str
    size: int
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    encoding_label: str = ""
    compressed: bool = False
    delimiter: str = ""
    problems: tuple[Problem, ...] = ()

    def sheet(self, name: str | None = None) -> Sheet:
        """The sheet of that name, or the first one with rows; raises KeyError."""
        if name is None:
            return next((sheet for sheet in self.sheets if sheet.sample), self.sheets[0])
        return next((sheet for sheet in self.sheets if sheet.name == name), None) or _no_sheet(name)

    @property
    def headers(self) -> tuple[str, ...]:
        """Of the default sheet, like the following."""
        return self.sheet().headers

    @property
    def header_line(self) -> int:
        """Line of the default sheet's header, 0 for none."""
        return self.sheet().header_line

    @property
    def sample(self) -> tuple[Numbered, ...]:
        """First rows of the default sheet."""
        return self.sheet().sample

    @property
    def row_estimate(self) -> int:
        """Rows of the default sheet."""
        return self.sheet().row_estimate

    def to_json(self) -> str:
        """As text, to travel from the preview to the import job."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Inspection:
        """An inspection from `to_json`."""
        kept = json.loads(text)
        kept["sheets"] = tuple(_sheet_from(sheet) for sheet in kept["sheets"])
        kept["problems"] = tuple(Problem(**problem) for problem in kept["problems"])
        return cls(**kept)


def sheet_of(
    name: str,
    rows: Iterable[Numbered],
    *,
    lines: int | None = None,
    exact: bool = True,
    header_line: int | None = None,
) -> Sheet:
    """A sheet from its first rows; `lines` is the number of its lines where known.

    The header is searched for unless `header_line` names it (0: there is none); InputError `no_such_header`.
    """
    first = list(islice(rows, LOOK_AHEAD + 1))
    header = _header(first[:HEADER_WITHIN], header_line)
    body = first if header is None else first[header + 1 :]
    width = max((len(cells) for _, cells in first), default=0)
    headers = name_columns(first[header][1] if header is not None else (), width)
    line = first[header][0] if header is not None else 0
    count = len(body) if lines is None or len(first) <= LOOK_AHEAD else max(lines - line, len(body))
    above = () if header is None else tuple(first[: header + 1])
    return Sheet(name, headers, line, tuple(body[:SAMPLE_ROWS]), count, exact, above)


def _header(first: list[Numbered], chosen: int | None) -> int | None:
    if chosen is None:
        return find_header([cells for _, cells in first])
    places = {line: place for place, (line, _) in enumerate(first)}
    if chosen and chosen not in places:
        raise InputError(
            "no_such_header",
            "Line {line} cannot hold the headings: it is empty or too far down.",
            line=chosen,
        )
    return places[chosen] if chosen else None


def table_of(
    name: str, headers: Iterable[str], rows: Iterator[Numbered], count: int, *, exact: bool = True
) -> Sheet:
    """A sheet whose columns have names of their own (Parquet, SQL): line 1 is the first row."""
    return Sheet(name, tuple(headers), 0, tuple(islice(rows, SAMPLE_ROWS)), count, exact)


def _no_sheet(name: str) -> Sheet:
    raise KeyError(name)


def _sheet_from(kept: dict[str, Any]) -> Sheet:
    # An inspection of before `above` was kept has none.
    lines = {
        name: tuple((line, tuple(cells)) for line, cells in kept.get(name, ()))
        for name in ("sample", "above")
    }
    return Sheet(**{**kept, **lines, "headers": tuple(kept["headers"])})
