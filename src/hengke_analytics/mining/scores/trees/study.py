"""A readable tree from a plain table: any number of classes, grown on all labelled rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores import labels, screening
from hengke_analytics.mining.scores.inputs import Column, Inputs, Integers
from hengke_analytics.mining.scores.reading import inputs_of
from hengke_analytics.mining.scores.trees.cases import BINS, Branches, Cases
from hengke_analytics.mining.scores.trees.grow import UNLIMITED, Limits, Method, Node, grow, probabilities
from hengke_analytics.mining.scores.trees.prune import grow_pruned

MOST_CLASSES = 50


@dataclass(frozen=True)
class Studied:
    """The tree with the names of its branches and classes; `correct` is the share of rows it names rightly."""

    root: Node
    branches: tuple[Branches, ...]
    classes: tuple[str, ...]
    rows: int
    correct: float
    dropped: tuple[tuple[str, str], ...]
    left_out: int


def study(
    table: pa.Table,
    label: str,
    *,
    features: Sequence[str] = (),
    method: Method = "id3",
    limits: Limits = UNLIMITED,
    bins: int = BINS,
    prune: bool = False,
) -> Studied:
    """Grow (and prune) a tree for the classes of `label`. InputError for a label of one or very many classes."""
    words = labels.label_words(table[label])
    rows = np.array([row for row, word in enumerate(words) if word is not None], dtype=np.int64)
    known = [word for word in words if word is not None]
    classes = tuple(sorted(set(known)))
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise InputError(
            "label_classes", "A tree needs a label of 2 to {most} values; {name} has {count}.",
            most=MOST_CLASSES, name=label, count=len(classes),
        )  # fmt: skip
    numbered = {name: place for place, name in enumerate(classes)}
    target = np.array([numbered[word] for word in known], dtype=np.int64)
    names = [name for name in features or table.column_names if name != label]
    inputs = inputs_of(table, names).take(rows)
    found = [(column, _reason(column, target, len(classes))) for column in inputs.columns]
    kept = Inputs(tuple(column for column, why in found if why is None))
    cases = Cases.of(kept, target, classes, bins)
    root = grow_pruned(cases, method, limits) if prune else grow(cases, method, limits)
    return Studied(
        root, cases.branches, classes, len(rows), _correct(root, cases),
        tuple((column.name, why) for column, why in found if why), len(words) - len(rows),
    )  # fmt: skip


def _reason(column: Column, target: Integers, classes: int) -> str | None:
    """A column is judged against each class; it repeats the label only where there are two."""
    return screening.reason(column, (target == 1).astype(np.float64), copies=classes == 2)


def _correct(root: Node, cases: Cases) -> float:
    named = probabilities(root, cases.codes).argmax(axis=1)
    return float((named == cases.target).mean())
