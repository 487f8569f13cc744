"""Shares of the next year: weighed on a year held back, never worse there than last year's amount."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hengke_analytics.mining.value import clv
from hengke_analytics.mining.value.next_year import KINDS, next_year
from hengke_analytics.mining.value.purchases import Days, by_day, purchases

END = 18_000


def ledger(customers: int, weeks: int, leaving: float = 0.0, seed: int = 3) -> Days:
    """Every customer comes about every five weeks for a sum of its own; some stop for good."""
    dice = np.random.default_rng(seed)
    worth = dice.lognormal(6, 1, customers)
    owner, day, amount = [], [], []
    for customer in range(customers):
        gone = END - int(dice.integers(0, weeks * 7)) if dice.random() < leaving else END
        for at in np.sort(dice.integers(END - weeks * 7, END, weeks // 5)):
            if at <= gone:
                (
                    owner.append(customer),
                    day.append(int(at)),
                    amount.append(worth[customer] * dice.uniform(0.7, 1.3)),
                )
    columns = (pa.array(owner), pa.array(day, pa.int32()).cast(pa.date32()), pa.array(amount))
    return by_day(*(pa.chunked_array([column]) for column in columns))


def foresee(days: Days, until: int = END):  # type: ignore[no-untyped-def]
    bought, dice = purchases(days, until), np.random.default_rng(1)
    model = clv.fit(bought)
    found = clv.values(bought, model, clv.bootstrap(bought, model, dice, replicates=10), 52, dice, level=0.8)
    return bought, found, next_year(days, bought, found, until)


@pytest.fixture(scope="module")
def years():  # type: ignore[no-untyped-def]
    return foresee(ledger(300, 208, leaving=0.4))


def test_never_worse_than_last_year_on_the_year_held_back(years) -> None:  # type: ignore[no-untyped-def]
    weighed = years[2].weighed
    assert weighed.error <= weighed.naive_error
    assert weighed.kind in KINDS
    assert 0 <= weighed.weight <= 1


def test_who_is_gone_is_expected_to_bring_little(years) -> None:  # type: ignore[no-untyped-def]
    _bought, found, ahead = years
    gone = found.alive < 0.1
    assert gone.sum() > 20
    assert np.median(ahead.expected[gone]) < 0.2 * np.median(ahead.expected[found.alive > 0.9])


def test_intervals_hold_what_comes_of_four_fifths() -> None:
    days = ledger(400, 260, leaving=0.2)
    bought, _found, ahead = foresee(days, END - 364)
    came = np.zeros(len(days.names))
    later = days.day > END - 364
    np.add.at(came, days.customer[later], days.amount[later])
    came = came[bought.customer]
    inside = (came >= ahead.low) & (came <= ahead.high)
    assert 0.7 < inside.mean() < 0.95
    assert np.all(ahead.low <= ahead.high)


def test_a_short_ledger_takes_the_models_own_intervals() -> None:
    _bought, found, ahead = foresee(ledger(60, 50))
    assert (ahead.weighed.weight, ahead.weighed.error) == (0.5, None)
    assert ahead.low.tolist() == found.value_low.tolist()
