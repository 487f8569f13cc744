"""Customers' outlooks: they add up to the institution's forecast, and say who is gone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengke.modules.customers.models import Customer, CustomerSummary
from hengke.modules.insight.models import CustomerOutlook, ForecastNode, ProfilingRefusal
from hengke.modules.insight.services.foresight import forecast, value
from hengke.modules.insight.services.foresight.axes import code_of

from .conftest import quiet

pytestmark = pytest.mark.usefixtures("warehouse")


def test_customers_and_newcomers_add_up_to_the_forecast() -> None:
    forecast.run(quiet)
    run = value.run(quiet)
    whole = ForecastNode.objects.get(measure="billed", code=code_of("", ()))
    known = sum((row.next_year for row in CustomerOutlook.objects.all()), Decimal(0))
    assert run.facts["whole"] == sum(whole.ahead["mean"][:12])
    assert int(known * 100) == run.facts["whole"] - run.facts["newcomers"]
    assert run.as_of == date(2025, 12, 31)
    assert CustomerOutlook.objects.count() == 5


def test_a_correction_of_the_whole_moves_the_customers() -> None:
    forecast.run(quiet)
    whole = ForecastNode.objects.get(measure="billed", code=code_of("", ()))
    whole.ahead["corrected"] = [100_000] * 12
    whole.save()
    assert value.run(quiet).facts["whole"] == 1_200_000


def test_without_a_forecast_the_last_year_is_the_whole() -> None:
    assert value.run(quiet).facts["whole"] > 0


def test_who_stopped_is_probably_gone_and_facts_are_the_ledgers() -> None:
    value.run(quiet)
    gone, stays = CustomerOutlook.objects.get(customer=5), CustomerOutlook.objects.get(customer=1)
    assert gone.alive < 0.05 < 0.9 < stays.alive
    assert (gone.last_on, gone.last_year) == (date(2024, 6, 15), 0)
    assert gone.best_year > 2_000
    assert stays.times_low <= stays.times <= stays.times_high
    assert stays.next_low <= stays.next_high


def test_who_is_put_away_or_refuses_has_no_outlook_and_stays_in_the_sum() -> None:
    from hengke.kernel import clock

    before = value.run(quiet)
    Customer.objects.filter(pk=4).update(deleted_at=clock.now())
    refused = (
        CustomerOutlook.objects.get(customer=3).next_year + CustomerOutlook.objects.get(customer=4).next_year
    )
    ProfilingRefusal.objects.create(customer_id=3, set_at=clock.now())
    after = value.run(quiet)
    assert set(CustomerOutlook.objects.values_list("customer_id", flat=True)) == {1, 2, 5}
    assert after.facts["newcomers"] - before.facts["newcomers"] == int(refused * 100)


def test_loyalty_of_the_churn_model_moves_the_shares() -> None:
    value.run(quiet)
    before = {row.customer_id: row.next_year for row in CustomerOutlook.objects.all()}
    CustomerSummary.objects.create(customer_id=1, loyalty=0.2)
    CustomerSummary.objects.create(customer_id=3, loyalty=0.8)
    value.run(quiet)
    after = {row.customer_id: row.next_year for row in CustomerOutlook.objects.all()}
    assert float(after[1] / after[3]) == pytest.approx(float(before[1] / before[3]) / 4, rel=1e-3)
    assert sum(after.values()) == sum(before.values())
    assert CustomerOutlook.objects.get(customer=1).alive == 0.2
    assert CustomerOutlook.objects.get(customer=1).next_high > after[1]
