from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.ledger_fields import FIELDS, NAMES
from hengke_analytics.warehouse.mapping import propose
from hengke_analytics.warehouse.totals import Level, TotalLine
from hengke_analytics.warehouse.translate import LedgerRow, Reject, Translator, changed_fields

HEADERS = [field.chinese for field in FIELDS]
PLAIN = {
    "order_no": "WT1", "submitted_on": "2019-01-06", "customer_name": "合肥供水集团有限公司",
    "instrument_name": "压力表",
    "model": "0-1.6MPa", "serial": "F1", "billed": "30.00", "received": "30.00", "discount": "1",
}  # fmt: skip


def cells(**changed: str) -> tuple[str, ...]:
    return tuple({**PLAIN, **changed}.get(name, "") for name in NAMES)


def blank(**filled: str) -> tuple[str, ...]:
    return tuple(filled.get(name, "") for name in NAMES)


@pytest.fixture
def translator() -> Translator:
    return Translator(propose(HEADERS, []))


def row(translator: Translator, **changed: str) -> LedgerRow:
    found = translator.translate(2, cells(**changed))
    assert isinstance(found, LedgerRow), found
    return found


def reject(translator: Translator, *values: tuple[str, ...]) -> Reject:
    found = translator.translate(2, values[0])
    assert isinstance(found, Reject), found
    return found


def test_a_full_line(translator: Translator) -> None:
    line = cells(
        contact="王芳", phone="13912345678", address="长江路８号", code="91340100MA2T1QXY1B",
        laboratory="热工室",
        project_group="压力组", service_kind="检定", item="示值", done_on="2019年01月08日",
        valid_until="2020/01/07",
        list_price="￥1,030.00", discount="95%", billed="30元", received="30", received_on="20190424",
        cost="12.345",
        handler="蔡斌", remark="加急",
    )  # fmt: skip
    found = translator.translate(7, line)
    assert isinstance(found, LedgerRow)
    assert found[:-3] == (
        7, "WT1", date(2019, 1, 6), "合肥供水集团有限公司", "王芳", "13912345678", "长江路8号",
        "91340100MA2T1QXY1B",
        "压力表", "0-1.6MPa", "F1", "热工室", "压力组", "检定", "示值", date(2019, 1, 8), date(2020, 1, 7),
        Decimal("1030.00"), Decimal("0.95"), Decimal("30.00"), Decimal("30.00"), date(2019, 4, 24),
        Decimal("12.35"),
        "蔡斌", "加急",
    )  # fmt: skip
    assert (len(found.row_hash), len(found.key_hash), found.notes) == (16, 16, ())


def test_the_same_fact_written_otherwise_is_the_same_row(translator: Translator) -> None:
    one = row(translator)
    other = row(
        translator, submitted_on="2019/1/6", billed="30元", received="￥30", discount="100%", serial="Ｆ1 "
    )
    assert (other.row_hash, other.key_hash) == (one.row_hash, one.key_hash)


def test_a_changed_cell_changes_the_row_but_not_its_key(translator: Translator) -> None:
    one, other = row(translator), row(translator, billed="31")
    assert other.row_hash != one.row_hash
    assert other.key_hash == one.key_hash
    assert row(translator, serial="F2").key_hash != one.key_hash


def test_neighbouring_cells_do_not_run_together(translator: Translator) -> None:
    assert (
        row(translator, model="A", serial="B1").key_hash != row(translator, model="AB", serial="1").key_hash
    )


def test_an_empty_column_more_changes_no_hash(translator: Translator) -> None:
    without = [name for name in NAMES if name not in ("cost", "remark", "code")]
    small = Translator(propose([field.chinese for field in FIELDS if field.name in without], []))
    found = small.translate(2, tuple(PLAIN.get(name, "") for name in without))
    assert isinstance(found, LedgerRow)
    assert found.row_hash == row(translator).row_hash


def test_a_slash_is_a_serial_but_no_phone(translator: Translator) -> None:
    found = row(translator, serial="/", phone="/", remark="无")
    assert (found.serial, found.phone, found.remark) == ("/", "", "")


def test_without_its_order_number_a_line_is_known_by_date_and_customer(translator: Translator) -> None:
    one = row(translator, order_no="")
    assert one.key_hash != row(translator, order_no="", submitted_on="2020-01-06").key_hash
    assert one.key_hash != row(translator, order_no="", customer_name="芜湖仪表厂").key_hash
    assert one.key_hash == row(translator, order_no="", billed="99").key_hash


def test_short_and_long_lines(translator: Translator) -> None:
    width = HEADERS.index("应收费") + 1
    found = translator.translate(2, cells(received="", discount="1")[:width])
    assert isinstance(found, LedgerRow)
    assert found.received is None
    assert translator.translate(2, (*cells(), "x", "y")) == row(translator)


def test_unreadable_optional_cells_are_left_out_with_a_note(translator: Translator) -> None:
    found = row(translator, valid_until="长期", discount="八折")
    assert (found.valid_until, found.discount) == (None, None)
    assert found.notes == ("valid_until", "discount")
    assert found.row_hash != row(translator, valid_until="见证书", discount="八折").row_hash


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"submitted_on": "2099-13-45"}, "bad_date", "“2099-13-45” in Submission date is not a date."),
        ({"submitted_on": ""}, "no_date", "The submission date is missing."),
        ({"submitted_on": "/"}, "no_date", "The submission date is missing."),
        ({"customer_name": " / "}, "no_customer", "The customer's name is missing."),
        ({"billed": "abc"}, "bad_amount", "“abc” in Billed is not an amount."),
        ({"received": "欠费"}, "bad_amount", "“欠费” in Received is not an amount."),
        ({"billed": ""}, "no_amount", "The billed amount is missing."),
        ({"billed": "1e308"}, "bad_amount", "“1e308” in Billed is not an amount."),
        ({"address": "长" * 1001}, "too_long", "The text in Address is longer than 1000 characters."),
    ],
)
def test_rejects_say_why(translator: Translator, changed: dict[str, str], code: str, words: str) -> None:
    found = reject(translator, cells(**changed))
    assert (found.line_no, found.code, found.message) == (2, code, words)
    assert found.cells == cells(**changed)


