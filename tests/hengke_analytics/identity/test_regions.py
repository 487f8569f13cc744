"""Places at the beginning of names and addresses, and what only looks like one."""

from __future__ import annotations

import pytest

from hengke_analytics.identity.normalise import normalise
from hengke_analytics.identity.regions import split_region


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("海南藏族自治州圣马斯水务厂", "6325", "圣马斯水务厂"),
        ("海南藏自治州圣马斯水务厂", "6325", "圣马斯水务厂"),
        ("海南州供电局", "6325", "供电局"),
        ("海南现代制药", "46", "现代制药"),
        ("海南区供水公司", "150303", "供水公司"),
        ("黔南州都匀市", "522701", ""),
        ("吉林市化工", "2202", "化工"),
        ("吉林化纤", "22", "化纤"),
        ("吉林省吉林市丰满区", "220211", ""),
        ("北京市朝阳区建国路1号", "110105", "建国路1号"),
        ("朝阳市双塔区", "211302", ""),
        ("徐州鼓楼区医院", "320302", "医院"),
        ("南京市鼓楼区医院", "320106", "医院"),
        ("济南市市中区医院", "370103", "医院"),
        ("枣庄市中区医院", "370402", "医院"),
        ("枣庄市机械厂", "3704", "机械厂"),
        ("上海路友机械", "31", "路友机械"),
        ("四川路桥", "51", "路桥"),
    ],
)
def test_the_most_exact_place(text: str, code: str, rest: str) -> None:
    region, left = split_region(text, keep=0)
    assert ((region.county or region.city or region.province)[: len(code)], left) == (code, rest)


@pytest.mark.parametrize(
    "text",
    ["西藏南路", "上海路小学", "北京西路派出所", "南京东路100号", "南京路百货", "重庆大道9号", "朝阳路12号"],
)
def test_roads_named_after_places_are_none(text: str) -> None:
    region, left = split_region(text, keep=0)
    assert (region.province, left) == ("", text)


@pytest.mark.parametrize("text", ["朝阳电器", "鼓楼区质监局", "市中区人民医院", "西湖区教育局"])
def test_a_place_of_several_cities_says_nothing(text: str) -> None:
    region, _ = split_region(text)
    assert (region.province, region.city, region.county) == ("", "", "")
    assert region.short


def test_a_road_within_a_known_city() -> None:
    region, left = split_region("安徽省合肥市庐阳区上海路5号", keep=0)
    assert (region.county, left) == ("340103", "上海路5号")


def test_a_place_is_not_cut_in_the_middle() -> None:
    assert normalise("海南藏族自治州").region.province == ""
    assert normalise("海南藏族自治州").text == "海南藏族自治州"


def test_institutes_of_one_group_are_told_apart_by_their_numbers() -> None:
    one, other = (normalise(f"中国电子科技集团公司第{n}研究所") for n in ("三十八", "四十三"))
    assert one.stem != other.stem
    assert one.ordinals != other.ordinals
