"""Statements: compiled once per shape, values bound and never pasted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hengke_analytics import engine, statements
from hengke_analytics.shapes import ibis


@pytest.fixture
def words() -> Any:
    backend = engine.connect()
    backend.raw_sql(
        "CREATE TABLE words AS SELECT unnest(['a', 'b', $$o'clock$$]) AS word, date '2025-01-31' AS day"
    )
    return backend.table("words")


def _only(words: Any, word: str) -> Any:
    return words.filter(words.word == ibis.literal(word)).select("word")


def test_one_statement_answers_every_question_of_its_shape(words: Any) -> None:
    first, second = (statements.statement(_only(words, word)) for word in ("a", "b"))
    assert first is not None
    assert first is second
    assert [engine.rows(_only(words, word)) for word in ("a", "b", "c")] == [
        [{"word": "a"}],
        [{"word": "b"}],
        [],
    ]


@pytest.mark.parametrize("word", ["o'clock", "'; DROP TABLE words; --", "$p0", "a\x00b"])
def test_values_are_bound_and_stand_nowhere_in_the_text(words: Any, word: str) -> None:
    question = _only(words, word)
    prepared = statements.statement(question)
    assert prepared is not None
    assert word not in prepared.sql.replace("CAST($p0 AS TEXT)", "")
    assert engine.rows(question) == ([{"word": word}] if word == "o'clock" else [])
    assert len(engine.rows(words)) == 3


def test_a_value_that_the_answer_does_not_need_is_left_out(words: Any) -> None:
    marked = words.mutate(mark=ibis.literal("x"), since=words.day >= ibis.literal(date(2025, 1, 1)))
    assert engine.rows(marked.select("since").distinct()) == [{"since": True}]


def test_a_statement_serves_another_connection(words: Any) -> None:
    engine.rows(_only(words, "a"))
    other = engine.connect()
    other.raw_sql("CREATE TABLE words AS SELECT 'a' AS word, date '2025-01-31' AS day FROM range(2)")
    assert len(engine.rows(_only(other.table("words"), "a"))) == 2
    assert len(engine.rows(_only(words, "a"))) == 1


def test_not_every_shape_is_kept_forever(words: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_MOST_KEPT", 5)
    for number in range(12):
        assert engine.rows(words.limit(1).select(n=number)) == [{"n": number}]
    assert len(statements._kept) <= 5