def test_a_rejected_line_still_tells_its_amounts(translator: Translator) -> None:
    assert reject(translator, cells(customer_name="")).amounts == {
        "billed": Decimal("30.00"), "received": Decimal("30.00"),
    }  # fmt: skip


def test_a_line_of_nothing(translator: Translator) -> None:
    assert reject(translator, blank()).code == "blank"


def test_submissions_in_the_future_are_rejected_when_asked() -> None:
    strict = Translator(propose(HEADERS, []), not_after=date(2019, 1, 5))
    found = strict.translate(2, cells())
    assert isinstance(found, Reject)
    assert found.code == "future_date"


@pytest.mark.parametrize(
    ("line", "level", "claimed"),
    [
        (blank(order_no="合计", billed="3,898,369.85"), Level.TOTAL, {"billed": "3898369.85"}),
        (
            blank(customer_name="合 计：", billed="1", received="2"),
            Level.TOTAL,
            {"billed": "1.00", "received": "2.00"},
        ),
        (blank(customer_name="合肥供水 小计", billed="5"), Level.SUBTOTAL, {"billed": "5.00"}),
        (blank(remark="本页合计", billed="5"), Level.SUBTOTAL, {"billed": "5.00"}),
        (blank(order_no="总计", billed="9"), Level.GRAND, {"billed": "9.00"}),
        (blank(order_no="Total", billed="9"), Level.TOTAL, {"billed": "9.00"}),
        (blank(order_no="Grand total", billed="9"), Level.GRAND, {"billed": "9.00"}),
        (blank(order_no="2024年12月合计", billed="9"), Level.TOTAL, {"billed": "9.00"}),
        (cells(customer_name="小计"), Level.SUBTOTAL, {"billed": "30.00", "received": "30.00"}),
    ],
)
def test_totals_are_recognised(
    translator: Translator, line: tuple[str, ...], level: Level, claimed: dict[str, str]
) -> None:
    found = translator.translate(9, line)
    assert isinstance(found, TotalLine)
    assert (found.line_no, found.level) == (9, level)
    assert found.claimed == {name: Decimal(amount) for name, amount in claimed.items()}


@pytest.mark.parametrize(
    "name", ["合计量仪器有限公司", "温湿度计", "压力计", "总计量站", "北京Totally公司", "合肥会计师事务所"]
)
def test_names_that_only_sound_like_totals(translator: Translator, name: str) -> None:
    assert row(translator, customer_name=name, instrument_name=name).customer_name == name


def test_a_mapping_without_amounts_is_refused() -> None:
    with pytest.raises(InputError) as error:
        Translator(propose(["送检日期", "单位名称"], []))
    assert error.value.code == "mapping_incomplete"
    assert "Billed" in error.value.message


def test_day_first_and_serials_follow_the_mapping() -> None:
    mapping = propose(
        ["送检日期", "单位名称", "应收费"], [["31/01/2024", "甲公司", "30"], ["45300", "乙公司", "30"]]
    )
    one, other = Translator(mapping).translate_all(
        [(2, ("05/01/2024", "甲", "1")), (3, ("45300", "乙", "1"))]
    )
    assert isinstance(one, LedgerRow)
    assert isinstance(other, LedgerRow)
    assert (one.submitted_on, other.submitted_on) == (date(2024, 1, 5), date(2024, 1, 9))


LINES = st.lists(
    st.sampled_from([
        cells(), cells(billed="31"), cells(order_no=""), cells(submitted_on="x"), cells(valid_until="长期"),
        blank(),
        blank(order_no="合计", billed="3"), cells()[:5], cells(customer_name=""), cells(customer_name="小计"),
    ]),
    max_size=40,
)  # fmt: skip


@given(LINES)
def test_a_batch_gives_what_single_lines_give(lines: list[tuple[str, ...]]) -> None:
    mapping = propose(HEADERS, [])
    singly = [Translator(mapping).translate(number, line) for number, line in enumerate(lines)]
    assert list(Translator(mapping).translate_all(enumerate(lines))) == singly


def test_memory_of_cells_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengke_analytics.warehouse.translate.MOST_REMEMBERED", 3)
    translator = Translator(propose(HEADERS, []))
    found = list(translator.translate_all((n, cells(serial=f"F{n}")) for n in range(2_000)))
    serials = [line.serial for line in found if isinstance(line, LedgerRow)]
    assert serials == [f"F{n}" for n in range(2_000)]
    assert max(map(len, translator._readers)) <= 3 + 512


def test_changed_fields_counts_differences_not_progress(translator: Translator) -> None:
    old = row(translator, received="", done_on="")
    new = row(translator, billed="31", done_on="2019-02-01")
    assert changed_fields(old, new) == ("billed",)
    assert changed_fields(old, old) == ()


def test_every_line_gives_exactly_one_answer(translator: Translator) -> None:
    numbers = range(1, 1_200)
    answers = translator.translate_all(zip(numbers, chain([blank()], [cells()] * 1_198), strict=True))
    assert [answer.line_no for answer in answers] == list(numbers)
