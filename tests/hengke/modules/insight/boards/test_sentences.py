"""The declared questions: every gap stands in its sentence, and every state is one that the cube answers."""

from __future__ import annotations

import re

import pytest

from hengke.kernel.errors import InputError
from hengke.modules.insight.boards import sentences
from hengke_analytics.cube import CATALOGUE

SENTENCES = {each.slug: each for each in sentences.SENTENCES}


@pytest.mark.parametrize("slug", SENTENCES)
def test_gaps_and_sentence_agree(slug: str) -> None:
    asked = SENTENCES[slug]
    assert sorted(re.findall(r"\{(\w+)\}", asked.text)) == sorted(gap.name for gap in asked.gaps)


@pytest.mark.parametrize("slug", SENTENCES)
def test_every_word_is_one_of_the_catalogue(slug: str) -> None:
    asked = SENTENCES[slug]
    assert asked.usable(CATALOGUE)
    for gap in asked.gaps:
        assert sentences.offered(gap, CATALOGUE) == list(gap.choices)
        assert all(sentences.words_of(gap, choice, CATALOGUE) for choice in gap.choices)


def test_slugs_are_told_apart() -> None:
    assert len(SENTENCES) == len(sentences.SENTENCES)


def test_an_empty_gap_holds_its_first_choice_and_a_foreign_one_is_refused() -> None:
    fell = SENTENCES["fell"]
    assert fell.filled({}, CATALOGUE) == {
        "who": "laboratory",
        "what": "billed",
        "against": "yoy",
        "count": "10",
    }
    with pytest.raises(InputError, match="offered words"):
        fell.filled({"what": "margin"}, CATALOGUE)


def test_a_question_without_its_words_is_not_asked() -> None:
    without = CATALOGUE.without(lambda word: word.name == "open")
    assert sentences.find("owing", CATALOGUE) is SENTENCES["owing"]
    assert sentences.find("owing", without) is None


def test_falling_and_growing_look_from_either_end() -> None:
    words = {"who": "city", "what": "billed", "against": "previous", "count": "5"}
    fell, rose = SENTENCES["fell"].state(words), SENTENCES["rose"].state(words)
    assert (fell.tops, fell.sort, fell.compare) == ((("city", -5),), "0", "previous")
    assert (rose.tops, rose.sort) == ((("city", 5),), "-0")
