"""What a cluster is like."""

from __future__ import annotations

import numpy as np
import pytest

from hengke_analytics.mining.cluster.profiles import profiles
from hengke_analytics.mining.cluster.scaling import comparable


def test_traits_name_direction_strength_and_medians() -> None:
    columns = np.column_stack((np.r_[np.full(80, 10.0), np.full(20, 50.0)], np.tile([1.0, 2.0], 50)))
    labels = np.repeat([0, 1], [80, 20])
    many, few = profiles(["金额", "次数"], columns, comparable(columns), labels)
    assert (many.rows, many.share) == (80, 0.8)
    assert [(trait.column, trait.level) for trait in many.traits] == [("金额", "low")]
    assert [(trait.column, trait.level) for trait in few.traits] == [("金额", "very_high")]
    assert (few.traits[0].median, few.traits[0].overall) == (50, 10)


def test_gaps_do_not_disturb_a_median() -> None:
    columns = np.r_[np.full(6, np.nan), np.zeros(3), np.full(3, 9.0)][:, None]
    found = profiles(["x"], columns, comparable(columns), np.repeat([-1, 0, 1], [6, 3, 3]))
    assert [each.cluster for each in found] == [-1, 0, 1]
    assert found[2].traits[0].median == pytest.approx(9)
