"""How two names relate."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from hengke_analytics.identity.names import Relation, relate
from hengke_analytics.identity.normalise import normalise
from tests.hengke_analytics.identity.test_normalise import NAMES


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("合肥小尔电子有限公司", "合肥市小尔电子有限责任公司", Relation.SAME),
        ("安徽小尔电子有限公司", "合肥小尔电子", Relation.STEM),
        ("小尔电", "合肥小尔电子有限公司", Relation.SHORT),
        ("合肥小尔", "安徽小尔电子有限公司", Relation.CORE),
        ("安徽畅购电集团有限公司", "安徽畅购光电集团有限公司", Relation.SLIP),
        ("充市伟瑞铝塑有限公司", "南充市伟瑞铝塑有限公司", Relation.SLIP),
        ("三园县第一中学", "三原县第一中学", Relation.SLIP),
        ("金龙机械有限公司", "金隆机械有限公司", Relation.NEAR),
        ("中科电力有限公司", "中科电力设备有限公司", Relation.NEAR),
        ("皖能", "安徽省能源集团有限公司", Relation.GAPPED),
        ("合肥市第一人民医院", "合肥市第二人民医院", Relation.DIFFERENT),
        ("中国电信合肥分公司", "中国电信芜湖分公司", Relation.DIFFERENT),
        ("中国电信有限公司合肥分公司", "中国电信有限公司芜湖分公司", Relation.DIFFERENT),
        ("中科食品有限公司", "中科机械有限公司", Relation.DIFFERENT),
        ("华兴电子有限公司", "华兴电气有限公司", Relation.DIFFERENT),
        ("", "", Relation.DIFFERENT),
    ],
)
def test_relation(left: str, right: str, relation: Relation) -> None:
    assert relate(normalise(left), normalise(right)) is relation


@settings(deadline=None)
@given(NAMES, NAMES)
def test_symmetric(left: str, right: str) -> None:
    a, b = normalise(left), normalise(right)
    assert relate(a, b) is relate(b, a)


@settings(deadline=None)
@given(NAMES)
def test_a_name_is_itself(name: str) -> None:
    parts = normalise(name)
    assert relate(parts, parts) is Relation.SAME
