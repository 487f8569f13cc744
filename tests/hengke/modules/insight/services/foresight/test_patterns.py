"""Offers and what comes next, written down for every customer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from hengke.kernel.errors import NotFound
from hengke.modules.insight.models import Offer
from hengke.modules.insight.services import warehouse as store
from hengke.modules.insight.services.foresight import patterns

from .conftest import quiet

pytestmark = pytest.mark.usefixtures("warehouse")


def test_baskets_by_customer_and_by_order() -> None:
    facts = store.open_current().table("facts")
    by_customer = patterns.read(facts, "customer").to_pylist()
    assert [(row["basket"], row["item_name"]) for row in by_customer] == [
        ("1", "游标卡尺"), ("2", "量块"), ("3", "温度计"), ("4", "温度计"), ("5", "千分尺"),
    ]  # fmt: skip
    assert patterns.read(facts, "order").num_rows == sum(row["lines"] for row in by_customer)


def test_an_offer_is_worth_its_probability_times_what_the_item_brings_a_year(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of five customers with a gauge four have a calliper: the fifth is offered one."""
    rows = [{"basket": str(n), "item_name": "压力表", "amount": 100.0, "lines": 1} for n in (1, 2, 3, 4, 5)]
    rows += [{"basket": str(n), "item_name": "卡尺", "amount": 800.0, "lines": 1} for n in (1, 2, 3, 4)]
    rows += [{"basket": str(n), "item_name": "天平", "amount": 50.0, "lines": 1} for n in range(6, 16)]
    bought = pa.Table.from_pylist(sorted(rows, key=lambda row: (row["basket"], row["item_name"])))
    monkeypatch.setattr(patterns, "read", lambda _facts, _by: bought)
    monkeypatch.setattr(patterns, "FEWEST", 2)
    patterns.run(quiet)
    offer = Offer.objects.get(kind="cross")
    assert (offer.customer_id, offer.item, offer.because, offer.probability) == (5, "卡尺", ["压力表"], 0.8)
    assert float(offer.worth) == pytest.approx(0.8 * 800 / patterns._years(), abs=0.01)


def test_what_comes_next_has_a_day_after_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "FEWEST", 1)
    run = patterns.run(quiet)
    coming = Offer.objects.filter(kind="next", customer=2)
    assert [offer.item for offer in coming] == ["量块"]
    assert coming[0].expected_on is not None
    assert coming[0].expected_on > run.as_of
    assert 0 < coming[0].probability <= 1


def test_fewer_than_a_handful_make_no_pattern() -> None:
    patterns.run(quiet)
    assert not Offer.objects.exists()
    made: Any = patterns.read(store.open_current().table("facts"), "customer")
    assert patterns.rules_of(made, Fraction(1, 100), Fraction(1, 10))[1] == []


def test_without_a_warehouse(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path / "empty"
    with pytest.raises(NotFound):
        patterns.run(quiet)
