"""Rules turned into offers: what a customer does not have yet, but those who have the same mostly do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hengke_analytics.mining.patterns.baskets import Baskets, Codes
from hengke_analytics.mining.patterns.rules import ItemSet, Rule

SCHEMA = pa.schema(
    [
        ("customer", pa.string()), ("offer", pa.string()), ("because", pa.list_(pa.string())),
        ("confidence", pa.float64()), ("lift", pa.float64()), ("expected_value", pa.float64()),
    ]
)  # fmt: skip


def offers(
    customers: Baskets, found: Sequence[Rule], worth: NDArray[np.float64], *, best: int = 3
) -> pa.Table:
    """For each customer at most `best` items, those of the highest expected value.

    `customers` are baskets of all that a customer has; only rules with one item on the right and a lift above 1
    are used. Expected value = confidence of the surest rule that applies x `worth` of the item, which is what the
    item brings where it is bought, by the codes of the items.
    """
    where = _holders(customers)
    surest: dict[int, list[Rule]] = {}
    for rule in sorted(found, key=lambda each: (-each.both / each.one, each.antecedent)):
        if len(rule.consequent) == 1 and rule.both * customers.count > rule.one * rule.other:
            surest.setdefault(rule.consequent[0], []).append(rule)
    rows = [row for item, rules in surest.items() for row in _without(where, item, rules)]
    rows.sort(key=lambda row: (row[0], -_confidence(row[1]) * worth[row[1].consequent[0]], row[1].consequent))
    return _table(customers, _first(rows, best), worth)


def mean_worth(items: Codes, amounts: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """What a line of each item brings on average; 0 for an item without a line."""
    lines = np.bincount(items, minlength=count)
    sums = np.bincount(items, weights=amounts, minlength=count)
    return np.asarray(sums / np.maximum(lines, 1))


def _holders(customers: Baskets) -> list[Codes]:
    order = np.argsort(customers.item, kind="stable")
    edges = np.searchsorted(customers.item[order], np.arange(1, len(customers.item_names)))
    return list(np.split(customers.basket[order], edges))


def _without(where: list[Codes], item: int, rules: Sequence[Rule]) -> list[tuple[int, Rule]]:
    """Customers to whom one of the rules applies, each with the surest."""
    served = where[item]
    found = []
    for rule in rules:
        fitting = np.setdiff1d(_with_all(where, rule.antecedent), served, assume_unique=True)
        served = np.union1d(served, fitting)
        found += [(customer, rule) for customer in fitting.tolist()]
    return found


def _with_all(where: list[Codes], items: ItemSet) -> Codes:
    holders = where[items[0]]
    for item in items[1:]:
        holders = np.intersect1d(holders, where[item], assume_unique=True)
    return holders


def _first(rows: list[tuple[int, Rule]], best: int) -> list[tuple[int, Rule]]:
    kept, taken, last = [], 0, -1
    for customer, rule in rows:
        taken = taken + 1 if customer == last else 1
        last = customer
        if taken <= best:
            kept.append((customer, rule))
    return kept


def _confidence(rule: Rule) -> float:
    return rule.both / rule.one


def _table(customers: Baskets, rows: list[tuple[int, Rule]], worth: NDArray[np.float64]) -> pa.Table:
    names = [str(name) for name in customers.item_names.to_pylist()]
    owners = customers.basket_names.take(pa.array([customer for customer, _ in rows], pa.int64()))
    rules = [rule for _, rule in rows]
    return pa.table(
        [
            owners.cast(pa.string()),
            [names[rule.consequent[0]] for rule in rules],
            [sorted(names[item] for item in rule.antecedent) for rule in rules],
            [_confidence(rule) for rule in rules],
            [_confidence(rule) * customers.count / rule.other for rule in rules],
            [_confidence(rule) * float(worth[rule.consequent[0]]) for rule in rules],
        ],
        schema=SCHEMA,
    )
