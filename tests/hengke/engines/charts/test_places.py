"""A place's name leads to its coordinates, step by step."""

from __future__ import annotations

import pytest

from hengke.engines.charts.places import locate, short


@pytest.mark.parametrize(("names", "near"), [
    (["安徽省", "合肥市"], (117.2, 31.8)), (["安徽", "合肥", "肥西县"], (117.2, 31.7)),
    (["", "合肥市", ""], (117.2, 31.8)),
    (["吉林省", "吉林市"], (126.5, 43.8)), (["吉林省"], (125.3, 43.9)), (["北京市", "北京市", "朝阳区"], (116.4, 39.9)),
    (["辽宁省", "朝阳市"], (120.4, 41.6)), (["安徽省", "没有的市"], (117.3, 31.7)),
])  # fmt: skip
def test_names_lead_to_a_place(names: list[str], near: tuple[float, float]) -> None:
    found = locate(names)
    assert found is not None
    assert found == pytest.approx(near, abs=0.11)


@pytest.mark.parametrize("names", [[], [""], ["火星"], ["", "", "朝阳区"], ["<script>"]])
def test_what_names_no_single_place_has_none(names: list[str]) -> None:
    assert locate(names) is None


def test_endings_are_not_part_of_a_name() -> None:
    assert (short("新疆维吾尔自治区"), short("合肥市"), short("市"), short("沙市")) == (
        "新疆",
        "合肥",
        "市",
        "沙市",
    )
