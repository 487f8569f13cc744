"""Sequences: the paper's example exactly, and small histories against trying every pattern."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns import sequences as module
from hengke_analytics.mining.patterns.histories import Histories
from hengke_analytics.mining.patterns.sequences import sequences
from hengke_analytics.mining.patterns.steps import ANY, Limits

from .conftest import histories_of

History = list[tuple[int, str]]
Words = tuple[str, ...]
ITEMS = st.sets(st.sampled_from("abc"), min_size=1, max_size=2)
HISTORY = st.dictionaries(st.integers(0, 9), ITEMS, min_size=1, max_size=4)
LIMITS = st.builds(Limits, st.none() | st.integers(1, 5), st.none() | st.integers(1, 7))


def named(found: dict[module.Pattern, int], histories: Histories) -> dict[Words, int]:
    names = histories.item_names.to_pylist()
    return {
        tuple("".join(sorted(names[item] for item in element)) for element in pattern): customers
        for pattern, customers in found.items()
    }


def shown(history: History, limits: Limits) -> set[Words]:
    """Every pattern of one customer, by choosing days and then items of each."""
    patterns: set[Words] = set()
    for size in range(1, len(history) + 1):
        for chosen in combinations(sorted(history), size):
            days = [day for day, _ in chosen]
            near = limits.gap is None or all(b - a <= limits.gap for a, b in pairwise(days))
            if near and (limits.window is None or days[-1] - days[0] <= limits.window):
                patterns.update(parts([items for _, items in chosen]))
    return patterns


def parts(elements: list[str]) -> Iterator[Words]:
    if not elements:
        yield ()
        return
    for rest in parts(elements[1:]):
        for size in range(1, len(elements[0]) + 1):
            for items in combinations(sorted(elements[0]), size):
                yield ("".join(items), *rest)


def test_the_example_of_the_paper(paper: Histories, shared: Path) -> None:
    published = {}
    for line in (shared / "data/patterns/patterns_minsup2.txt").read_text().splitlines():
        pattern, support = line.split("#SUP:")
        elements = [element.split() for element in pattern.split("-1") if element.strip()]
        published[tuple("".join(sorted(items)) for items in elements)] = int(support)
    assert len(published) == 53
    assert named(sequences(paper, 2), paper) == published


@given(st.lists(HISTORY, min_size=1, max_size=5), LIMITS, st.integers(1, 3))
def test_every_sequence_is_found_and_no_other(
    customers: list[dict[int, set[str]]], limits: Limits, least: int
) -> None:
    written = [[(day, "".join(sorted(items))) for day, items in history.items()] for history in customers]
    every = [shown(history, limits) for history in written]
    counts = {pattern: sum(pattern in one for one in every) for pattern in set().union(*every)}
    histories = histories_of(written)
    found = named(sequences(histories, least, limits), histories)
    assert found == {pattern: count for pattern, count in counts.items() if count >= least}


def test_the_latest_start_counts_for_the_window() -> None:
    histories = histories_of([[(0, "a"), (6, "a"), (8, "b"), (10, "c")]])
    assert ("a", "b", "c") in named(sequences(histories, 1, Limits(window=4)), histories)
    assert ("a", "b", "c") not in named(sequences(histories, 1, Limits(window=3)), histories)


def test_no_longer_than_asked_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    histories = histories_of([[(day, "ab") for day in range(4)]])
    assert max(map(len, map("".join, named(sequences(histories, 1, ANY, longest=2), histories)))) == 2
    monkeypatch.setattr(module, "MOST", 20)
    with pytest.raises(InputError, match="raise the support"):
        sequences(histories, 1)
