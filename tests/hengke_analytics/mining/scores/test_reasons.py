"""Reasons in words: largest first, signed, with the value and where it lies."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.scores.fitting import fit
from hengke_analytics.mining.scores.reasons import Explainer, Reason, weights
from tests.support.cases import Known


def test_the_largest_comes_first_and_the_words_carry_its_sign(known: Known) -> None:
    model = fit("logistic", known.inputs, known.target)
    cells = known.inputs.columns[0].cells
    row = int(np.nanargmax(cells))
    told = Explainer.of(model, known.inputs).reasons(known.inputs.take(np.array([row])))[0]
    sizes = [abs(reason.contribution) for reason in told]
    assert sizes == sorted(sizes, reverse=True)
    assert told[0].feature == "amount"
    assert told[0].contribution > 0
    assert told[0].place is not None
    assert told[0].place > 0.99
    assert told[0].words.startswith(f"amount 为 {cells[row]:.6g}（高于 100% 的行），提高（+")


def test_words_of_a_missing_cell_and_of_a_lowering_level() -> None:
    assert Reason("账龄", None, None, 0.5).words == "账龄 空缺，提高（+0.50）"
    assert Reason("地区", "安徽", None, -0.25).words == "地区 为 安徽，降低（-0.25）"


def test_features_by_what_they_move(known: Known) -> None:
    model = fit("logistic", known.inputs, known.target)
    assert [name for name, _ in weights(model, known.inputs)] == ["amount", "region", "noise"]
