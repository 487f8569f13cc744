"""Frequent item sets against counting every subset."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengke.kernel.errors import InputError
from hengke_analytics.mining.patterns import itemsets
from hengke_analytics.mining.patterns.baskets import Baskets
from hengke_analytics.mining.patterns.itemsets import frequent

from .conftest import baskets_of

CONTENTS = st.lists(st.sets(st.sampled_from("abcdefg"), min_size=1), min_size=1, max_size=90)


def counted(contents: list[set[str]], least: int, longest: int = 9) -> dict[tuple[str, ...], int]:
    every: Counter[tuple[str, ...]] = Counter()
    for basket in contents:
        for size in range(1, min(len(basket), longest) + 1):
            every.update(combinations(sorted(basket), size))
    return {items: count for items, count in every.items() if count >= least}


def named(found: dict[tuple[int, ...], int], baskets: Baskets) -> dict[tuple[str, ...], int]:
    names = baskets.item_names.to_pylist()
    return {tuple(sorted(names[item] for item in items)): count for items, count in found.items()}


@settings(deadline=None)
@given(CONTENTS, st.integers(1, 5), st.booleans())
def test_every_set_is_found_and_no_other(contents: list[set[str]], least: int, sparse: bool) -> None:
    baskets = baskets_of(contents)
    with pytest.MonkeyPatch.context() as patch:
        if sparse:
            patch.setattr(itemsets, "_DENSE", 2)
        patch.setattr(itemsets, "_ROOM", 300)
        found = frequent(baskets, least)
    assert named(found, baskets) == counted(contents, least)
    assert all(list(items) == sorted(items) for items in found)


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_sets_are_no_longer_than_asked(longest: int) -> None:
    contents = [set("abcd"), set("abcd"), set("bcd")]
    baskets = baskets_of(contents)
    assert named(frequent(baskets, 2, longest=longest), baskets) == counted(contents, 2, longest)


def test_too_low_a_support_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(itemsets, "MOST", 100)
    with pytest.raises(InputError, match="raise the support"):
        frequent(baskets_of([set("abcdefgh")] * 3), 1)


def test_groceries_has_13492_sets_in_ten_baskets(groceries: Baskets) -> None:
    assert len(frequent(groceries, 10)) == 13_492
