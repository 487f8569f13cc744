"""A classifier of texts that learns from labels which people have given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from hengke.kernel.errors import InputError
from hengke_analytics.mining.text.words import cut

_SEED = 20260101
_FOLDS = 5
_FEWEST = 5  # texts of a label


@dataclass(frozen=True)
class Learned:
    """How well labels were foretold in folds not learnt from, and what speaks for each label.

    `common` is the share of the most frequent label: what is reached without reading.
    """

    labels: list[str]
    accuracy: float
    spread: float
    common: float
    words: dict[str, list[str]]
    model: Any

    def label(self, texts: Sequence[str]) -> list[str]:
        """The likeliest label of each text."""
        return [str(each) for each in self.model.predict(list(texts))]


def learn(texts: Sequence[str], labels: Sequence[str], leading: int = 8) -> Learned:
    """Logistic regression on words and pairs of neighbouring words, judged by stratified folds.

    Equal texts stay in one fold, so that nothing is foretold from its own copy. InputError `labels_unusable`.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_score
    from sklearn.pipeline import make_pipeline

    names, counts = np.unique(labels, return_counts=True)
    if len(names) < 2 or counts.min() < _FEWEST:
        raise InputError(
            "labels_unusable",
            "A classifier needs two labels or more, each on at least {least} texts.",
            least=_FEWEST,
        )
    model = make_pipeline(
        TfidfVectorizer(analyzer=_terms, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=1_000, class_weight="balanced"),
    )
    group = np.unique(np.array([" ".join(cut(text)) for text in texts]), return_inverse=True)[1]
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    scores = cross_val_score(model, np.array(texts, object), np.array(labels), groups=group, cv=folds)
    model.fit(list(texts), list(labels))
    told = _leading(model, leading)
    return Learned(
        [str(name) for name in names],
        float(scores.mean()),
        float(scores.std()),
        float(counts.max() / len(labels)),
        told,
        model,
    )


def _terms(text: str) -> list[str]:
    words = cut(text)
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _leading(model: Any, leading: int) -> dict[str, list[str]]:
    vectorizer, regression = model[0], model[-1]
    terms, weights = vectorizer.get_feature_names_out(), regression.coef_
    rows = np.stack((-weights[0], weights[0])) if len(weights) == 1 else weights
    return {
        str(label): [str(terms[at]) for at in np.argsort(-row, kind="stable")[:leading] if row[at] > 0]
        for label, row in zip(regression.classes_, rows, strict=True)
    }
