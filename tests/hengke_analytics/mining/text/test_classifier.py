"""Labels learnt from people."""

from __future__ import annotations

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.text.classifier import learn

from .conftest import BLAME, PRAISE

PLACES = ("合肥", "芜湖", "安庆", "滁州", "阜阳")
TEXTS = [f"{place}{text}" for place in PLACES for text in (*PRAISE, *BLAME)]
LABELS = ["表扬", "表扬", "表扬", "表扬", "投诉", "投诉", "投诉", "投诉"] * len(PLACES)


def test_labels_are_foretold_and_explained() -> None:
    learned = learn(TEXTS, LABELS)
    assert learned.labels == ["投诉", "表扬"]
    assert learned.accuracy > 0.9 > learned.common == 0.5
    assert learned.label(["证书太慢，没人接", "服务热情，感谢"]) == ["投诉", "表扬"]
    spoken = " ".join(learned.words["投诉"])
    assert any(word in spoken for word in ("没人接", "生气", "拖延", "弄坏", "收费高", "不满意"))
    assert not any(word in spoken for word in ("热情", "感谢", "合理"))


def test_nothing_is_foretold_from_its_own_copy() -> None:
    # Labels by chance, every text ten times: who looks the copy up is always right, who does not guesses.
    texts = [f"{place}{name}送检" for place in PLACES for name in ("砝码", "天平", "水表", "卡尺")] * 10
    labels = [
        "甲" if hash_ % 2 else "乙" for hash_ in (7, 2, 5, 4, 8, 1, 3, 6, 9, 2, 4, 7, 1, 8, 6, 5, 3, 2, 8, 9)
    ] * 10
    assert learn(texts, labels).accuracy < 0.8


@pytest.mark.parametrize("labels", [["甲"] * 40, ["甲"] * 38 + ["乙"] * 2])
def test_too_few_labels_are_refused(labels: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        learn(TEXTS, labels)
    assert refused.value.code == "labels_unusable"
