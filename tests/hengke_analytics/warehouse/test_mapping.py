from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.ledger_fields import FIELDS, NAMES
from hengke_analytics.warehouse.mapping import Mapping, _known_headers, fingerprint, propose

CHINESE = [
    "委托编号",
    "收样日期",
    "委托单位",
    "送检人",
    "手机",
    "器具名称",
    "型号/规格",
    "器具编号",
    "科室",
    "应收金额（元）",
    "到账日期",
]
ROWS = [
    [
        "A1",
        "2024-01-05",
        "合肥供水集团有限公司",
        "王芳",
        "13912345678",
        "压力表",
        "0-1.6MPa",
        "F1",
        "热工室",
        "30.00",
        "",
    ],
    [
        "A2",
        "2024-01-06",
        "芜湖仪表厂",
        "李明",
        "0551-6234567",
        "卡尺",
        "0-200mm",
        "/",
        "长度室",
        "60元",
        "2024-02-01",
    ],
]


def targets(mapping: Mapping) -> dict[str, str | None]:
    return {column.header: column.target for column in mapping.columns}


def test_the_legacy_headers_are_all_known() -> None:
    headers = [field.chinese for field in FIELDS]
    mapping = propose(headers, [])
    assert [column.target for column in mapping.columns] == list(NAMES)
    assert all(column.confidence > 0.9 for column in mapping.columns)
    assert mapping.key == ("order_no", "instrument_name", "model", "serial")
    assert mapping.missing == ()


def test_headers_of_another_institution() -> None:
    assert targets(propose(CHINESE, ROWS)) == {
        "委托编号": "order_no", "收样日期": "submitted_on", "委托单位": "customer_name", "送检人": "contact",
        "手机": "phone", "器具名称": "instrument_name", "型号/规格": "model", "器具编号": "serial",
        "科室": "laboratory",
        "应收金额（元）": "billed", "到账日期": "received_on",
    }  # fmt: skip


def test_english_headers_in_any_dress() -> None:
    headers = [
        "Order No.",
        "DATE SUBMITTED",
        "customer_name",
        "Tel",
        "S/N",
        "Due Date",
        "Amount (CNY)",
        "Paid",
        "Qty",
    ]
    assert list(targets(propose(headers, [])).values()) == [
        "order_no", "submitted_on", "customer_name", "phone", "serial", "valid_until", "billed", "received",
        None,
    ]  # fmt: skip


def test_a_header_that_is_only_alike_is_found_with_less_confidence() -> None:
    [column] = propose(["委托单位名称全"], [["合肥供水集团有限公司"]]).columns
    assert column.target == "customer_name"
    assert 0.5 <= column.confidence < 0.9


def test_values_speak_against_a_header() -> None:
    mapping = propose(
        ["客户", "客户名称", "送检日期", "金额"], [["10023", "合肥供水集团有限公司", "张三", "30"]] * 3
    )
    assert targets(mapping) == {"客户": None, "客户名称": "customer_name", "送检日期": None, "金额": "billed"}
    assert mapping.missing == ("submitted_on",)


def test_values_speak_where_the_header_says_nothing() -> None:
    mapping = propose(["#1", "#2"], [["91340100MA2T1QXY1B", "13912345678"]] * 3)
    assert targets(mapping) == {"#1": "code", "#2": "phone"}
    assert targets(propose(["#1"], [["20240105"], ["20240106"]])) == {"#1": None}


def test_a_field_is_fed_by_one_column() -> None:
    mapping = propose(["金额", "应收费", "费用"], [["1", "2", "3"]])
    assert targets(mapping) == {"金额": None, "应收费": "billed", "费用": None}


@given(
    st.lists(st.text(max_size=12), max_size=12),
    st.lists(st.lists(st.text(max_size=8), max_size=12), max_size=4),
)
def test_any_headers_give_a_mapping(headers: list[str], rows: list[list[str]]) -> None:
    mapping = propose(headers, rows)
    used = [column.target for column in mapping.columns if column.target]
    assert len(mapping.columns) == len(headers)
    assert len(set(used)) == len(used)
    assert {*mapping.key} <= {*used}


def test_no_header_stands_for_two_fields() -> None:
    counts = Counter(header for name in NAMES for header in _known_headers(name))
    assert [header for header, count in counts.items() if count > 1] == []


def test_without_an_order_number_date_and_customer_join_the_key() -> None:
    mapping = propose(CHINESE[1:], [row[1:] for row in ROWS])
    assert mapping.key == ("submitted_on", "customer_name", "instrument_name", "model", "serial")


