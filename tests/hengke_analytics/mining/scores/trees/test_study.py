"""A tree from a plain table."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores.trees.grow import leaves
from hengke_analytics.mining.scores.trees.study import study

TABLE = pa.table(
    {
        "no": [f"D{row}" for row in range(12)],
        "grade": ["good", "good", "fair", "poor"] * 3,
        "years": ["9", "8", "5", "1"] * 3,
        "label": ["A", "A", "B", "C"] * 2 + ["A", "A", "B", ""],
    }
)


def test_several_classes_and_columns_that_name_rows() -> None:
    found = study(TABLE, "label")
    assert (found.rows, found.left_out, found.classes, found.correct) == (11, 1, ("A", "B", "C"), 1.0)
    assert found.dropped == (("no", "identifier"),)
    assert found.branches[found.root.feature or 0].feature == "grade"
    assert len(leaves(found.root)) == 3


def test_only_the_features_asked_for() -> None:
    found = study(TABLE, "label", features=["years"])
    assert [branch.feature for branch in found.branches] == ["years"]


@pytest.mark.parametrize("label", ["no", "one"])
def test_a_label_of_one_or_of_very_many_values(label: str) -> None:
    rows = 60
    table = pa.table({"no": [str(row) for row in range(rows)], "one": ["x"] * rows})
    with pytest.raises(InputError, match="2 to 50 values"):
        study(table, label)
