"""What every kind of model has in common: reasons that add up, monotone where the truth is."""

from __future__ import annotations

import numpy as np
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores.inputs import Inputs, categories, numbers
from hengke_analytics.mining.scores.kinds import KINDS, choices
from hengke_analytics.mining.scores.metrics import auc
from tests.support.cases import Known

KIND = [kind for kind in KINDS if kind != "auto"]


@pytest.mark.parametrize("kind", KIND)
def test_base_and_contributions_sum_to_the_logit(kind: str, known: Known) -> None:
    for setting in choices(kind, 600):
        scorer = setting.fit(known.inputs, known.target)
        told = scorer.contributions(known.inputs)
        assert told.shape == (600, 3)
        assert told.sum(axis=1) + scorer.base == pytest.approx(scorer.logits(known.inputs), abs=1e-6)


@pytest.mark.parametrize("kind", KIND)
def test_reasons_point_where_the_truth_points(kind: str, known: Known) -> None:
    scorer = choices(kind, 600)[0].fit(known.inputs, known.target)
    amount, region, noise = scorer.contributions(known.inputs).T
    cells = known.inputs.columns[0].cells
    assert amount[cells > np.nanquantile(cells, 0.9)].min() > amount[cells < np.nanquantile(cells, 0.1)].max()
    assert (
        region[known.inputs.columns[1].cells == 2].mean() > region[known.inputs.columns[1].cells < 2].mean()
    )
    assert np.abs(noise).mean() < np.abs(amount).mean() / 2
    assert auc(known.target, scorer.logits(known.inputs)) > 0.78


@pytest.mark.parametrize("kind", KIND)
def test_new_levels_missing_cells_and_empty_columns_are_borne(kind: str, known: Known) -> None:
    rows = 60
    trained = Inputs(
        (numbers("n", list(range(rows))), categories("c", ["a", "b"] * 30), numbers("empty", [None] * rows))
    )
    target = (np.arange(rows) > 30).astype(np.float64)
    scorer = choices(kind, rows)[0].fit(trained, target)
    asked = Inputs(
        (numbers("n", [None, 1e12]), categories("c", ["new", None]), numbers("empty", [3.0, None]))
    )
    assert np.isfinite(scorer.logits(asked)).all()
    assert scorer.contributions(asked).sum(axis=1) + scorer.base == pytest.approx(
        scorer.logits(asked), abs=1e-6
    )


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="no model forest"):
        choices("forest", 10)


def test_auto_offers_every_strong_kind() -> None:
    assert {setting.kind for setting in choices("auto", 600)} == {"logistic", "nn", "boosted"}
