from __future__ import annotations

from hengke_analytics.warehouse.formats import FormatGuess, detect_formats


def guess(*cells: str) -> FormatGuess:
    return detect_formats({"column": cells})["column"]


def test_mixed_date_formats_are_counted() -> None:
    found = guess(
        "2019-01-06", "2019-01-07", "2019/03/29", "20190424", "2024年09月04日", "", "/", "2099-13-45"
    )
    assert found.kind == "date"
    assert found.counts == {"2019-01-06": 2, "2019/01/06": 1, "20190106": 1, "2019年1月6日": 1}
    assert found.mixed
    assert found.unread == 1


def test_times_are_seen() -> None:
    assert guess("2019-01-06 12:00", "2019-01-06").with_time == 1


def test_day_first_is_proven_or_doubted() -> None:
    assert guess("06/01/2019", "31/01/2019").day_first
    assert not guess("06/01/2019", "31/01/2019").doubt
    assert not guess("06/01/2019", "01/31/2019").day_first
    assert not guess("06/01/2019", "01/31/2019").doubt
    assert guess("06/01/2019", "07/02/2019").doubt
    assert guess("31/01/2019", "01/31/2019").doubt


def test_excel_serials_are_told_apart_only_beside_dates() -> None:
    assert guess("43471", "43472").counts == {"serial": 2}
    assert guess("2019-01-06", "43472").counts == {"2019-01-06": 1, "serial": 1}


def test_money_formats_are_counted() -> None:
    found = guess("30", "30.00", "￥30.00", "￥1,234.00", "30元", "1.2万", "1,234.50", "abc")
    assert found.kind == "money"
    assert found.counts == {
        "￥30.00": 2, "30": 1, "30.00": 1, "30元": 1, "1.2万": 1, "1,234.50": 1,
    }  # fmt: skip
    assert found.unread == 1


def test_text_and_nothing() -> None:
    assert guess("合肥", "芜湖").kind == "text"
    assert guess("", "/", "-").kind == "empty"
