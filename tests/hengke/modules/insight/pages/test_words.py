"""Sentences for codes: none is forgotten, and stored English sentences are taken apart again."""

from __future__ import annotations

from django.utils.translation import override

from hengke.modules.insight.pages import words
from hengke_analytics.identity.reasons import CODES
from hengke_analytics.warehouse.ledger_row import REASONS, Reject


def test_every_reason_has_a_sentence() -> None:
    assert {code for codes in CODES.values() for code in codes} == words.EVIDENCE.keys()


def test_every_reject_has_a_sentence() -> None:
    assert REASONS.keys() <= words.REJECTS.keys()


def test_a_stored_reject_keeps_its_cell() -> None:
    reject = Reject(1, "bad_date", {"cell": "{x} in y", "field": "Submission date"}, ())
    with override("en"):
        assert words.reject_detail("bad_date", reject.message) == "“{x} in y” in Submitted on is not a date."


def test_a_shortened_sentence_falls_back_to_the_reason() -> None:
    with override("en"):
        assert words.reject_detail("bad_date", "“cut off") == "A date cannot be read"


def test_rows_that_are_neither_loaded_nor_rejected_are_total_lines() -> None:
    counts = {"rows_read": 12, "added": 7, "corrected": 1, "unchanged": 1, "rejected": 1}
    assert words.total_lines(counts) == "合计行 2"
    assert words.total_lines({**counts, "rows_read": 10}) == ""
