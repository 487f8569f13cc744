"""The demo's notes are many kinds, the same at every start, and none has an unfilled gap."""

from __future__ import annotations

from random import Random

from hengke.modules.activities import demo_notes


def test_notes_are_filled_and_repeatable() -> None:
    found = [note for seed in range(200) for note in demo_notes.notes(Random(seed))]
    again = [note for seed in range(200) for note in demo_notes.notes(Random(seed))]
    assert found == again
    assert not any("{" in text for _kind, _subject, text, _outcome in found)
    assert len({subject for _kind, subject, _text, _outcome in found}) > 15
    assert len({text for _kind, _subject, text, _outcome in found}) > 300


def test_some_customers_are_cross_and_most_are_not() -> None:
    cross = {subject for _kind, subject, *_rest in demo_notes.CROSS} - {"反馈"}
    customers = [any(note[1] in cross for note in demo_notes.notes(Random(seed))) for seed in range(300)]
    assert 0.2 < sum(customers) / len(customers) < 0.6
