"""Cutting Chinese text."""

from __future__ import annotations

from hengke_analytics.mining.text.words import clauses, content, cut, matrix


def test_words_of_the_trade_stay_whole() -> None:
    assert cut("把压力变送器送去检定室，没人接") == ["把", "压力变送器", "送", "去", "检定室", "没人接"]


def test_clauses_end_at_signs_and_turning_words() -> None:
    assert clauses("服务好。但是价格高") == [["服务", "好"], ["价格高"]]


def test_content_leaves_grammar_and_numbers_out() -> None:
    assert content("我们的 3 台 PLC 已经送检了") == ["PLC", "送检"]


def test_texts_without_words_give_no_columns() -> None:
    weights, words = matrix(["的", "了"])
    assert (weights.shape, words) == ((2, 0), [])
