"""The user's own table of RFM segments: a file with the columns segment, r, f, m such as "4-5" or "3"."""

from __future__ import annotations

import re
from pathlib import Path

from hengke.kernel.errors import InputError
from hengke_analytics import files
from hengke_analytics.measures.rfm import ANY, Range, SegmentRule

_RANGE = re.compile(r"([1-5])(?:\s*-\s*([1-5]))?")


def read_segments(path: Path) -> list[SegmentRule]:
    """Rules in the order of the file; an empty cell means any score. InputError `segments_unreadable`."""
    table = files.read_table([path])
    if not {"segment", "r", "f", "m"} <= set(table.column_names):
        raise InputError(
            "segments_unreadable", "The table of segments needs the columns segment, r, f and m."
        )
    return [
        SegmentRule(str(row["segment"]), *(_range(row[score]) for score in ("r", "f", "m")))
        for row in table.to_pylist()
    ]


def _range(cell: object) -> Range:
    text = "" if cell is None else str(cell).strip()
    if not text:
        return ANY
    found = _RANGE.fullmatch(text)
    if not found:
        raise InputError(
            "segments_unreadable", 'Scores are written as "3" or "4-5", not "{text}".', text=text
        )
    return int(found[1]), int(found[2] or found[1])
