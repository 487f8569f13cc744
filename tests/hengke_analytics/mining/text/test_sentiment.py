"""How texts sound."""

from __future__ import annotations

import pytest

from hengke_analytics.mining.text.sentiment import score, tone

from .conftest import BLAME, PRAISE


@pytest.mark.parametrize("text", PRAISE)
def test_praise(text: str) -> None:
    assert tone(score(text)) == "positive"


@pytest.mark.parametrize("text", BLAME)
def test_blame(text: str) -> None:
    assert tone(score(text)) == "negative"


def test_degree_and_negation() -> None:
    assert score("非常满意") > score("满意") > score("有点满意") > 0
    assert score("不专业") < 0 < score("没有问题") < score("满意")
    assert score("不是不专业") != 0


def test_a_negation_reaches_no_further_than_its_clause() -> None:
    assert score("不来了，满意") == score("满意")


def test_without_feeling_it_is_zero() -> None:
    assert (score("送检三台压力表"), tone(score("送检三台压力表"))) == (0, "neutral")
    assert tone(-0.2) == "negative"
