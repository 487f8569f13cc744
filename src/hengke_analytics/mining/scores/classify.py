"""A table with a label, classified from end to end: screened, evaluated, fitted on all rows, explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores import labels, screening, threshold
from hengke_analytics.mining.scores.evaluate import Evaluation, evaluate
from hengke_analytics.mining.scores.fitting import Model, fit
from hengke_analytics.mining.scores.folds import Order
from hengke_analytics.mining.scores.inputs import Floats, Inputs, Integers
from hengke_analytics.mining.scores.reading import column_of, inputs_of
from hengke_analytics.mining.scores.reasons import Explainer, weights


@dataclass(frozen=True)
class Question:
    """Which column is the label, and how the rows hang together; costs of a miss and of a false alarm."""

    label: str
    positive: str | None = None
    group: str | None = None
    time: str | None = None
    features: Sequence[str] = ()
    miss: float = 1.0
    alarm: float = 1.0


@dataclass(frozen=True)
class Cases:
    """The labelled rows of a table; `rows` are their numbers there, `left_out` counts rows without a label."""

    rows: Integers
    inputs: Inputs
    target: Floats
    order: Order
    positive: str
    dropped: tuple[tuple[str, str], ...]
    suspicious: tuple[str, ...]
    left_out: int


@dataclass(frozen=True)
class Classified:
    """How good the model is, the model of all rows, and its probability for each of them."""

    cases: Cases
    evaluation: Evaluation
    model: Model
    probability: Floats
    threshold: threshold.Threshold
    weights: list[tuple[str, float]]
    explainer: Explainer


def classify(
    table: pa.Table, question: Question, *, model: str = "auto", folds: int = 5, repeats: int = 2
) -> Classified:
    """Everything about one question. InputError for a label that cannot be told apart."""
    cases = prepare(table, question)
    inputs, target, order = cases.inputs, cases.target, cases.order
    evaluation = evaluate(model, inputs, target, order, folds=folds, repeats=repeats)
    fitted = fit(model, inputs, target, order)
    tested = ~np.isnan(evaluation.probability)
    cut = threshold.choose(
        target[tested], evaluation.probability[tested], miss=question.miss, alarm=question.alarm
    )
    return Classified(
        cases, evaluation, fitted, fitted.probability(inputs), cut,
        weights(fitted, inputs), Explainer.of(fitted, inputs),
    )  # fmt: skip


def prepare(table: pa.Table, question: Question) -> Cases:
    """Label, order and usable features of the rows that have a label (and a time, where time orders them)."""
    words = labels.label_words(table[question.label])
    positive = labels.positive_value(words, question.positive)
    time = None if question.time is None else _moments(table[question.time], question.time)
    known = np.array([word is not None for word in words])
    rows = np.flatnonzero(known if time is None else known & ~np.isnan(time))
    target = labels.outcome(words, positive)[rows]
    group = None if question.group is None else _groups(table[question.group])[rows]
    order = Order(group, None if time is None else time[rows])
    special = {question.label: "label", question.group: "group", question.time: "time"}
    names = [name for name in question.features or table.column_names if name not in special]
    screened = screening.screen(inputs_of(table, names).take(rows), target)
    if not screened.inputs.columns:
        raise InputError(
            "no_features", "No column is left from which {label} could be told.", label=question.label
        )
    dropped = [(name, why) for name, why in special.items() if name and name != question.label]
    return Cases(
        rows, screened.inputs, target, order, positive, (*dropped, *screened.dropped),
        tuple(screening.suspicious(screened.inputs, target)), len(words) - len(rows),
    )  # fmt: skip


def _groups(column: pa.ChunkedArray) -> Integers:
    """A number for each group; a row without one is a group of its own."""
    codes = np.array([-1 if cell is None else cell for cell in _codes(column)], dtype=np.int64)
    alone = codes < 0
    codes[alone] = codes.max(initial=0) + 1 + np.arange(alone.sum())
    return codes


def _codes(column: pa.ChunkedArray) -> list[int | None]:
    encoded = column.cast(pa.string()).combine_chunks()
    encoded = (encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded).dictionary_encode()
    blank = {place for place, word in enumerate(encoded.dictionary.to_pylist()) if not word.strip()}
    return [None if place is None or place in blank else place for place in encoded.indices.to_pylist()]


def _moments(column: pa.ChunkedArray, name: str) -> Floats:
    """Dates or numbers that can be put in order; InputError `time_unclear` for anything else."""
    found = column_of(name, column)
    if found.kind == "category":
        raise InputError("time_unclear", "The column {name} holds neither dates nor numbers.", name=name)
    return np.asarray(found.cells)
