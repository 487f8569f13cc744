"""Reading drawings back."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

Find = Callable[..., list[ElementTree.Element]]


@pytest.fixture
def find() -> Find:
    """find(svg, tag, cls) -> the elements with that tag and, if asked, that class."""

    def read(svg: object, tag: str, cls: str = "") -> list[ElementTree.Element]:
        markup = svg.__html__() if hasattr(svg, "__html__") else str(svg)
        found = ElementTree.fromstring(markup).iter(tag)
        return [one for one in found if not cls or cls in one.get("class", "").split()]

    return read
