"""The kinds of models: what each can be set to, and how each is fitted and explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores.inputs import Floats, Inputs


class Scorer(Protocol):
    """A fitted model on the scale of the logit, where reasons add up.

    `contributions` has a column for each feature; a row's sum and `base` are its logit.
    """

    @property
    def base(self) -> float:
        """The logit before any feature is known."""
        ...

    def logits(self, inputs: Inputs) -> Floats:
        """One number for each row, larger for likelier."""
        ...

    def contributions(self, inputs: Inputs) -> Floats:
        """What each feature adds to each row's logit, beside the base."""
        ...


class Settings(Protocol):
    """One way to set a kind of model."""

    @property
    def kind(self) -> str:
        """Name of the kind."""
        ...

    @property
    def most_rows(self) -> int:
        """On more rows than this a sample of so many is trained on: it would learn nothing more."""
        ...

    def fit(self, inputs: Inputs, target: Floats) -> Scorer:
        """Fit on these rows; preparation learns from them too."""
        ...

    def trial(self) -> Settings:
        """What stands for it while settings are compared: the same, or something cheaper that ranks alike."""
        ...


def choices(kind: str, rows: int) -> Sequence[Settings]:
    """What a kind may be set to on so many rows; inner cross-validation picks. InputError `model_unknown`."""
    from hengke_analytics.mining.scores import boosted, logistic, neural, single_tree

    offered: dict[str, Callable[[int], Sequence[Settings]]] = {
        "logistic": logistic.choices, "nn": neural.choices, "boosted": boosted.choices,
        "tree": single_tree.choices,
    }  # fmt: skip
    if kind == "auto":
        return [setting for name in AUTO for setting in offered[name](rows)]
    if kind not in offered:
        raise InputError("model_unknown", "There is no model {model}.", model=kind)
    return offered[kind](rows)


#: What `auto` chooses from; the tree is there to be read, not to win.
AUTO = ("logistic", "nn", "boosted")
KINDS = ("nn", "logistic", "boosted", "tree", "auto")


def by_owner(cells: Floats, owner: np.ndarray, features: int) -> Floats:
    """Columns of a prepared matrix summed to the feature each belongs to."""
    member = (owner[:, None] == np.arange(features)).astype(np.float64)
    return np.asarray(cells @ member, dtype=np.float64)
