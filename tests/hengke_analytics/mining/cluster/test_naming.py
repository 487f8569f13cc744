"""Numbers that stay."""

from __future__ import annotations

from hengke_analytics.mining.cluster.naming import renamed


def of(groups: dict[int, str]) -> dict[str, int]:
    return {name: number for number, names in groups.items() for name in names}


def test_the_same_customers_keep_their_number() -> None:
    assert renamed(of({0: "abcd", 1: "efg"}), of({0: "efgx", 1: "abc"})) == {0: 1, 1: 0, -1: -1}


def test_a_new_cluster_gets_a_number_never_used_before() -> None:
    assert renamed(of({0: "abcd", 3: "efg"}), of({0: "xyz", 1: "efg"})) == {0: 4, 1: 3, -1: -1}


def test_of_two_halves_the_larger_keeps_the_number() -> None:
    assert renamed(of({2: "abcdef"}), of({0: "ab", 1: "cdef"})) == {0: 3, 1: 2, -1: -1}


def test_who_was_in_no_cluster_counts_for_none() -> None:
    assert renamed(of({-1: "abc", 0: "d"}), of({-1: "d", 0: "abc"})) == {0: 1, -1: -1}
