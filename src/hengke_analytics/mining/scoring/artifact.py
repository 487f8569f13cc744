"""What is kept of a trained version: the model, where its inputs lay, and what it said of cases it had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.drift import Reference
from hengke_analytics.mining.scores.fitting import Model
from hengke_analytics.mining.scores.inputs import MISSING, Column, Floats, Inputs, Integers
from hengke_analytics.mining.scores.reasons import Explainer


@dataclass(frozen=True)
class Held:
    """Cases kept out of training, what became of them, and what each algorithm had said."""

    customers: Integers
    target: Floats
    said: dict[str, Floats]


@dataclass(frozen=True)
class Artifact:
    """`kinds` says of each feature whether it is a number, a date or words, in the order of the model."""

    explainer: Explainer
    kinds: tuple[str, ...]
    reference: Reference
    held: Held

    @property
    def model(self) -> Model:
        """The fitted model."""
        return self.explainer.model

    def of(self, inputs: Inputs) -> Inputs:
        """The model's own features among others."""
        return aligned(inputs, self.model.names, self.kinds)


def aligned(inputs: Inputs, names: Sequence[str], kinds: Sequence[str]) -> Inputs:
    """Features by name, in that order; one that is gone or of another kind is missing everywhere."""
    known = {column.name: column for column in inputs.columns}
    pairs = zip(names, kinds, strict=True)
    return Inputs(tuple(_like(known.get(name), name, kind, len(inputs)) for name, kind in pairs))


def _like(column: Column | None, name: str, kind: str, rows: int) -> Column:
    if column is not None and column.kind == kind:
        return column
    if kind == "category":
        return Column(name, "category", np.full(rows, MISSING, dtype=np.int64))
    return Column(name, "date" if kind == "date" else "number", np.full(rows, np.nan))
