"""Scores written down: changed, added and removed together, with a point of the trend for each month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hengke.kernel import clock
from hengke.modules.customers.models import CustomerSummary
from hengke.modules.insight.enums import Band
from hengke.modules.insight.models import CustomerScore, ScoreOverride
from hengke.modules.insight.services import summaries
from hengke.modules.insight.services.scoring import writing
from hengke.modules.insight.services.scoring.writing import Line
from tests.factories import customers as make
from tests.factories.scores import version

pytestmark = pytest.mark.django_db


def _write(values: dict[int, float], as_of: date = date(2025, 1, 31)) -> None:
    by = version() if not CustomerScore.objects.exists() else CustomerScore.objects.all()[0].version
    lines = [
        Line(pk, value, Band.FAIR, [{"feature": "visits"}], Decimal("12.30")) for pk, value in values.items()
    ]
    writing.write("churn", lines, by, as_of, lambda *_: None)


def test_scores_change_come_and_go() -> None:
    one, two, three = (make.customer(f"客户{n}") for n in range(3))
    _write({one.pk: 0.1, two.pk: 0.2})
    _write({two.pk: 0.3, three.pk: 0.4, 99_999: 0.5}, date(2025, 3, 31))
    found = {row.customer_id: row for row in CustomerScore.objects.all()}
    assert {pk: row.value for pk, row in found.items()} == {two.pk: 0.3, three.pk: 0.4}
    assert found[two.pk].trend == [["2025-01-31", 0.2]]
    assert (found[three.pk].trend, found[three.pk].reasons) == ([], [{"feature": "visits"}])
    assert found[two.pk].expected_loss == Decimal("12.30")


def test_a_month_has_one_point_of_the_trend_and_the_same_day_none() -> None:
    one = make.customer()
    for day, value in ((31, 0.1), (31, 0.2)):
        _write({one.pk: value}, date(2025, 1, day))
    for month, day in ((2, 3), (2, 20), (3, 1)):
        _write({one.pk: month / 10}, date(2025, month, day))
    assert CustomerScore.objects.get().trend == [["2025-01-31", 0.2], ["2025-02-20", 0.2]]


def test_lists_join_the_score_or_what_a_person_set_on_the_row_of_the_whole() -> None:
    one, two = make.customer("甲"), make.customer("乙")
    make.summary(one, "长度室")
    _write({one.pk: 0.1, two.pk: 0.2})
    ScoreOverride.objects.create(customer=two, kind="churn", value=0.9, reason="x", set_at=clock.now())
    writing.denormalise()
    rows = CustomerSummary.objects.order_by("customer", "laboratory").values_list("laboratory", "churn")
    assert list(rows) == [("", 0.1), ("长度室", None), ("", 0.9)]
    ScoreOverride.objects.all().delete()
    _write({one.pk: 0.1}, date(2025, 2, 1))
    writing.denormalise({two.pk})
    assert CustomerSummary.objects.get(customer=two).churn is None


def test_statements_do_not_grow_with_the_customers() -> None:
    few, many = ([make.customer(f"{n}家{i}").pk for i in range(n)] for n in (2, 8))
    counts = []
    for pks in (few, few, few + many):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            _write(dict.fromkeys(pks, 0.5))
            writing.denormalise()
        counts.append(len([q for q in seen if "executemany" not in q["sql"]]))
    assert counts[2] <= counts[1] + 4


def test_new_summary_rows_carry_the_scores_on() -> None:
    one = make.customer()
    _write({one.pk: 0.4})
    writing.denormalise()
    place = (one.pk, "")
    said = dict.fromkeys(summaries._SAID) | {
        "lines": 9, "billed": 1, "received": 0, "this_year": 1, "last_year": 0, "by_year": {}, "tier": "",
        "instruments": 0, "due_soon": 0, "names": 1,
    }  # fmt: skip
    summaries._store({place: said}, lambda *_: None)
    row = CustomerSummary.objects.get(customer=one)
    assert (row.lines, row.churn) == (9, 0.4)
