from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke_analytics.warehouse.pairing import Decision, Lines, Pairing, Verdict, pair

U, C, N, R = Verdict.UNCHANGED, Verdict.CORRECTION, Verdict.NEW, Verdict.REVIEW
Line = tuple[str, str]  # key, content


def digest(text: str) -> bytes:
    return hashlib.md5(text.encode()).digest()


class Store:
    """A ledger as an importer keeps it: id -> (key, occurrence, content)."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[str, int, str]] = {}

    def pairing(self, file: list[Line], changed: Callable[[int, int], int] | None = None) -> Pairing:
        stored, incoming = Lines(), Lines()
        for ident, (key, occurrence, content) in self.rows.items():
            stored.add(ident, digest(key), digest(content), occurrence)
        for line, (key, content) in enumerate(file):
            incoming.add(line, digest(key), digest(content))
        return pair(stored, incoming, changed=changed)

    def take(self, file: list[Line], *, dies_after: int | None = None) -> Counter[Verdict]:
        decisions = list(self.pairing(file))[:dies_after]
        for decision in decisions:
            key, content = file[decision.line]
            if decision.verdict is N:
                self.rows[len(self.rows) + 1] = (key, decision.occurrence, content)
            elif decision.verdict is C:
                self.rows[decision.stored] = (key, decision.occurrence, content)
        return Counter(decision.verdict for decision in decisions)

    def ledger(self) -> list[tuple[str, int, str]]:
        return sorted(self.rows.values())


def taken(*file: Line) -> Store:
    store = Store()
    store.take(list(file))
    return store


def decided(store: Store, *file: Line) -> list[Decision]:
    return list(store.pairing(list(file)))


def test_into_an_empty_ledger_all_lines_are_new_and_numbered_per_key() -> None:
    assert decided(Store(), ("k", "a"), ("l", "a"), ("k", "a")) == [
        Decision(0, N, -1, 1), Decision(1, N, -1, 1), Decision(2, N, -1, 2),
    ]  # fmt: skip


def test_equal_lines_are_paired_before_the_order_counts() -> None:
    store = taken(("k", "a"), ("k", "b"))
    assert decided(store, ("k", "b"), ("k", "a")) == [Decision(0, U, 2, 2), Decision(1, U, 1, 1)]


def test_a_changed_line_of_the_same_key_is_a_correction() -> None:
    assert decided(taken(("k", "a")), ("k", "a2")) == [Decision(0, C, 1, 1)]


def test_the_rest_is_paired_by_order_and_late_lines_are_new() -> None:
    store = taken(("k", "a"), ("k", "b"))
    assert decided(store, ("k", "c"), ("k", "a"), ("k", "d")) == [
        Decision(0, C, 2, 2), Decision(1, U, 1, 1), Decision(2, N, -1, 3),
    ]  # fmt: skip


def test_a_changed_line_that_could_be_either_goes_to_review() -> None:
    pairing = taken(("k", "a"), ("k", "b")).pairing([("k", "c")])
    assert list(pairing) == [Decision(0, R, -1, 0)]
    assert pairing.missing.tolist() == []


def test_missing_lines_are_named_and_nothing_else_happens_to_them() -> None:
    pairing = taken(("k", "a"), ("l", "b"), ("k", "c")).pairing([("k", "c")])
    assert list(pairing) == [Decision(0, U, 3, 2)]
    assert pairing.missing.tolist() == [1, 2]


def test_a_line_that_changed_too_much_goes_to_review() -> None:
    store = taken(("k", "a"))
    assert list(store.pairing([("k", "x")], lambda *_: 5)) == [Decision(0, C, 1, 1)]
    assert list(store.pairing([("k", "x")], lambda *_: 6)) == [Decision(0, R, -1, 0)]


def test_among_several_candidates_order_alone_is_weak_evidence() -> None:
    store = taken(("k", "a"), ("k", "b"), ("l", "c"))
    file = [("k", "x"), ("k", "y"), ("l", "z")]
    asked: list[tuple[int, int]] = []

    def changed(ident: int, line: int) -> int:
        asked.append((ident, line))
        return 3

    assert [decision.verdict for decision in store.pairing(file, changed)] == [R, R, C]
    assert sorted(asked) == [(1, 0), (3, 2)]
    assert [decision.verdict for decision in store.pairing(file, lambda *_: 2)] == [C, C, C]


def test_occurrences_go_on_behind_the_highest_even_after_gaps() -> None:
    store = taken(("k", "a"), ("k", "b"), ("k", "c"))
    del store.rows[2]
    assert decided(store, ("k", "a"), ("k", "c"), ("k", "d"))[2] == Decision(2, N, -1, 4)


def test_hashes_must_be_whole() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Lines().add(1, b"short", digest("a"))


def test_counts_and_nothing_at_all() -> None:
    assert len(Store().pairing([])) == 0
    assert taken(("k", "a")).pairing([("k", "a"), ("m", "b")]).count(N) == 1


FILES = st.lists(st.tuples(st.sampled_from("kl"), st.sampled_from("abcd")), max_size=10)


@given(FILES)
def test_the_same_file_twice_adds_nothing(file: list[Line]) -> None:
    store = taken(*file)
    before = store.ledger()
    assert store.take(file) == Counter({U: len(file)} if file else {})
    assert store.ledger() == before
    assert sorted((key, content) for key, _, content in before) == sorted(file)


@given(FILES, FILES, st.data())
def test_an_import_that_died_and_is_run_again_ends_like_one_that_did_not(
    first: list[Line], second: list[Line], data: st.DataObject
) -> None:
    whole, broken = taken(*first), taken(*first)
    whole.take(second)
    for _ in range(3):
        broken.take(second, dies_after=data.draw(st.integers(0, len(second))))
    broken.take(second)
    assert broken.ledger() == whole.ledger()


@given(FILES, FILES)
def test_every_incoming_line_is_decided_once_and_every_stored_line_meant_once(
    first: list[Line], second: list[Line]
) -> None:
    store = taken(*first)
    pairing = store.pairing(second)
    assert pairing.lines.tolist() == list(range(len(second)))
    meant = [decision.stored for decision in pairing if decision.stored >= 0]
    assert len(set(meant)) == len(meant)
    assert not {*meant} & {*pairing.missing.tolist()}
    for decision in pairing:
        if decision.stored >= 0:
            assert store.rows[decision.stored][0] == second[decision.line][0]


@given(FILES, FILES)
def test_verdicts_follow_the_definition(first: list[Line], second: list[Line]) -> None:
    """A slow retelling of the definition, key by key."""
    store = taken(*first)
    counts = Counter(decision.verdict for decision in store.pairing(second))
    expected: Counter[Verdict] = Counter()
    for key in {key for key, _ in second}:
        old = Counter(content for k, content in first if k == key)
        new = Counter(content for k, content in second if k == key)
        same = (old & new).total()
        m, n = old.total() - same, new.total() - same
        expected[U] += same
        expected.update({R: n} if 0 < n < m else {C: m, N: n - m} if n >= m else {})
    assert counts == +expected
