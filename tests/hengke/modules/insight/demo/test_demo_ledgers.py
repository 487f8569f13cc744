"""What an importer sees: headers, totals, junk, days, amounts."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hengke.kernel.errors import InputError
from hengke.modules.insight.demo import generate, write_ledgers
from hengke.modules.insight.demo.ledger import DATE_STYLES, HEADER
from hengke.modules.insight.demo.seasons import LUNAR_NEW_YEAR

AS_OF = date(2026, 11, 22)


def amount(text: str) -> Decimal:
    return Decimal(re.sub("[￥,元]", "", text) or "0")


def day(text: str) -> date:
    for style in DATE_STYLES:
        try:
            return datetime.strptime(text, style).date()
        except ValueError:
            continue
    raise AssertionError(f"no date: {text!r}")


def digests(folder: Path, **arguments: Any) -> list[str]:
    demo = generate(**{"as_of": AS_OF, "customers": 60} | arguments)
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in write_ledgers(folder, demo)]


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first = digests(tmp_path / "a")
    assert digests(tmp_path / "b") == first
    assert len(set(first)) == 6
    assert not set(digests(tmp_path / "c", seed=2)) & set(first)


def test_an_earlier_day_shows_the_same_past() -> None:
    late = generate(as_of=AS_OF, customers=60)
    early = generate(as_of=date(2026, 6, 30), customers=60)
    past = [row[:13] for row in early.rows(2026) if row[0].startswith("JL")]
    assert [row[:13] for row in late.rows(2026)][: len(past)] == past
    assert len(past) > 50


def test_headers_are_those_of_the_legacy_ledgers_with_code_and_cost(shared: Path) -> None:
    import gzip

    with gzip.open(shared / "data/legacy/ledger_2019.csv.gz", "rt", encoding="gb18030") as stream:
        legacy = stream.readline().strip().split(",")
    assert set(HEADER) - set(legacy) == {"统一社会信用代码", "成本"}
    assert [name for name in HEADER if name in legacy] == legacy


def test_full_years_end_with_totals_that_equal_the_sums(ledgers: dict[int, list[dict[str, str]]]) -> None:
    for year, rows in ledgers.items():
        totals = [row for row in rows if row["委托单号"] == "合计"]
        assert len(totals) == (0 if year == 2026 else 1), year
        for column in ("应收费", "实收费", "成本"):
            lines = sum(amount(row[column]) for row in rows if row["委托单号"].startswith("JL"))
            assert all(amount(total[column]) == lines for total in totals), (year, column)
        assert sum(not row["单位名称"] for row in rows) == len(totals) + 2, "two junk rows"


def test_no_day_lies_after_the_as_of_date(rows: list[dict[str, str]]) -> None:
    for column in ("送检日期", "检定日期", "收费日期"):
        days = [day(row[column]) for row in rows if row[column]]
        assert max(days) <= AS_OF, column
        assert max(days) > AS_OF - timedelta(days=7), column
    assert all((row["检定日期"] == "") == (row["有效期至"] == "") for row in rows)
    assert all((row["实收费"] == "") == (row["收费日期"] == "") for row in rows)


def test_size_suits_the_scale(rows: list[dict[str, str]]) -> None:
    assert 50_000 <= len(rows) <= 60_000
    assert len({row["器具名称"] for row in rows}) >= 150


def test_billed_is_list_fee_times_discount(rows: list[dict[str, str]]) -> None:
    for row in rows[::7]:
        exact = amount(row["标准收费"]) * Decimal(row["折扣"])
        assert abs(amount(row["应收费"]) - exact) <= Decimal("0.005")
        assert 0 < amount(row["成本"]) < 2 * amount(row["标准收费"])
        assert amount(row["实收费"]) <= amount(row["应收费"])


def test_a_certificate_is_valid_for_the_interval_of_the_instrument(rows: list[dict[str, str]]) -> None:
    spans: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row["检定日期"]:
            spans[row["器具名称"]].add((day(row["有效期至"]) - day(row["检定日期"])).days)
    for instrument, low, high in (("血压计", 180, 183), ("电子天平", 364, 365), ("气相色谱仪", 729, 730)):
        assert low <= min(spans[instrument]) <= max(spans[instrument]) <= high


def test_nobody_comes_on_weekends_or_at_the_lunar_new_year(rows: list[dict[str, str]]) -> None:
    days = Counter(day(row["送检日期"]) for row in rows)
    assert all(when.weekday() < 5 for when in days)
    for year in range(2021, 2027):
        spring = LUNAR_NEW_YEAR[year]
        assert not any(days[spring + timedelta(days=n)] for n in range(7))
        around = sum(days[spring + timedelta(days=n)] for n in range(-6, 13))
        later = sum(days[spring + timedelta(days=n)] for n in range(22, 41))
        assert around < 0.3 * later, year


def test_demand_rises_towards_the_years_end_and_in_march(rows: list[dict[str, str]]) -> None:
    months = Counter(day(row["送检日期"]).month for row in rows if not row["委托单号"].startswith("JL2026"))
    mean = sum(months.values()) / 12
    assert months[3] > 1.1 * mean
    assert months[11] + months[12] > 2.2 * mean
    assert months[1] + months[2] < 1.7 * mean


@pytest.mark.parametrize(
    "wrong", [{"customers": 0}, {"years": 0}, {"as_of": date(2036, 1, 1)}, {"years": 12}]
)
def test_what_cannot_be_made_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        generate(**{"as_of": AS_OF, "customers": 10} | wrong)
