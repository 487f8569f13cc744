"""Text and JSON of clients: what cannot be stored is refused."""

from __future__ import annotations

import pytest

from hengke.kernel.errors import InputError
from hengke.kernel.texts import is_usable, read_json


def test_usable_is_what_utf8_can_write_without_nul() -> None:
    assert all(map(is_usable, ("", "合肥", "😀", "a\tb\nc", "\u202e", "\uffff")))
    assert not any(map(is_usable, ("a\x00", "\ud800", "\udfffb", "\ud83d")))


def test_json_is_read_as_it_stands() -> None:
    assert read_json('{"a": [1, -2.5, true, null, "\\ud83d\\ude00"]}') == {"a": [1, -2.5, True, None, "😀"]}
    assert read_json("合".join('""').encode()) == "合"


@pytest.mark.parametrize("text", [
    "", "{", "NaN", "[Infinity]", '{"a": -Infinity}', "1e999", '"\\ud800"', '{"\\udc00": 1}', '[[["\\u0000"]]]',
    "[" * 100_000, "9" * 5_000, b"\xff", b'"\xed\xa0\x80"',
])  # fmt: skip
def test_everything_else_is_refused(text: str | bytes) -> None:
    with pytest.raises(InputError):
        read_json(text)
