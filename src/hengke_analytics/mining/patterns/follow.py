"""What follows: sequences as rules, and the next likely item of each customer with its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hengke_analytics.mining.patterns.baskets import Codes
from hengke_analytics.mining.patterns.histories import Histories
from hengke_analytics.mining.patterns.sequences import Pattern
from hengke_analytics.mining.patterns.steps import ANY, Limits, Places, first_places, following

NEXT_SCHEMA = pa.schema(
    [
        ("customer", pa.string()), ("after", pa.list_(pa.list_(pa.string()))), ("next", pa.list_(pa.string())),
        ("probability", pa.float64()), ("expected_on", pa.date32()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Following:
    """`before` is followed by `then` with this confidence; `days` are the waits of those who did, ascending."""

    before: Pattern
    then: tuple[int, ...]
    customers: int
    confidence: float
    days: Codes


def followings(
    histories: Histories, found: Mapping[Pattern, int], confidence: Fraction, limits: Limits = ANY
) -> list[Following]:
    """Sequences of two and more elements as rules: confidence = customers of the whole / of what comes before.

    A wait runs from the last element before to the first time that the sequence is complete.
    """
    return [
        Following(
            pattern[:-1],
            pattern[-1],
            customers,
            customers / found[pattern[:-1]],
            _waits(histories, pattern, limits),
        )
        for pattern, customers in found.items()
        if len(pattern) > 1 and customers >= confidence * found[pattern[:-1]]
    ]


def places(histories: Histories, pattern: Pattern, limits: Limits = ANY) -> Places:
    """Where occurrences of the pattern end."""
    ends = first_places(histories, histories.holding(pattern[0]))
    for items in pattern[1:]:
        ends = _holding(histories, following(histories, ends, limits), items)
    return ends


def next_items(
    histories: Histories,
    rules: Sequence[Following],
    as_of: int,
    *,
    limits: Limits = ANY,
    best: int = 3,
    least: float = 0.0,
) -> pa.Table:
    """For each customer at most `best` items to come, of probability `least` or more: what, after what, when.

    `as_of` is a day since 1970. Of those who have shown `before` for w days without `then`, with c the confidence
    and s the share of past waits longer than w, c·s / (c·s + 1 − c) will still follow; the day expected is the
    median of these longer waits. Who has already waited longer than anybody is left out.
    """
    waiting = [_waiting(histories, rule, as_of, limits, least) for rule in rules]
    if not waiting:
        return NEXT_SCHEMA.empty_table()
    customer = np.concatenate([each.customer for each in waiting])
    probability = np.concatenate([each.probability for each in waiting])
    day = np.concatenate([each.day for each in waiting])
    rule = np.repeat(np.arange(len(rules)), [len(each.customer) for each in waiting])
    numbers = {then: number for number, then in enumerate(dict.fromkeys(each.then for each in rules))}
    then = np.array([numbers[each.then] for each in rules])[rule]
    kept = _best(customer, then, probability, best)
    names = [str(name) for name in histories.item_names.to_pylist()]
    after = [named(each.before, names) for each in rules]
    following_items = [sorted(names[item] for item in each.then) for each in rules]
    return pa.table(
        [
            histories.customer_names.take(pa.array(customer[kept])).cast(pa.string()),
            [after[each] for each in rule[kept]],
            [following_items[each] for each in rule[kept]],
            probability[kept],
            pa.array(day[kept].astype(np.int32)).cast(pa.date32()),
        ],
        schema=NEXT_SCHEMA,
    )


@dataclass(frozen=True)
class _Waiting:
    """Customers who have not yet followed a rule, how likely they still will, and on which day."""

    customer: Codes
    probability: NDArray[np.float64]
    day: Codes


def _waits(histories: Histories, pattern: Pattern, limits: Limits) -> Codes:
    before = places(histories, pattern[:-1], limits)
    ends = _holding(histories, following(histories, before, limits), pattern[-1]).element
    customer = histories.customer[ends]
    first = ends[np.append(True, customer[1:] != customer[:-1])] if len(ends) else ends
    last = before.element[np.searchsorted(before.element, first) - 1]
    return np.sort(histories.day[first] - histories.day[last])


def _holding(histories: Histories, ends: Places, items: tuple[int, ...]) -> Places:
    kept = np.isin(ends.element, histories.holding(items), assume_unique=True)
    return Places(ends.element[kept], ends.start[kept])


def _waiting(histories: Histories, rule: Following, as_of: int, limits: Limits, least: float) -> _Waiting:
    ends = places(histories, rule.before, limits).element
    customer = histories.customer[ends]
    last = ends[np.append(customer[1:] != customer[:-1], True)] if len(ends) else ends
    final = np.full(histories.customers, -1, np.int64)
    holding = histories.holding(rule.then)
    final[histories.customer[holding]] = holding
    waiting = last[final[histories.customer[last]] <= last]
    waited = as_of - histories.day[waiting]
    passed = np.searchsorted(rule.days, waited, "right")
    share = rule.confidence * (1 - passed / len(rule.days))
    probability = share / np.maximum(share + 1 - rule.confidence, 1e-12)
    open_ = (passed < len(rule.days)) & (probability >= least)
    waiting, passed = waiting[open_], passed[open_]
    wait = rule.days[(passed + len(rule.days)) // 2]
    return _Waiting(histories.customer[waiting], probability[open_], histories.day[waiting] + wait)


def _best(customer: Codes, then: Codes, probability: NDArray[np.float64], best: int) -> Codes:
    """Of each customer and item the likeliest rule, of each customer the `best` likeliest items."""
    order = np.lexsort((-probability, then, customer))
    ours, items = customer[order], then[order]
    order = order[np.append(True, (ours[1:] != ours[:-1]) | (items[1:] != items[:-1]))[: len(order)]]
    order = order[np.lexsort((-probability[order], customer[order]))]
    ours = customer[order]
    place = np.arange(len(ours)) - np.searchsorted(ours, ours)
    kept: Codes = order[place < best]
    return kept


def named(pattern: Pattern, names: list[str]) -> list[list[str]]:
    """The elements of a pattern in words."""
    return [sorted(names[item] for item in element) for element in pattern]
