"""Contrast of the colour tokens (WCAG 2.2 AA), in both themes, from the style sheet itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLE = Path(__file__).parents[3] / "frontend" / "style"
TOKENS = {
    name: colours
    for name, *colours in re.findall(
        r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)",
        (STYLE / "tokens.css").read_text(encoding="utf-8"),
    )
}
GROUNDS = ("canvas", "surface", "sunken", "hover", "selected", "raised")
TEXTS = [(text, ground) for text in ("ink", "ink-2", "ink-3") for ground in GROUNDS]
TEXTS += [
    ("accent-ink", "surface"),
    ("accent-ink", "accent-soft"),
    ("accent-ink", "selected"),
    ("on-accent", "accent"),
]
TEXTS += [(kind, f"{kind}-soft") for kind in ("ok", "warn", "bad", "info", "mute", "t1", "t2", "t3", "t4")]
TEXTS += [("ink-2", f"{kind}-soft") for kind in ("ok", "warn", "bad", "info", "mute")]
TEXTS += [(kind, ground) for kind in ("ok", "bad") for ground in ("surface", "hover", "selected")]
TEXTS += [("ink", f"seq-{level}") for level in range(4)] + [
    ("on-accent", "seq-4"),
    ("on-accent", "seq-5"),
    ("ink-inv", "ink"),
]
MARKS = [(mark, "surface") for mark in ("line-control", "accent", "d1", "d2", "d3", "d4", "d5", "d6")]
MARKS += [
    (f"{kind}-mark", "surface") for kind in ("ok", "warn", "bad", "info", "mute", "t1", "t2", "t3", "t4")
]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(text, ground, theme):
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_and_borders_of_controls_can_be_seen(mark, ground, theme):
    assert contrast(TOKENS[mark][theme], TOKENS[ground][theme]) >= 3


def test_black_on_white_is_the_known_answer():
    assert contrast("#000000", "#ffffff") == 21


def test_no_colour_outside_the_tokens():
    """Other sheets use tokens but for white on solid grounds, the hover of the menu and the switch."""
    for path in STYLE.glob("*.css"):
        if path.name not in ("tokens.css", "print.css"):
            found = set(re.findall(r"#[0-9a-f]{3,6}\b(?!-)", path.read_text(encoding="utf-8")))
            assert found <= {"#fff", "#e9edef", "#1a2226", "#0a6a77", "#2a8793"}, path.name
