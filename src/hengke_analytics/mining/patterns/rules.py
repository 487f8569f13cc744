"""Association rules (Agrawal, Imieliński and Swami 1993): who buys A also buys B."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
import pyarrow as pa

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns.baskets import Baskets
from hengke_analytics.mining.patterns.itemsets import frequent

ItemSet = tuple[int, ...]
Counts = Mapping[ItemSet, int]

SCHEMA = pa.schema(
    [
        ("antecedent", pa.list_(pa.string())), ("consequent", pa.list_(pa.string())), ("count", pa.int64()),
        ("support", pa.float64()), ("confidence", pa.float64()), ("lift", pa.float64()),
        ("leverage", pa.float64()), ("conviction", pa.float64()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """Antecedent -> consequent as item codes, with the baskets of both, of the one, and of the other."""

    antecedent: ItemSet
    consequent: ItemSet
    both: int
    one: int
    other: int


def rules(
    baskets: Baskets,
    *,
    support: Fraction,
    confidence: Fraction,
    consequents: int = 1,
    longest: int | None = None,
    redundant: bool = True,
) -> list[Rule]:
    """Rules of at least this support and confidence, with at most `consequents` items on the right.

    support = baskets with all items / baskets, confidence = support / support of the antecedent; both thresholds
    are inclusive, and exact because they are fractions. `longest` bounds the items of a rule. Without `redundant`
    ones, a rule is left out when dropping items of its antecedent (even all of them) predicts no worse.
    """
    for name, threshold in (("support", support), ("confidence", confidence)):
        if not 0 < threshold <= 1:
            raise InputError("threshold_outside", "The {name} must be above 0 and at most 1.", name=name)
    least = -(-support.numerator * baskets.count // support.denominator)
    counts = frequent(baskets, least, longest=longest)
    found = [rule for rule in _every_rule(counts, consequents) if _holds(rule, confidence)]
    return found if redundant else [rule for rule in found if not _is_redundant(rule, counts, baskets.count)]


def table(found: list[Rule], baskets: Baskets) -> pa.Table:
    """The rules as a table, the highest lift first, then confidence, count and names.

    With s(X) the support of X: lift = confidence / s(B), leverage = s(A∪B) − s(A)·s(B) and
    conviction = (1 − s(B)) / (1 − confidence), empty where the rule never fails.
    """
    both, one, other = (
        np.array([getattr(rule, name) for rule in found], float) for name in ("both", "one", "other")
    )
    whole = baskets.count
    confidence = both / one
    fails = np.where(both < one, 1 - confidence, np.nan)
    names = [str(name) for name in baskets.item_names.to_pylist()]
    made = pa.table(
        [
            [_named(rule.antecedent, names) for rule in found],
            [_named(rule.consequent, names) for rule in found],
            both.astype(np.int64),
            both / whole,
            confidence,
            both * whole / (one * other),
            (both * whole - one * other) / whole**2,
            pa.array((1 - other / whole) / fails, from_pandas=True),
        ],
        schema=SCHEMA,
    )
    return made.take(pa.array(_order(made), pa.int64()))


def _every_rule(counts: Counts, consequents: int) -> Iterator[Rule]:
    for items, both in counts.items():
        for size in range(1, min(consequents, len(items) - 1) + 1):
            for consequent in combinations(items, size):
                antecedent = tuple(item for item in items if item not in consequent)
                yield Rule(antecedent, consequent, both, counts[antecedent], counts[consequent])


def _holds(rule: Rule, confidence: Fraction) -> bool:
    return rule.both * confidence.denominator >= confidence.numerator * rule.one


def _is_redundant(rule: Rule, counts: Counts, whole: int) -> bool:
    """Some more general rule has at least this confidence: both'/one' >= both/one."""
    if rule.other * rule.one >= rule.both * whole:
        return True
    for size in range(1, len(rule.antecedent)):
        for general in combinations(rule.antecedent, size):
            both = counts[tuple(sorted(general + rule.consequent))]
            if both * rule.one >= rule.both * counts[general]:
                return True
    return False


def _named(items: ItemSet, names: list[str]) -> list[str]:
    return sorted(names[item] for item in items)


def _order(made: pa.Table) -> list[int]:
    columns = [made[name].to_pylist() for name in ("lift", "confidence", "count", "antecedent", "consequent")]
    keys = [(-lift, -sure, -count, *words) for lift, sure, count, *words in zip(*columns, strict=True)]
    return sorted(range(len(keys)), key=keys.__getitem__)
