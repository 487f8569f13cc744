"""What a model sees: columns of numbers and of levels, one row per case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Kind = Literal["number", "date", "category"]

#: Code of a cell without a level.
MISSING = -1


@dataclass(frozen=True)
class Column:
    """A feature: numbers (dates as days since 1970) with NaN for nothing, or codes into `levels` with MISSING."""

    name: str
    kind: Kind
    cells: NDArray[Any]
    levels: tuple[str, ...] = ()

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Where the cell says nothing."""
        empty: NDArray[np.bool_] = self.cells == MISSING if self.kind == "category" else np.isnan(self.cells)
        return empty

    def take(self, rows: NDArray[Any]) -> Column:
        """The same column of some rows."""
        return replace(self, cells=self.cells[rows])

    def shown(self, row: int) -> str | None:
        """The cell as a person reads it."""
        if self.missing[row]:
            return None
        if self.kind == "category":
            return str(self.levels[self.cells[row]])
        if self.kind == "date":
            return str(np.datetime64(int(self.cells[row]), "D"))
        return f"{self.cells[row]:.6g}"


@dataclass(frozen=True)
class Inputs:
    """The features of all cases; every column has the same rows."""

    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.columns[0].cells) if self.columns else 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features, in their order."""
        return tuple(column.name for column in self.columns)

    def take(self, rows: NDArray[Any]) -> Inputs:
        """The same features of some rows."""
        return Inputs(tuple(column.take(rows) for column in self.columns))


def numbers(name: str, cells: Sequence[float | None], *, kind: Kind = "number") -> Column:
    """A column of numbers; None and NaN are missing, an infinite value is too."""
    values = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    return Column(name, kind, np.where(np.isfinite(values), values, np.nan))


def categories(name: str, cells: Sequence[str | None]) -> Column:
    """A column of words; levels are sorted, so that the order of rows changes nothing."""
    levels = tuple(sorted({cell for cell in cells if cell is not None}))
    codes = {level: code for code, level in enumerate(levels)} | {None: MISSING}
    return Column(name, "category", np.array([codes[cell] for cell in cells], dtype=np.int64), levels)
