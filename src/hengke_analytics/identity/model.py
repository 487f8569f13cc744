"""Fellegi–Sunter weights: declared as m and u per level, then trained without labels by Splink's EM on the
data.

Everything is conditional on being a candidate pair, so the prior is the share of matches among candidates.
w(level) = log2(m/u); the odds of a pair are the prior odds times the product of m/u over its known
comparisons. I. Fellegi, A. Sunter: A Theory for Record Linkage, JASA 64 (1969).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hengke_analytics.identity.compare import COMPARISONS
from hengke_analytics.identity.settings import Settings

DECLARED: dict[str, tuple[tuple[float, float], ...]] = {
    # (m, u) from level 0 upwards; see names.Relation and compare for the levels
    "name": (
        (.01, .40), (.02, .20), (.01, .20), (.14, .04), (.10, .09), (.22, .025), (.20, .025), (.28, .02),
    ),
    "rarity": ((.03, .45), (.07, .25), (.15, .15), (.75, .15)),
    "place": ((.005, .30), (.03, .20), (.325, .25), (.24, .10), (.40, .15)),
    "form": ((.03, .30), (.07, .20), (.90, .50)),
    "phone": ((.08, .92), (.04, .05), (.08, .02), (.80, .01)),
    "address": ((.12, .93), (.04, .03), (.09, .03), (.75, .01)),
    "contact": ((.10, .91), (.05, .05), (.10, .03), (.75, .01)),
    "code": ((.01, .999), (.99, .001)),
}  # fmt: skip
"""What is assumed before any training, from how names are written and misspelt in general."""

PRIOR = 0.5
_LATITUDE = 2.5
"""Training may move a weight by this many bits from the declared one: a strange ledger cannot turn sense
round."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in bits per comparison and level, and the prior's weight."""

    weights: dict[str, tuple[float, ...]]
    prior: float
    trained: bool

    def score(self, levels: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
        """Match weight in bits of each row of levels (n, comparisons); unknown levels (-1) add nothing."""
        total = np.full(len(levels), self.prior)
        for column, name in enumerate(COMPARISONS):
            table = np.array([*self.weights[name], 0.0])  # index -1 is the appended zero
            total += table[levels[:, column]]
        return total


def declared_model() -> Model:
    """The model before training."""
    return Model(
        {name: tuple(_bits(m, u) for m, u in levels) for name, levels in DECLARED.items()}, 0.0, False
    )


def fit(levels: npt.NDArray[np.int8], settings: Settings) -> Model:
    """Train on candidate pairs; too few pairs, or none with evidence, leave the declared model.

    So do pairs on which the training runs away (a ledger of names that differ in a number only): a level's
    probability falls below what a double can hold, which Splink refuses.
    """
    from duckdb import Error
    from splink.internals.exceptions import SplinkException

    model = declared_model()
    evidence = (levels[:, 4:7] >= 0).any(axis=1) if len(levels) else np.zeros(0, dtype=bool)
    if not settings.train or len(levels) < settings.min_training_pairs or evidence.mean() < 0.3:
        return model
    step = -(-len(levels) // settings.max_training_pairs)
    sample = levels[::step]
    try:
        return _bounded(model, _train(np.concatenate([sample, _anchors(len(sample))])))
    except (ValueError, ArithmeticError, LookupError, RuntimeError, Error, SplinkException):
        return model


def probability(bits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Odds of 2^bits as a probability."""
    result: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60)))
    return result


def _bits(m: float, u: float) -> float:
    return float(np.log2(m / u))


def _anchors(pairs: int) -> npt.NDArray[np.int8]:
    """Invented matches and strangers, drawn as declared: one of each for fifty pairs, and each level at least once.

    They are the prior of the training: no level's m or u can fall to zero, and the two classes keep their meaning.
    """
    rng = np.random.default_rng(0)
    levels = [
        (column, level) for column, name in enumerate(COMPARISONS) for level in range(len(DECLARED[name]))
    ]
    sides = []
    for side in (0, 1):  # m, then u
        drawn = np.empty((len(levels) + pairs // 50, len(COMPARISONS)), dtype=np.int8)
        for column, name in enumerate(COMPARISONS):
            share = np.array([level[side] for level in DECLARED[name]])
            drawn[:, column] = rng.choice(len(share), len(drawn), p=share / share.sum())
        for row, (column, level) in enumerate(levels):
            drawn[row, column] = level
        sides.append(drawn)
    return np.concatenate(sides)


def _train(levels: npt.NDArray[np.int8]) -> dict[str, Any]:
    """Splink's settings after EM. Pairs are already compared, so each is joined to itself by its number."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    columns: dict[str, Any] = {name: levels[:, i] for i, name in enumerate(COMPARISONS)}
    table = pa.table({"unique_id": np.arange(len(levels)), "pair": np.arange(len(levels)), **columns})
    with duckdb.connect() as con:
        con.execute("set threads = 1")  # sums in one order: the same input gives the same weights
        api = DuckDBAPI(connection=con)
        sides = [api.register(table, dataset_display_name=side) for side in ("left_side", "right_side")]
        creator = SettingsCreator(
            link_type="link_only",
            probability_two_random_records_match=PRIOR,
            comparisons=[_comparison(name) for name in COMPARISONS],
            blocking_rules_to_generate_predictions=[block_on("pair")],
            em_convergence=0.001,
            max_iterations=40,
        )
        linker = Linker(sides, creator, log_level=None)
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on("pair"), estimate_without_term_frequencies=True, fix_u_probabilities=False
        )
        trained: dict[str, Any] = linker.misc.save_model_to_json()
        return trained


def _comparison(name: str) -> dict[str, Any]:
    """One comparison in Splink's terms: its levels are looked up, not computed."""
    levels = [
        {
            "sql_condition": f"{name}_l = {i}",
            "label_for_charts": f"{i}",
            "m_probability": m,
            "u_probability": u,
        }
        for i, (m, u) in reversed(list(enumerate(DECLARED[name])))
    ]
    unknown = {"sql_condition": f"{name}_l = -1", "label_for_charts": "unknown", "is_null_level": True}
    return {"output_column_name": name, "comparison_levels": [unknown, *levels]}


def _bounded(declared: Model, trained: dict[str, Any]) -> Model:
    weights = dict(declared.weights)
    for comparison in trained["comparisons"]:
        name = comparison["output_column_name"]
        bits = list(declared.weights[name])
        for level in comparison["comparison_levels"]:
            m, u = level.get("m_probability"), level.get("u_probability")
            if isinstance(m, float) and isinstance(u, float) and m > 0 and u > 0:
                at = int(level["label_for_charts"])
                bits[at] = round(float(np.clip(_bits(m, u), bits[at] - _LATITUDE, bits[at] + _LATITUDE)), 4)
        weights[name] = tuple(bits)
    return Model(weights, declared.prior, True)
