"""What texts are about."""

from __future__ import annotations

from hengke_analytics.mining.text.topics import keywords, topics

BILLS = ["发票开票对账", "发票专票月结", "开票对账月结发票"]
METERS = ["压力表检定周检", "压力表温湿度计检定", "检定压力表周检", "温湿度计周检压力表"]


def test_topics_part_what_never_stands_together() -> None:
    found = topics([*BILLS, *METERS, "嗯"], 2)
    assert found.topic.tolist() == [1, 1, 1, 0, 0, 0, 0, -1]
    assert "压力表" in found.words[0]
    assert "发票" in found.words[1]


def test_no_more_topics_than_there_is_to_say() -> None:
    assert topics(["的", "了"], 5).words == []
    assert len(topics(["发票", "发票"], 5).words) == 1


def test_keywords_with_their_counts() -> None:
    found = {each.word: each for each in keywords([*BILLS, *METERS])}
    assert (found["压力表"].count, found["压力表"].texts) == (4, 4)
    assert keywords(METERS, 1)[0].word in ("压力表", "周检", "检定", "温湿度计")
    assert keywords(["的"]) == []
