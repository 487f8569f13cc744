"""Whole numbers as addresses and forms carry them."""

from __future__ import annotations

LONGEST = 18  # digits that fit into the 64 bits of a key


def is_whole(text: str) -> bool:
    """Whether `int(text)` is safe: "²" is a digit to Python and no number, and 5,000 digits are an attack."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST
