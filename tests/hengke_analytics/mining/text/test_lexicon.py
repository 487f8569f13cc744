"""The stated words."""

from __future__ import annotations

from hengke_analytics.mining.text import lexicon


def test_no_word_is_good_and_bad() -> None:
    assert not lexicon.POSITIVE & lexicon.NEGATIVE
    assert not lexicon.STRONG & lexicon.WEAK
    assert len(lexicon.POSITIVE) > 60 < len(lexicon.NEGATIVE)


def test_every_need_has_words() -> None:
    assert len(lexicon.NEEDS) == 12
    assert all(lexicon.NEEDS.values())
    assert "证书" in lexicon.NEEDS["certificate"]
