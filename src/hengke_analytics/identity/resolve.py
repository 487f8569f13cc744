"""The whole run: sightings in, customers, review list and expected errors out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hengke_analytics.identity.block import Rule, candidates
from hengke_analytics.identity.cluster import Clusters, join, share
from hengke_analytics.identity.compare import Compared, compare
from hengke_analytics.identity.memory import Memory, keep
from hengke_analytics.identity.model import Model, fit
from hengke_analytics.identity.nodes import Nodes, gather
from hengke_analytics.identity.opposition import opposition
from hengke_analytics.identity.reasons import REASON, reasons
from hengke_analytics.identity.settings import DECISIONS, Settings

Progress = Callable[[str, float], None]

REVIEW = pa.schema(
    [
        ("left_row", pa.int64()), ("right_row", pa.int64()),
        ("left_name", pa.string()), ("right_name", pa.string()),
        ("probability", pa.float64()), ("reasons", pa.list_(REASON)),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bands:
    """What two thresholds would do to the candidate pairs, before they are applied.

    Errors are expected values under the model: wrong among the linked, right among the distinct.
    """

    automatic: float
    review: float
    linked: int
    reviewed: int
    distinct: int
    linked_wrong: float  # expected share of strangers among the pairs linked automatically
    review_right: float  # expected share of matches among the pairs to review
    distinct_missed: float  # expected share of matches among the pairs left apart


@dataclass(frozen=True, slots=True)
class Resolution:
    """Result of `resolve`."""

    assignments: pa.Table  # row, cluster (smallest row in it), probability
    review: pa.Table  # REVIEW, most probable first
    expected_error: Bands
    settings: Settings
    model: Model
    rules: list[Rule]
    chances: npt.NDArray[np.float64] = field(repr=False)

    def preview(self, automatic: float, review: float) -> Bands:
        """Expected errors of other thresholds, without a new run."""
        return expected_error(self.chances, automatic, review)


def resolve(
    sightings: pa.Table,
    *,
    settings: Settings = Settings(),  # noqa: B008 - frozen
    decisions: pa.Table | None = None,
    progress: Progress | None = None,
    memory: Memory | None = None,
    keep_in: Path | None = None,
) -> Resolution:
    """Decide which sightings (columns of SIGHTINGS) stand for one customer.

    Rows with the same `known` stay together, rows with different ones are never joined. `decisions`
    (columns of DECISIONS) are obeyed. The result does not depend on the order of rows. Raises InputError on
    missing columns.

    `memory` resolves a part of a collection by what its last full run learnt; `keep_in` is the folder in which a full
    run leaves that.
    """
    tell = progress or (lambda _stage, _share: None)
    decided = _read_decisions(decisions)
    tell("names", 0.0)
    found = gather(sightings, _apart(decided), memory.learnt if memory else None)
    tell("candidates", 0.25)
    pairs, rules = candidates(found, settings, memory.chars if memory else None)
    tell("comparison", 0.45)
    compared = compare(found, pairs)
    tell("training", 0.7)
    model = memory.model if memory else fit(np.concatenate([compared.levels, compared.others]), settings)
    if keep_in is not None:
        keep(keep_in, found, model)
    bits = model.score(compared.levels)
    tell("clusters", 0.8)
    against = opposition(found, compared.pairs, bits)
    chance = share(against, compared.pairs, bits)
    same, different = (_decided_nodes(found, decided, verdict) for verdict in ("same", "different"))
    clusters = join(against, compared.pairs, chance, settings.automatic, same, different)
    tell("review", 0.95)
    review = _review(found, compared, chance, clusters, model, settings, set(different))
    tell("done", 1.0)
    return Resolution(
        _assignments(found, clusters), review, expected_error(chance, settings.automatic, settings.review),
        settings, model, rules, chance,
    )  # fmt: skip


def expected_error(chances: npt.NDArray[np.float64], automatic: float, review: float) -> Bands:
    """Bands of candidate-pair probabilities at two thresholds."""
    linked = chances[chances >= automatic]
    reviewed = chances[(chances < automatic) & (chances >= review)]
    distinct = chances[chances < min(review, automatic)]

    def mean(values: npt.NDArray[np.float64]) -> float:
        return float(values.mean()) if len(values) else 0.0

    return Bands(
        automatic, review, len(linked), len(reviewed), len(distinct),
        mean(1 - linked), mean(reviewed), mean(distinct),
    )  # fmt: skip


def _read_decisions(decisions: pa.Table | None) -> list[tuple[int, int, str]]:
    if decisions is None:
        return []
    columns = (decisions[f.name].cast(f.type).to_pylist() for f in DECISIONS)
    return list(zip(*columns, strict=True))


def _apart(decided: list[tuple[int, int, str]]) -> frozenset[int]:
    """Rows that a person parted from others: each is looked at alone."""
    return frozenset(row for *rows, verdict in decided if verdict == "different" for row in rows)


def _decided_nodes(found: Nodes, decided: list[tuple[int, int, str]], wanted: str) -> list[tuple[int, int]]:
    """Decisions on rows as pairs of nodes; rows that are not in this run are passed over."""
    node = found.node_of_row
    here = [rows for *rows, verdict in decided if verdict == wanted and all(row in node for row in rows)]
    pairs = [sorted((node[left], node[right])) for left, right in here]
    return sorted({(low, high) for low, high in pairs})


def _assignments(found: Nodes, clusters: Clusters) -> pa.Table:
    rows = sorted(found.node_of_row)
    tops = [clusters.unions.find(found.node_of_row[row]) for row in rows]
    smallest: dict[int, int] = {}
    for row, top in zip(rows, tops, strict=True):
        smallest.setdefault(top, row)
    return pa.table(
        {
            "row": pa.array(rows, pa.int64()),
            "cluster": pa.array([smallest[top] for top in tops], pa.int64()),
            "probability": pa.array(
                [clusters.probability[found.node_of_row[row]] for row in rows], pa.float64()
            ),
        }
    )


def _review(
    found: Nodes, compared: Compared, chance: npt.NDArray[np.float64], clusters: Clusters, model: Model,
    settings: Settings, different: set[tuple[int, int]],
) -> pa.Table:  # fmt: skip
    """The most probable open pair between each two clusters."""
    best: dict[tuple[int, int], int] = {}
    apart = {_tops(clusters, i, j) for i, j in different}
    for number in np.flatnonzero(chance >= settings.review).tolist():
        tops = _tops(clusters, *compared.pairs[number].tolist())
        if (
            tops[0] != tops[1]
            and tops not in apart
            and chance[number] > chance[best.get(tops, number)] - 1e-15
        ):
            best[tops] = number
    ordered = sorted(best.values(), key=lambda n: (-chance[n], n))[: settings.max_review]
    records = []
    for number in ordered:
        a, b = (found.nodes[i] for i in compared.pairs[number].tolist())
        why = reasons(a, b, compared.levels[number].tolist(), model)
        records.append(
            dict(zip(REVIEW.names, (a.row, b.row, a.name, b.name, float(chance[number]), why), strict=True))
        )
    return pa.Table.from_pylist(records, schema=REVIEW)


def _tops(clusters: Clusters, i: int, j: int) -> tuple[int, int]:
    a, b = clusters.unions.find(i), clusters.unions.find(j)
    return (a, b) if a < b else (b, a)
