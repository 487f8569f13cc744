"""Names, codes and phones: the truth covers them, and they are of valid form."""

from __future__ import annotations

import re
from collections import defaultdict
from random import Random

import pytest

from hengke.modules.insight.demo import words
from hengke.modules.insight.demo.aliases import aliases
from hengke.modules.insight.demo.catalog import cities, trades
from hengke.modules.insight.demo.codes import credit_code, credit_code_check, organisation_check
from hengke.modules.insight.demo.demo import Demo
from hengke.modules.insight.demo.names import Parts


def test_the_truth_knows_every_name_and_its_owner(demo: Demo, rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert demo.truth.customer_of(row["委托单号"]) in demo.truth.names[row["单位名称"]]


def test_customers_bear_several_names_and_some_names_two_customers(
    demo: Demo, rows: list[dict[str, str]]
) -> None:
    written: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        written[demo.truth.customer_of(row["委托单号"])].add(row["单位名称"])
    assert len(written) > 970
    assert sum(map(len, written.values())) / len(written) > 2
    assert max(map(len, written.values())) >= 6
    ambiguous = [name for name, owners in demo.truth.names.items() if len(owners) > 1]
    assert 10 <= len(ambiguous) <= 60


def test_registered_names_are_unique_except_for_persons(demo: Demo) -> None:
    firms = [row.name for row in demo.truth.customers() if row.trade != "person"]
    assert len(set(firms)) == len(firms)


def test_a_new_name_is_used_from_its_day_on(demo: Demo, rows: list[dict[str, str]]) -> None:
    renamed = {row.number: row for row in demo.truth.customers() if row.formerly}
    assert len(renamed) > 40
    before = after = 0
    for row in rows:
        customer = renamed.get(demo.truth.customer_of(row["委托单号"]))
        if customer and customer.renamed and row["送检日期"][4] == "-":
            late = row["送检日期"] >= customer.renamed.isoformat()
            after += late and row["单位名称"] == customer.name
            before += not late and row["单位名称"] == customer.formerly
            assert late or row["单位名称"] != customer.name
    assert before > 100
    assert after > 100


def test_aliases_show_every_kind_of_variation() -> None:
    city = cities()[0]
    parts = Parts(city, "合肥", "恒澜", "汽车零部件", "汽配", "有限公司")
    found = {name for seed in range(60) for name, _ in aliases(Random(seed), parts, 12)}
    assert {
        "合肥恒澜汽车零部件有限公司",
        "恒澜汽车零部件有限公司",
        "安徽省合肥市恒澜汽车零部件有限公司",
        "恒澜汽配",
        "合肥恒澜汽配",
        "合肥恒澜汽车零部件",
        "合肥恒澜汽车零部件有限责任公司",
        "合肥恒斓汽车零部件有限公司",
        "合肥恆澜汽車零部件有限公司".replace("恆澜", "恒瀾"),
        "恒澜(合肥)汽车零部件有限公司",
        "合肥恒澜汽车零部件有限公司（质量部）",
        "合肥恒 澜汽车零部件有限公司",
    } <= found


def test_traditional_forms_agree_with_opencc() -> None:
    opencc = pytest.importorskip("opencc")
    back = opencc.OpenCC("t2s")
    assert {
        chr(simple): back.convert(chr(simple).translate(words.TRADITIONAL)) for simple in words.TRADITIONAL
    } == {chr(simple): chr(simple) for simple in words.TRADITIONAL}


def test_no_core_is_a_real_brand(demo: Demo) -> None:
    cores = {row.name for row in demo.truth.customers()}
    assert not {name for name in cores for brand in words.REAL_BRANDS if name.startswith(brand)}


def test_check_characters_of_published_codes() -> None:
    # The example of GB 32100 literature: 91350100M000100Y43; its organisation code M000100Y-4.
    assert organisation_check("M000100Y") == "4"
    assert credit_code_check("91350100M000100Y4") == "3"


def test_codes_are_valid_and_never_repeat(demo: Demo) -> None:
    codes = [row.code for row in demo.truth.customers() if row.code]
    assert len(codes) > 900
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert re.fullmatch(r"(91|92|11|12)\d{6}[0-9A-HJ-NPQRTUWXY]{10}", code)
        assert organisation_check(code[8:16]) == code[16]
        assert credit_code_check(code[:17]) == code[17]
    assert all(not row.code for row in demo.truth.customers() if row.trade == "person")


def test_codes_stay_unique_at_the_largest_scale() -> None:
    codes = {credit_code("91", "340104", number, 1)[8:16] for number in range(0, 200_000, 7)}
    assert len(codes) == len(range(0, 200_000, 7))


def test_one_customer_shows_one_code(demo: Demo, rows: list[dict[str, str]]) -> None:
    shown = {(demo.truth.customer_of(row["委托单号"]), row["统一社会信用代码"]) for row in rows}
    codes = {customer: code for customer, code in shown if code}
    assert len(codes) == sum(1 for _, code in shown if code)
    assert 0.3 < sum(row["统一社会信用代码"] != "" for row in rows) / len(rows) < 0.6


def test_mobiles_are_of_the_unissued_block(rows: list[dict[str, str]]) -> None:
    phones = {row["联系电话"] for row in rows if row["联系电话"]}
    assert all(re.fullmatch(r"154\d{8}|(0\d{2,3}-)?[2-8]\d{6,7}", phone) for phone in phones)
    assert sum(phone.startswith("154") for phone in phones) > 0.6 * len(phones)


def test_every_instrument_of_a_bundle_is_in_the_catalogue() -> None:
    from hengke.modules.insight.demo.catalog import variants

    known = {variant.instrument for variant in variants()}
    assert len(known) >= 150
    assert {name for trade in trades() for name in trade.bundle} == known