def test_formats_and_date_reading_come_with_the_proposal() -> None:
    mapping = propose(
        ["送检日期", "单位名称", "应收费"], [["31/01/2024", "甲公司", "30元"], ["45300", "乙公司", "30"]]
    )
    assert mapping.day_first
    assert mapping.serial_dates
    assert mapping.formats["应收费"].counts == {"30元": 1, "30": 1}


def test_dates_are_judged_anew_for_another_file() -> None:
    mapping = propose(["送检日期", "单位名称", "应收费"], [["2024-01-05", "甲公司", "30元"]])
    again = Mapping.from_json(mapping.to_json()).detect([["45300", "乙公司", "30"]])
    assert (mapping.serial_dates, again.serial_dates) == (False, True)


def test_a_person_moves_a_field() -> None:
    mapping = propose(["金额", "应收费"], []).assign(0, "billed")
    assert targets(mapping) == {"金额": "billed", "应收费": None}
    assert targets(mapping.assign(0, None)) == {"金额": None, "应收费": None}
    with pytest.raises(InputError) as error:
        mapping.assign(0, "owner")
    assert error.value.code == "unknown_field"


def test_assigning_an_order_number_changes_the_key() -> None:
    mapping = propose(["送检日期", "单位名称", "应收费", "X"], [])
    assert mapping.assign(3, "order_no").key == ("order_no",)


def test_saved_and_found_again() -> None:
    mapping = propose(CHINESE, ROWS).assign(8, "project_group")
    again = Mapping.from_json(mapping.to_json())
    assert targets(again) == targets(mapping)
    assert again.key == mapping.key
    assert again.fingerprint == fingerprint([f" {header} " for header in reversed(CHINESE)])
    assert fingerprint(CHINESE) != fingerprint(CHINESE[1:])


def test_a_saved_mapping_follows_moved_columns() -> None:
    mapping = propose(CHINESE, ROWS)
    moved = mapping.for_headers(list(reversed(CHINESE)))
    assert targets(moved) == targets(mapping)
    assert moved.targets["order_no"] == len(CHINESE) - 1
    assert targets(mapping.for_headers(["手机", "新列"])) == {"手机": "phone", "新列": None}


@pytest.mark.parametrize(
    "kept",
    [
        "", "[]", "{}",
        json.dumps({"columns": [["a", "owner", 1]], "key": ["owner"], "day_first": 0, "serial_dates": 0}),
        json.dumps({"columns": [["a", "billed", 1], ["b", "billed", 1]], "key": ["billed"], "day_first": 0,
                    "serial_dates": 0}),
    ],
)  # fmt: skip
def test_what_is_no_saved_mapping_is_refused(kept: str) -> None:
    with pytest.raises(InputError) as error:
        Mapping.from_json(kept)
    assert error.value.code == "bad_mapping"


def test_headers_that_nobody_knows_can_be_kept_and_paired_by_hand() -> None:
    proposed = propose(["Firma", "Tag", "Betrag"], [("甲公司", "2024-01-02", "100")])
    kept = Mapping.from_json(proposed.to_json())
    assert {"customer_name", "billed"} <= set(kept.missing)
    assert kept.assign(0, "customer_name").targets["customer_name"] == 0


def test_the_plain_english_words_are_understood() -> None:
    proposed = propose(["customer", "date", "amount"], [("甲公司", "2024-01-02", "100")])
    assert proposed.targets == {"customer_name": 0, "submitted_on": 1, "billed": 2}


def test_traditional_headers_name_the_same_fields() -> None:
    found = propose(
        ["單位名稱", "送檢日期", "應收費", "檢定室"], [["蚌埠玻璃", "2024-03-01", "8.00", "壓力室"]]
    )
    assert [column.target for column in found.columns] == [
        "customer_name",
        "submitted_on",
        "billed",
        "laboratory",
    ]


def test_a_second_column_of_what_is_billed_is_named() -> None:
    mapping = propose(["送检日期", "委托单位", "数量", "检定费", "合同金额（元）"], [])
    assert mapping.rivals == ("合同金额（元）",)
    assert mapping.assign(4, "list_price").rivals == ()


def test_a_number_of_the_row_is_no_serial_number() -> None:
    counted = [[str(n), "合肥供水集团"] for n in (1, 2, 3)]
    numbered = [[serial, "合肥供水集团"] for serial in ("A17", "2", "9")]
    assert propose(["序號", "單位名稱"], counted).targets == {"customer_name": 1}
    assert propose(["序號", "單位名稱"], numbered).targets == {"serial": 0, "customer_name": 1}


def test_headings_of_the_islands_and_hong_kong() -> None:
    headers = ["客戶名稱", "聯絡電話", "帳單金額", "統一編號", "廠牌型號"]
    assert list(propose(headers, []).targets) == ["customer_name", "phone", "billed", "code", "model"]
