"""Labels: which value is asked for."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.mining.scores.labels import label_words, outcome, positive_value


@pytest.mark.parametrize(
    ("words", "stated", "expected"),
    [
        (["yes", "no", "yes"], None, "yes"),
        (["good", "bad", "bad"], None, "bad"),
        (["1", "0"], None, "1"),
        (["True.", "False.", "True."], None, "True."),
        (["left", "right", "right"], None, "left"),
        (["a", "b", "c", None], "c", "c"),
        (["Yes", "No"], " yes ", "Yes"),
    ],
)
def test_the_positive_value(words: list[str | None], stated: str | None, expected: str) -> None:
    assert positive_value(words, stated) == expected


@pytest.mark.parametrize(
    ("words", "stated", "match"),
    [
        (["a", "a", None], None, "only one value"),
        ([None], None, "only one value"),
        (["a", "b", "c"], None, "3 values .* --positive"),
        (["a", "b"], "z", "no value z. Its values are: a, b"),
    ],
)
def test_a_label_that_cannot_be_used(words: list[str | None], stated: str | None, match: str) -> None:
    with pytest.raises(InputError, match=match):
        positive_value(words, stated)


def test_words_and_outcomes_of_text_and_of_types() -> None:
    assert label_words(pa.chunked_array([[" yes ", "", "no"]])) == ["yes", None, "no"]
    assert label_words(pa.chunked_array([[1, 0, None]])) == ["1", "0", None]
    assert outcome(["yes", None, "no"], "yes").tolist() == [1, 0, 0]
