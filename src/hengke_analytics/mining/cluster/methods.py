"""k-means, Gaussian mixture and HDBSCAN, and how many clusters there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hengke.kernel.errors import InputError
from hengke_analytics.mining.cluster.scaling import Floats

Labels = NDArray[np.int64]
Method = Literal["kmeans", "mixture", "hdbscan"]
METHODS: tuple[Method, ...] = ("kmeans", "mixture", "hdbscan")
MOST = 8
_SEED = 20260101
_SAMPLE = 2_000  # rows that silhouettes are taken over: they cost the square
_FEWEST = 10


@dataclass(frozen=True)
class Advice:
    """What speaks for `k`: silhouette and Calinski–Harabasz are better high, Davies–Bouldin and BIC low."""

    k: int
    silhouette: float
    calinski_harabasz: float
    davies_bouldin: float
    bic: float


def advise(rows: Floats, most: int = MOST, least: int = 2) -> tuple[int, list[Advice]]:
    """The number of clusters that most criteria prefer, and all criteria for `least` to `most`.

    The first three judge k-means, BIC the Gaussian mixture. Of equally preferred numbers the one with the better
    silhouette is taken.
    """
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

    _enough(rows)
    told = []
    for k in range(least, min(most, len(rows) - 1) + 1):
        labels = cluster(rows, "kmeans", k)
        if len(np.unique(labels)) < k:  # fewer distinct rows than clusters
            break
        silhouette = silhouette_score(rows, labels, sample_size=min(_SAMPLE, len(rows)), random_state=_SEED)
        told.append(
            Advice(
                k, float(silhouette), float(calinski_harabasz_score(rows, labels)),
                float(davies_bouldin_score(rows, labels)), float(_mixture(rows, k).bic(rows)),
            )
        )  # fmt: skip
    if not told:
        raise InputError("too_alike", "The rows are too alike to be told apart.")
    best: list[Callable[[Advice], float]] = [
        lambda each: each.silhouette, lambda each: each.calinski_harabasz,
        lambda each: -each.davies_bouldin, lambda each: -each.bic,
    ]  # fmt: skip
    votes = Counter(max(told, key=criterion).k for criterion in best)
    by_k = {each.k: each for each in told}
    return max(votes, key=lambda k: (votes[k], by_k[k].silhouette)), told


def cluster(rows: Floats, method: Method, k: int) -> Labels:
    """Cluster of every row, the largest is 0; −1 is a row that HDBSCAN counts to none. `k` is not for HDBSCAN.

    HDBSCAN calls a cluster what has at least 2 % of the rows.
    """
    _enough(rows)
    if method == "kmeans":
        from sklearn.cluster import KMeans

        found = KMeans(k, n_init=10, random_state=_SEED).fit_predict(rows)
    elif method == "mixture":
        found = _mixture(rows, k).predict(rows)
    else:
        from sklearn.cluster import HDBSCAN

        least = max(len(rows) // 50, 5)
        found = HDBSCAN(min_cluster_size=least, min_samples=min(least, 10), copy=True).fit_predict(rows)
    return _by_size(np.asarray(found, np.int64))


def _mixture(rows: Floats, k: int):  # type: ignore[no-untyped-def]  # a class of a library without types
    from sklearn.mixture import GaussianMixture

    return GaussianMixture(k, n_init=2, reg_covar=1e-3, random_state=_SEED).fit(rows)


def _enough(rows: Floats) -> None:
    if len(rows) < _FEWEST:
        raise InputError("too_few_rows", "Clusters need at least {least} rows.", least=_FEWEST)


def _by_size(labels: Labels) -> Labels:
    names, counts = np.unique(labels[labels >= 0], return_counts=True)
    order = names[np.lexsort((names, -counts))]
    numbers = np.full(int(labels.max(initial=-1)) + 2, -1, np.int64)
    numbers[order] = np.arange(len(order))
    return np.asarray(numbers[labels])
