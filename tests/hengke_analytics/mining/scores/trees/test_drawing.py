"""The picture of a tree: well-formed, nothing cut, nothing on top of another."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from hengke_analytics.mining.scores.inputs import Inputs, categories
from hengke_analytics.mining.scores.trees.cases import Cases
from hengke_analytics.mining.scores.trees.drawing import draw
from hengke_analytics.mining.scores.trees.grow import grow
from hengke_analytics.mining.scores.trees.rules import nested

SVG = "{http://www.w3.org/2000/svg}"


def picture() -> ElementTree.Element:
    words = ["<b>&", "雨", "a very long answer that nobody can read in a picture"]
    inputs = Inputs((categories("q", words * 4), categories("r", ["x", "x", "x", "y", "y", "y"] * 2)))
    cases = Cases.of(inputs, np.array([0, 1, 0, 0, 1, 1] * 2), ("no", "yes"))
    return ElementTree.fromstring(draw(nested(grow(cases), cases.branches, cases.classes), title="a < b"))


def test_words_are_escaped_and_long_ones_shortened() -> None:
    texts = [text.text or "" for text in picture().iter(f"{SVG}text")]
    assert "<b>&" in texts
    assert any(text.endswith("…") for text in texts)
    assert picture().findtext(f"{SVG}title") == "a < b"


def test_boxes_lie_within_the_picture_and_apart() -> None:
    drawn = picture()
    boxes = [
        tuple(float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        for box in drawn.iter(f"{SVG}rect")
        if box.attrib["class"] != "bar"
    ]
    assert len(boxes) == 6  # root, one inner node, four leaves
    width, height = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    for number, (x, y, w, h) in enumerate(boxes):
        assert x >= 0
        assert x + w <= width
        assert y >= 0
        assert y + h <= height
        for x2, y2, w2, h2 in boxes[number + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
