"""Columns that must not be used: they say who a row is, nothing at all, or the answer itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hengke_analytics.mining.scores.inputs import Column, Floats, Inputs
from hengke_analytics.mining.scores.metrics import auc

Why = Literal["constant", "empty", "identifier", "free_text", "repeats_label"]
WORDS: dict[str, str] = {
    "constant": "只有一个值", "empty": "没有值", "identifier": "像编号", "free_text": "几乎每行不同的文字",
    "repeats_label": "与标签一一对应", "label": "标签", "group": "分组列", "time": "时间列",
}  # fmt: skip

#: With fewer rows nothing can be told from how often a value repeats.
FEWEST_ROWS = 30
FEWEST_DISTINCT = 5
#: Words of which more than this share are distinct name rows, not kinds of rows.
DISTINCT_WORDS, DISTINCT_CODES = 0.5, 0.9
#: One in ten codes ends in 0; amounts do more often.
ROUND_ENDS = 0.2
#: A single feature that ranks better than this is suspected to know the answer.
SUSPICIOUS = 0.99
_ID_NAME = re.compile(
    r"(^|[\W_])(id|uuid|guid|key|code|no|nr|num|number|index|idx|rownum|unnamed.*)$"
    r"|^(id|uuid|guid)([\W_]|$)|[a-z](ID|Id|No)$|(编号|代码|单号|序号|证号|号码|电话|手机|账号)$"
)


@dataclass(frozen=True)
class Screened:
    """The usable features; `dropped` has the name and the reason of each other column."""

    inputs: Inputs
    dropped: tuple[tuple[str, Why], ...]


def screen(inputs: Inputs, target: Floats) -> Screened:
    """Sort the columns; nothing here depends on how well a column predicts, except a copy of the label."""
    found = [(column, reason(column, target)) for column in inputs.columns]
    kept = tuple(column for column, why in found if why is None)
    return Screened(Inputs(kept), tuple((column.name, why) for column, why in found if why))


def reason(column: Column, target: Floats, *, copies: bool = True) -> Why | None:
    """Why a column is dropped; None for a usable one. `copies`: whether a copy of the label is looked for."""
    filled = column.cells[~column.missing]
    distinct = len(np.unique(filled))
    if not len(filled):
        return "empty"
    if distinct == 1 and not column.missing.any():
        return "constant"
    if _counts_rows(column, filled, distinct):
        return "identifier"
    if len(target) < FEWEST_ROWS:
        return None
    return _names_rows(column, filled, distinct) or (_repeats(column, target) if copies else None)


def suspicious(inputs: Inputs, target: Floats) -> list[str]:
    """Features that alone rank the cases almost without an error: a person should say whether they may."""
    return [column.name for column in inputs.columns if _alone(column, target) > SUSPICIOUS]


def _counts_rows(column: Column, filled: Floats, distinct: int) -> bool:
    """A word of its own for each row, or 1, 2, 3 … in the order of the file: such says nothing at any size."""
    if distinct < len(filled) or distinct < FEWEST_DISTINCT:
        return False
    if column.kind == "category":
        return True
    return column.kind == "number" and filled[0] in (0, 1) and bool((np.diff(filled) == 1).all())


def _names_rows(column: Column, filled: Floats, distinct: int) -> Why | None:
    share = distinct / len(filled)
    if column.kind == "category":
        if share <= DISTINCT_WORDS or distinct < FEWEST_ROWS:
            return None
        words = [column.levels[code] for code in np.unique(filled)]
        return "free_text" if sum(" " in word for word in words) > distinct / 2 else "identifier"
    if column.kind == "date" or distinct < FEWEST_ROWS or not (filled == np.floor(filled)).all():
        return None
    steps = np.diff(filled)
    counts_rows = share == 1 and bool((steps > 0).all() or (steps < 0).all())
    named = bool(_ID_NAME.search(column.name.strip())) and share > DISTINCT_WORDS
    dense_codes = share > DISTINCT_CODES and float(filled.min()) >= 10_000 and _same_length(filled)
    return "identifier" if counts_rows or named or dense_codes else None


def _same_length(filled: Floats) -> bool:
    """As many digits in each, and few that end in 0: numbers of things, not amounts."""
    digits = np.unique(np.floor(np.log10(filled)))
    return len(digits) == 1 and float((filled % 10 == 0).mean()) < ROUND_ENDS


def _repeats(column: Column, target: Floats) -> Why | None:
    """One value for one outcome and another for the other, or filled for just one outcome."""
    cells = np.where(column.missing, np.nan, column.cells.astype(np.float64))
    by_outcome: Sequence[Floats] = [np.unique(cells[target == side]) for side in (0, 1)]
    if all(len(values) == 1 for values in by_outcome):
        return "repeats_label"
    gone = [column.missing[target == side].mean() for side in (0, 1)]
    return "repeats_label" if sorted(gone) == [0.0, 1.0] else None


def _alone(column: Column, target: Floats) -> float:
    if column.kind == "category":
        rate = np.bincount(column.cells + 1, weights=target) / np.maximum(np.bincount(column.cells + 1), 1)
        few = len(column.levels) <= len(target) / 20  # rates of rare levels would rank by themselves
        return auc(target, rate[column.cells + 1]) if few else 0.0
    ranked = auc(target, np.where(column.missing, -np.inf, column.cells))
    return max(ranked, 1 - ranked)
