"""Clusters that are there are found, and so is their number."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from hengke.kernel.errors import InputError
from hengke_analytics.mining.cluster.methods import METHODS, Method, advise, cluster


def clouds(sizes: tuple[int, ...] = (200, 120, 60)) -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(1)
    centres = np.array([[0, 0], [6, 0], [0, 7]])
    truth = np.repeat(np.arange(len(sizes)), sizes)
    return centres[truth] + dice.normal(size=(len(truth), 2)) * 0.7, truth


@pytest.mark.parametrize("method", METHODS)
def test_three_clouds(method: Method) -> None:
    rows, truth = clouds()
    found = cluster(rows, method, 3)
    assert adjusted_rand_score(truth[found >= 0], found[found >= 0]) > 0.98
    assert np.bincount(found[found >= 0]).tolist() == sorted(np.bincount(found[found >= 0]), reverse=True)
    assert (found >= 0).mean() > 0.9


def test_only_hdbscan_leaves_rows_out() -> None:
    rows, _ = clouds()
    far = np.concatenate((rows, [[40.0, -40.0], [-35.0, 30.0]]))
    assert cluster(far, "hdbscan", 0)[-2:].tolist() == [-1, -1]
    assert cluster(far, "kmeans", 3).min() == 0


def test_the_number_is_advised() -> None:
    k, told = advise(clouds()[0])
    assert k == 3
    assert [each.k for each in told] == [2, 3, 4, 5, 6, 7, 8]
    assert max(told, key=lambda each: each.silhouette).k == 3
    assert min(told, key=lambda each: each.bic).k == 3


def test_equal_rows_cannot_be_told_apart() -> None:
    with pytest.raises(InputError) as refused, pytest.warns(match="distinct"):
        advise(np.zeros((20, 2)))
    assert refused.value.code == "too_alike"


def test_a_handful_of_rows_is_refused() -> None:
    with pytest.raises(InputError, match="at least 10 rows"):
        cluster(np.zeros((9, 2)), "kmeans", 2)
