"""Figures per customer equal the ledger to the cent, by the definitions of tier, growth and stage."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from math import log

import pytest
from django.db.models import Sum

from hengke.engines.records.models import SearchEntry
from hengke.kernel import clock
from hengke.kernel.period import Period
from hengke.modules.customers.models import Customer, CustomerSummary
from hengke.modules.insight.models import LedgerLine
from hengke.modules.insight.services import summaries
from tests.factories.ledgers import bring, row, take_back

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_year_of_reference_is_whole_or_compared_to_the_day() -> None:
    with clock.at(NOW):
        assert summaries.reference(date(2025, 12, 30)) == (Period.year(2025), Period.year(2024))
        this, before = summaries.reference(date(2026, 3, 5))
        assert (str(this), str(before)) == ("2026-01-01 – 2026-03-05", "2025-01-01 – 2025-03-05")


def test_summaries_by_laboratory_and_for_the_whole() -> None:
    name = "合肥供水集团有限公司"
    with clock.at(NOW):
        bring(
            [
                row("W1", 送检日期="2024-02-01", 应收费="100.05", 实收费="100.05"),
                row("W2", 送检日期="2025-02-01", 应收费="200.10", 实收费="100.05", 检定室="长度室"),
                row(
                    "W3", 送检日期="2025-12-01", 应收费="50", 实收费="", 出厂编号="B1", 有效期至="2027-01-10"
                ),
            ],
            refresh=True,
        )
    rows = {s.laboratory: s for s in CustomerSummary.objects.filter(customer__name=name)}
    assert sorted(rows) == ["", "压力室", "长度室"]
    whole, length = rows[""], rows["长度室"]
    assert (whole.lines, whole.billed, whole.received) == (3, Decimal("350.15"), Decimal("200.10"))
    assert (whole.this_year, whole.last_year) == (Decimal("250.10"), Decimal("100.05"))
    assert whole.by_year == {
        "2021": "0.00",
        "2022": "0.00",
        "2023": "0.00",
        "2024": "100.05",
        "2025": "250.10",
    }
    assert whole.arrival == pytest.approx(100.05 / 250.10)
    assert whole.growth == pytest.approx(log(251.10 / 101.05)), "two years: the log ratio"
    assert (whole.tier, whole.rank, whole.instruments, whole.due_soon, whole.names) == ("vip", 1, 2, 1, 1)
    assert (length.this_year, length.tier, length.rank, length.instruments) == (Decimal("200.10"), "", 1, 1)
    assert length.growth is None, "one year gives no rate"
    assert (whole.first_on, whole.last_on) == (date(2024, 2, 1), date(2025, 12, 1))


def test_sums_over_customers_are_the_sums_of_the_ledger() -> None:
    bring(
        [
            row(f"W{n}", 单位名称=f"合肥{core}有限公司", 应收费=f"{n}.37")
            for n, core in enumerate(["恒达", "皖江", "淮海", "长丰", "庐州"])
        ],
        refresh=True,
    )
    of_lines = LedgerLine.objects.aggregate(total=Sum("billed"))["total"]
    for rows in (
        CustomerSummary.objects.filter(laboratory=""),
        CustomerSummary.objects.exclude(laboratory=""),
    ):
        assert rows.aggregate(total=Sum("billed"))["total"] == of_lines == Decimal("11.85")


def test_a_customer_long_silent_is_lost() -> None:
    bring(
        [
            row("W1", 送检日期="2021-02-01", 单位名称="芜湖屹曜纺织品有限公司"),
            row("W2", 送检日期="2025-12-30"),
        ],
        refresh=True,
    )
    stages = dict(Customer.objects.values_list("name", "stage"))
    assert stages == {"芜湖屹曜纺织品有限公司": "lost", "合肥供水集团有限公司": "customer"}


def test_everything_derived_goes_with_the_import_and_search_follows() -> None:
    done = bring([row("W1", 联系人="赵文斌")], refresh=True)
    assert SearchEntry.objects.filter(title="合肥供水集团有限公司").count() == 1
    assert SearchEntry.objects.filter(title="赵文斌").count() == 1
    take_back(done, refresh=True)
    assert not CustomerSummary.objects.exists()
    assert not SearchEntry.objects.exists()


def test_customers_whose_figures_stay_are_left_alone() -> None:
    def ids() -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for name, pk in CustomerSummary.objects.values_list("customer__name", "pk"):
            found.setdefault(name, set()).add(pk)
        return found

    with clock.at(NOW):
        bring([row("W1", 应收费="900"), row("W2", 单位名称="芜湖仪表厂")], refresh=True)
        before = ids()
        bring([row("W3", 应收费="50")], refresh=True)
        after = ids()
    assert after["芜湖仪表厂"] == before["芜湖仪表厂"]
    assert after["合肥供水集团有限公司"].isdisjoint(before["合肥供水集团有限公司"])
    assert CustomerSummary.objects.get(customer__name="合肥供水集团有限公司", laboratory="").billed == 950
