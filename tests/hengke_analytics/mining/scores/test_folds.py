"""Folds: every row once, outcomes alike, groups whole, time forwards."""

from __future__ import annotations

import numpy as np
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores.folds import Order, splits


def test_every_row_is_tested_once_a_repetition_with_the_same_rate() -> None:
    target = np.array([1.0] * 30 + [0.0] * 70)
    found = splits(target, Order(), folds=5, repeats=2)
    assert len(found) == 10
    for repeat in (found[:5], found[5:]):
        assert sorted(row for _, test in repeat for row in test) == list(range(100))
        assert all(target[test].sum() == 6 for _, test in repeat)
    assert found[0][1].tolist() != found[5][1].tolist()


def test_no_group_is_on_both_sides() -> None:
    chooser = np.random.default_rng(2)
    group = chooser.integers(0, 60, 400)
    target = (chooser.random(400) < 0.3).astype(np.float64)
    found = splits(target, Order(group=group), folds=5, repeats=2)
    assert len(found) == 10
    for train, test in found:
        assert not set(group[train]) & set(group[test])
        assert 0.2 < target[test].mean() < 0.4
    assert sorted(row for _, test in found[:5] for row in test) == list(range(400))


def test_training_rows_are_earlier_than_tested_ones() -> None:
    time = np.random.default_rng(3).permutation(np.repeat(np.arange(50.0), 4))
    target = np.arange(200) % 3 == 0
    found = splits(target.astype(np.float64), Order(time=time), folds=4, repeats=2)
    assert len(found) == 4
    assert all(time[train].max() < time[test].min() for train, test in found)


def test_a_group_that_is_tested_was_not_trained_on_in_time_either() -> None:
    time, group = np.arange(200.0), np.arange(200) % 20
    target = (np.arange(200) % 7 < 3).astype(np.float64)
    group[:100] = np.arange(100) % 40
    for train, test in splits(target, Order(group=group, time=time), folds=3):
        assert not set(group[train]) & set(group[test])
        assert time[train].max() < time[test].min()


def test_few_cases_make_fewer_folds_and_one_case_none() -> None:
    target = np.array([1.0] * 3 + [0.0] * 50)
    assert len(splits(target, Order(), folds=5)) == 3
    with pytest.raises(InputError, match="1 against 50"):
        splits(target[2:], Order(), folds=5)
