from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.ledger_fields import MONEY
from hengke_analytics.warehouse.totals import Checksum, Level, SumCheck, TotalLine, total_level


def add(checksum: Checksum, **amounts: str) -> None:
    filled = {name: Decimal(amounts[name]) if name in amounts else None for name in MONEY}
    checksum.add(SimpleNamespace(**filled))


def total(level: Level, **claimed: str) -> TotalLine:
    return TotalLine(9, level, {name: Decimal(amount) for name, amount in claimed.items()}, ())


def test_a_total_counts_since_the_previous_one_of_its_level() -> None:
    sums = Checksum()
    add(sums, billed="0.10", received="0.05")
    assert sums.check(total(Level.TOTAL, billed="0.10"))[0].agrees
    add(sums, billed="0.20")
    [check] = sums.check(total(Level.TOTAL, billed="0.30"))
    assert check == SumCheck(9, "billed", Decimal("0.30"), Decimal("0.20"), Decimal("0.00"))
    assert not check.agrees
    assert sums.sums["billed"] == Decimal("0.30")


def test_levels_nest() -> None:
    sums = Checksum()
    for _ in range(2):
        for _ in range(2):
            add(sums, billed="1.00")
            add(sums, billed="1.00")
            assert sums.check(total(Level.SUBTOTAL, billed="2"))[0].agrees
        assert sums.check(total(Level.TOTAL, billed="4"))[0].agrees
    assert sums.check(total(Level.GRAND, billed="8"))[0].agrees
    assert sums.check(total(Level.SUBTOTAL, billed="0"))[0].agrees


def test_only_claimed_columns_are_checked() -> None:
    sums = Checksum()
    add(sums, billed="1", received="1")
    assert [check.field for check in sums.check(total(Level.TOTAL, billed="1", received="2"))] == [
        "billed",
        "received",
    ]
    assert sums.check(total(Level.TOTAL)) == []


def test_a_gap_is_explained_by_rejected_lines() -> None:
    sums = Checksum()
    add(sums, billed="10")
    sums.add_rejected({"billed": Decimal("5.00")})
    [check] = sums.check(total(Level.TOTAL, billed="15"))
    assert not check.agrees
    assert check.explained
    [later] = sums.check(total(Level.TOTAL, billed="5"))
    assert not later.explained


def test_the_state_survives_a_restart() -> None:
    sums = Checksum()
    add(sums, billed="1.10", cost="7")
    sums.check(total(Level.SUBTOTAL, billed="1.10"))
    add(sums, billed="2.20")
    sums.add_rejected({"billed": Decimal("5.00")})
    again = Checksum.from_json(sums.to_json())
    assert again.to_json() == sums.to_json()
    assert again.check(total(Level.SUBTOTAL, billed="2.20"))[0].agrees
    assert again.check(total(Level.TOTAL, billed="3.30"))[0].agrees
    assert again.sums["cost"] == Decimal(7)


@pytest.mark.parametrize("text", ["", "[]", "[[1]]", "{}", '[{"billed": "x"}]'])
def test_a_broken_state_is_refused(text: str) -> None:
    with pytest.raises(InputError) as error:
        Checksum.from_json(text)
    assert error.value.code == "bad_checksum"


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("合计", Level.TOTAL), (" 合　计 ：", Level.TOTAL), ("合计（元）", Level.TOTAL),
        ("总合计", Level.GRAND),
        ("累计", Level.GRAND), ("本月合计", Level.TOTAL), ("本页合计", Level.SUBTOTAL),
        ("Sub-Total", Level.SUBTOTAL),
        ("TOTAL:", Level.TOTAL), ("统计", None), ("设计院", None), ("", None), ("合计" * 20, None),
    ],
)  # fmt: skip
def test_words_for_totals(cell: str, level: Level | None) -> None:
    assert total_level(cell) == level
