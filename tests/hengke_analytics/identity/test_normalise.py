"""Names taken apart: known answers and what must hold for every name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from hengke_analytics.identity.normalise import normalise

CITIES = st.sampled_from(["合肥市", "深圳市", "浙江省", "内蒙古自治区", "", "海西蒙古族藏族自治州"])
CORES = st.text(alphabet="华兴盛达宏泰骏驰睿翔晟", min_size=2, max_size=4)
TRADES = st.sampled_from(["机械", "电子科技", "检测技术", "食品", "拉链"])
FORMS = st.sampled_from(["有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "厂", ""])
NAMES = st.builds("{}{}{}{}".format, CITIES, CORES, TRADES, FORMS)
TRADITIONAL = OpenCC("s2t").convert
WIDE = {c: chr(ord(c) + 0xFEE0) for c in "ABCabc0123456789()"}


@pytest.mark.parametrize(
    ("name", "place", "core", "trade", "legal"),
    [
        ("安徽省中科新材料厂 ", "34", "中科", "新材料", "works"),
        ("深圳市汇川技术股份有限公司", "4403", "汇川", "技术", "company股份"),
        ("海西蒙古族藏族自治州市美莱克新材料", "6328", "美莱克", "新材料", ""),
        ("内蒙古伊利实业集团股份有限公司", "15", "伊利", "实业", "company股份集团"),
        ("中微半导体设备（上海）股份有限公司", "3101", "中微", "半导体设备", "company股份"),
        ("上海市浦东新区华兴电子有限公司", "3101", "华兴", "电子", "company"),
        ("安徽省長江鋼鐵有限责任公司", "34", "长江", "钢铁", "company"),
        ("合肥供水集团有限公司", "3401", "合肥", "供水", "company集团"),
        ("安徽省灸一堂燃气股有限公司", "34", "灸一堂", "燃气", "company股份"),
    ],
)
def test_parts(name: str, place: str, core: str, trade: str, legal: str) -> None:
    parts = normalise(name)
    if name.startswith("合肥供水"):  # the place is the name; it need not be where the company is
        assert parts.region.province == ""
    else:
        assert parts.region.city == place or parts.region.province == place
    assert (parts.core, parts.trade, parts.legal) == (core, trade, legal)


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("马鞍山小尔电子股份有限公司计量室", "计量室"),
        ("岳阳市皇家牛仔光电厂品管部", "品管部"),
        ("五洲纺织有限公司柳北分公司", "柳北分公司"),
        ("安徽省德胜堂光电有限公司（新厂）", "新厂"),
    ],
)
def test_branch(name: str, branch: str) -> None:
    assert normalise(name).branch == branch


def test_former_name_in_brackets() -> None:
    assert normalise("安徽华瑞技术有限公司(原合肥大华科技有限公司)").former == "大华科技"


def test_numbers_of_institutions() -> None:
    parts = normalise("合肥市第一人民医院")
    assert parts.ordinals == ("第一",)
    assert parts.local


def test_a_place_that_many_share_is_no_place() -> None:
    assert normalise("长安区自来水有限公司").region.province == ""


@pytest.mark.parametrize("name", ["", "  ", "()", "公司", "有限公司", "（）公司", "/", "合肥", "第一"])
def test_scraps_do_no_harm(name: str) -> None:
    assert isinstance(normalise(name).text, str)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_cleaned_text_is_stable(name: str) -> None:
    once = normalise(name).text
    assert normalise(once).text == once


@settings(deadline=None)
@given(NAMES)
def test_width_space_and_case_do_not_matter(name: str) -> None:
    plain = normalise(name)
    dressed = normalise("　" + " ".join("".join(WIDE.get(c, c) for c in name)) + " ")
    assert (dressed.region, dressed.stem, dressed.legal) == (plain.region, plain.stem, plain.legal)


@settings(deadline=None)
@given(NAMES)
def test_traditional_characters_do_not_matter(name: str) -> None:
    assert normalise(TRADITIONAL(name)).stem == normalise(name).stem


@settings(deadline=None)
@given(NAMES)
def test_parts_make_up_the_stem(name: str) -> None:
    parts = normalise(name)
    assert parts.core + parts.trade == parts.stem
