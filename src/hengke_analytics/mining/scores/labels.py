"""The label of each row: which value is the positive one, and which rows have none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores.inputs import Floats
from hengke_analytics.mining.scores.reading import Cells

#: Words that name the outcome one asks for, whatever its frequency.
_POSITIVE = frozenset((
    "1", "yes", "y", "true", "true.", "t", "bad", "default", "churn", "churned", "late", "lost", "positive",
    "是", "流失", "逾期", "违约", "差", "有", "坏", "1.0",
))  # fmt: skip
_SHOWN = 8


def label_words(column: pa.ChunkedArray) -> list[str | None]:
    """The label of each row as a word; None where it is blank."""
    cells = Cells.of(column)
    return [None if place < 0 else cells.words[place] for place in cells.places]


def positive_value(words: list[str | None], stated: str | None) -> str:
    """The stated value, the one of two that has such a name, or the rarer one.

    InputError `positive_unknown`, `label_not_two` or `label_constant` with what the label holds.
    """
    counts: dict[str, int] = {}
    for word in words:
        if word is not None:
            counts[word] = counts.get(word, 0) + 1
    shown = ", ".join(
        [*sorted(counts, key=lambda word: -counts[word])[:_SHOWN], *["…"] * (len(counts) > _SHOWN)]
    )
    if len(counts) < 2:
        raise InputError("label_constant", "The label has only one value ({values}): nothing can be told apart.",
                         values=shown or "none")  # fmt: skip
    if stated is not None:
        return _stated(stated, counts, shown)
    if len(counts) > 2:
        raise InputError(
            "label_not_two", "The label has {count} values ({values}): name the one to predict with --positive.",
            count=len(counts), values=shown,
        )  # fmt: skip
    named = [word for word in counts if word.casefold() in _POSITIVE]
    return named[0] if len(named) == 1 else min(sorted(counts), key=lambda word: counts[word])


def outcome(words: list[str | None], positive: str) -> Floats:
    """1 for the positive value, 0 for any other."""
    return np.array([word == positive for word in words], dtype=np.float64)


def _stated(stated: str, counts: dict[str, int], shown: str) -> str:
    alike = [word for word in counts if word == stated] or [
        word for word in counts if word.casefold() == stated.strip().casefold()
    ]
    if len(alike) != 1:
        raise InputError(
            "positive_unknown", "The label has no value {value}. Its values are: {values}.",
            value=stated, values=shown,
        )  # fmt: skip
    return alike[0]
