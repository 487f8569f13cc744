"""A table from end to end."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores.classify import Question, classify, prepare


def table(rows: int = 300) -> pa.Table:
    chooser = np.random.default_rng(0)
    cells = chooser.normal(size=rows)
    left = chooser.random(rows) < 1 / (1 + np.exp(-2 * cells))
    return pa.table(
        {
            "customer": [f"K{row // 3}" for row in range(rows)],
            "day": [f"2024-{1 + row % 12:02}-01" for row in range(rows)],
            "usage": cells,
            "left": ["" if row == 7 else "yes" if hit else "no" for row, hit in enumerate(left)],
        }
    )


def test_rows_without_a_label_are_left_out_and_special_columns_are_no_features() -> None:
    cases = prepare(table(), Question("left", group="customer", time="day"))
    assert (len(cases.target), cases.left_out, cases.positive) == (299, 1, "yes")
    assert cases.inputs.names == ("usage",)
    assert cases.dropped == (("customer", "group"), ("day", "time"))
    assert cases.rows.tolist()[6:8] == [6, 8]


def test_blank_groups_are_groups_of_their_own() -> None:
    cases = prepare(
        table().set_column(0, "customer", [["", "a", "a", ""] * 75]), Question("left", group="customer")
    )
    assert cases.order.group is not None
    assert len(np.unique(cases.order.group)) == 150 - 1 + 1  # row 7 had no group and no label


def test_the_whole_answer() -> None:
    found = classify(table(), Question("left", group="customer"), model="logistic", folds=4, repeats=1)
    assert found.evaluation.order == "grouped"
    assert found.evaluation.model["auc"].mean > 0.8
    assert found.weights[0][0] == "usage"
    assert len(found.probability) == 299
    assert 0 < found.threshold.probability < 1
    assert found.threshold.cost < min(found.threshold.cost_never, found.threshold.cost_always)


def test_a_time_that_cannot_be_ordered_is_refused() -> None:
    with pytest.raises(InputError, match="neither dates nor numbers"):
        prepare(table(), Question("left", time="customer"))


def test_without_a_usable_column_nothing_is_pretended() -> None:
    with pytest.raises(InputError, match="No column is left"):
        prepare(table().drop_columns(["usage", "day"]), Question("left", group="customer"))
