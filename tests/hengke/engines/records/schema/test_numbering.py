"""Numbers by pattern: reset with their date parts, never twice, and one statement for many."""

from __future__ import annotations

from datetime import date
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hengke.engines.records.schema.numbering import Numbering
from hengke.modules.customers.models import Customer
from tests.factories import customers as make

DAYS = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2126, 2, 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(("pattern", "expected"), [
    ("C-{n:06}", ["C-000001", "C-000002", "C-000003", "C-000004"]),
    ("Q{yyyy}-{n:06}", ["Q2025-000001", "Q2026-000001", "Q2026-000002", "Q2026-000003"]),
    ("{yyyy}{mm}-{n:04}", ["202512-0001", "202601-0001", "202601-0002", "202602-0001"]),
    ("{yy}{mm}{dd}/{n}", ["251231/1", "260101/1", "260131/1", "260201/1"]),
])  # fmt: skip
def test_counts_begin_anew_with_their_date_parts(pattern: str, expected: list[str]) -> None:
    numbering = Numbering("x", pattern)
    assert [numbering.take(1, day)[0] for day in DAYS[:4]] == expected


@pytest.mark.django_db
def test_many_numbers_take_one_statement_and_outgrow_their_width() -> None:
    numbering = Numbering("x", "{n:02}")
    with CaptureQueriesContext(connection) as seen:
        assert list(numbering.take(101))[-3:] == ["99", "100", "101"]
    assert len(seen) == 1
    assert numbering.take(0) == []
    assert numbering.take(1) == ["102"]


@pytest.mark.parametrize("pattern", ["C-", "{n}{n}", "{mm}-{n}", "{yyyy}{dd}-{n}", "{x}-{n}", "{n"])
def test_patterns_that_could_repeat_are_refused(pattern: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        Numbering("x", pattern)


class TestNeverTwice(TestCase):
    @given(
        pattern=st.sampled_from(
            ["C-{n:06}", "Q{yyyy}-{n:02}", "{yyyy}{mm}-{n:04}", "{n}-{yyyy}{mm}{dd}", "{yyyy}{n}"]
        ),
        asked=st.lists(st.tuples(st.sampled_from(DAYS), st.integers(0, 120)), max_size=12),
    )
    def test_whatever_is_asked(self, pattern: str, asked: list[tuple[date, int]]) -> None:
        given_out = [number for day, count in asked for number in Numbering("y", pattern).take(count, day)]
        assert len(set(given_out)) == len(given_out) == sum(count for _day, count in asked)


@pytest.mark.django_db
def test_a_number_is_not_given_again_after_purging() -> None:
    first = make.customer("甲")
    Customer.objects.filter(pk=first.pk).update(deleted_at="2020-01-01T00:00Z")
    assert (first.number, make.customer("乙").number) == ("C-000001", "C-000002")


@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_time_get_different_numbers() -> None:
    found: list[str] = []

    def work() -> None:
        for _ in range(25):
            with transaction.atomic():
                found.extend(Numbering("z", "Z{n:04}").take(2, date(2026, 1, 1)))
        connections.close_all()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"Z{n:04}" for n in range(1, 401)]
