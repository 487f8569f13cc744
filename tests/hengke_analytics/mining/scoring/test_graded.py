"""Grades as a target: good counts whole, fair half, poor nothing; every customer is judged unseen."""

from __future__ import annotations

import numpy as np

from hengke_analytics.mining.scoring.applying import Present, score
from hengke_analytics.mining.scoring.graded import study_grades
from hengke_analytics.mining.scoring.study import GOALS


def test_a_fair_customer_is_half_good(now: Present) -> None:
    grades = {
        int(pk): "poor" if pk % 5 == 0 else "fair" if pk % 7 == 0 else "good" for pk in now.customers[:90]
    }
    found = study_grades(now, grades, GOALS["credit"], lambda *_: None)
    assert (found.rows, found.as_of, found.tested_on) == (90, now.as_of, None)
    assert found.judged.kept == "other_customers"
    assert sorted(found.judged.held.customers) == sorted(np.repeat(list(grades), 2))
    scored = score(found.artifact, now).probability
    by_grade = {
        grade: scored[[grades.get(int(pk)) == grade for pk in now.customers]].mean()
        for grade in ("good", "fair", "poor")
    }
    assert by_grade["poor"] < by_grade["fair"] < by_grade["good"]
