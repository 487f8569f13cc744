"""Why a row has its score: what each feature adds to the logit, largest first, and in plain words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.scores.fitting import Model
from hengke_analytics.mining.scores.inputs import Column, Floats, Inputs, Integers
from hengke_analytics.mining.scores.quantiles import Places

MOST = 5
#: Below this a feature has nothing to say about a row.
FAINT = 0.005


@dataclass(frozen=True)
class Reason:
    """A feature of a row: its value, the share of training rows with a smaller one, what it adds to the logit."""

    feature: str
    value: str | None
    place: float | None
    contribution: float

    @property
    def words(self) -> str:
        """ "账龄 为 48（高于 95% 的行），提高（+0.61）"."""
        value = "空缺" if self.value is None else f"为 {self.value}"
        place = "" if self.place is None else f"（高于 {self.place:.0%} 的行）"
        effect = "提高" if self.contribution > 0 else "降低"
        return f"{self.feature} {value}{place}，{effect}（{self.contribution:+.2f}）"


@dataclass(frozen=True)
class Explainer:
    """Tells reasons of a model beside the rows it was trained on."""

    model: Model
    places: tuple[Places | None, ...]

    @classmethod
    def of(cls, model: Model, trained: Inputs) -> Explainer:
        """Remember where numbers lie among the training rows."""
        return cls(
            model,
            tuple(
                None if column.kind == "category" else Places.of(column.cells) for column in trained.columns
            ),
        )

    def reasons(self, inputs: Inputs, *, most: int = MOST) -> list[tuple[Reason, ...]]:
        """For each row the features that move its score most, largest first."""
        return self.explained(inputs, most=most)[0]

    def explained(self, inputs: Inputs, *, most: int = MOST) -> tuple[list[tuple[Reason, ...]], Floats]:
        """The reasons and the logits that they and the base add up to."""
        added = self.model.contributions(inputs)
        shares = [
            None if places is None else places.share(column.cells)
            for places, column in zip(self.places, inputs.columns, strict=True)
        ]
        order = np.argsort(-np.abs(added), axis=1, kind="stable")[:, :most]
        told = [self._row(inputs, added[row], shares, row, order[row]) for row in range(len(inputs))]
        return told, np.asarray(added.sum(axis=1) + self.model.base)

    def _row(
        self, inputs: Inputs, added: Floats, shares: list[Floats | None], row: int, order: Integers
    ) -> tuple[Reason, ...]:
        return tuple(
            _reason(inputs.columns[place], shares[place], row, float(added[place]))
            for place in order
            if abs(added[place]) >= FAINT
        )


def weights(model: Model, inputs: Inputs) -> list[tuple[str, float]]:
    """Features by what they move on average: mean of |contribution| over the rows, largest first."""
    means = np.abs(model.contributions(inputs)).mean(axis=0)
    found = [(name, float(mean)) for name, mean in zip(inputs.names, means, strict=True)]
    return sorted(found, key=lambda pair: -pair[1])


def _reason(column: Column, shares: Floats | None, row: int, added: float) -> Reason:
    place = None if shares is None or np.isnan(shares[row]) else float(shares[row])
    return Reason(column.name, column.shown(row), place, added)
