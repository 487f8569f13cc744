"""Draws a tree, given as nested data, as a picture (SVG) that needs nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

_ROW, _GAP, _BOX, _PAD, _MARGIN = 46, 74, 34, 10, 16
_SIGN = 8  # width of a narrow sign at 13 px
_LONGEST = 30
# Under a class of its own: a style within a picture that stands in a page holds for the whole page.
_STYLE = """
.hk-tree{background:#fff}
.hk-tree text{font:13px system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;fill:#1d2733}
.hk-tree .branch{font-size:12px;fill:#53606e}
.hk-tree .box{fill:#eef2f6;stroke:#8795a5}
.hk-tree .leaf{fill:#fff;stroke:#8795a5}
.hk-tree .bar{fill:#2f6f9f}
.hk-tree path{fill:none;stroke:#8795a5}
@media (prefers-color-scheme:dark){
.hk-tree{background:#161d24}.hk-tree text{fill:#e6ebf0}.hk-tree .branch{fill:#a5b1bd}
.hk-tree .box{fill:#26313c}.hk-tree .leaf{fill:#161d24}.hk-tree .bar{fill:#6bb0e0}}
"""


@dataclass
class _Picture:
    """Shapes so far, the row on which the next leaf goes, and how far right anything reaches."""

    shapes: list[str] = field(default_factory=list)
    leaves: int = 0
    right: float = 0


def draw(tree: Mapping[str, Any], *, title: str) -> str:
    """A picture that stands alone, with its own style."""
    return drawing(tree, title=title, style=f"<style>{_STYLE}</style>")


def drawing(tree: Mapping[str, Any], *, title: str, style: str = "") -> str:
    """The root on the left, a leaf on each row; a leaf names its class, probability and cases."""
    picture = _Picture()
    _node(picture, tree, _MARGIN)
    width, height = picture.right + _MARGIN, picture.leaves * _ROW + 2 * _MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="hk-tree" role="img" width="{width:.0f}" height="{height}"'
        f' viewBox="0 0 {width:.0f} {height}">'
    )
    return "".join((head, f"<title>{escape(title)}</title>{style}", *picture.shapes, "</svg>\n"))


def _node(picture: _Picture, tree: Mapping[str, Any], left: float) -> float:
    """Draw a node with all below it; returns the height of its middle."""
    branches = tree.get("branches", ())
    words = tree["feature"] if branches else f"{tree['class']}　{max(tree['probability'].values()):.0%}"
    text = f"{_short(words)}　{tree['rows']:,}"
    right = left + _width(text) + 2 * _PAD
    picture.right = max(picture.right, right)
    if not branches:
        middle = _MARGIN + (picture.leaves + 0.5) * _ROW
        picture.leaves += 1
        _box(picture, left, middle, right - left, text, share=max(tree["probability"].values()))
        return middle
    begin = right + _GAP + max(_width(_short(branch["value"])) for branch in branches)
    middles = [_node(picture, branch["node"], begin) for branch in branches]
    middle = (middles[0] + middles[-1]) / 2
    for branch, there in zip(branches, middles, strict=True):
        _edge(picture, (right, middle), (begin, there), _short(branch["value"]))
    _box(picture, left, middle, right - left, text)
    return middle


def _box(
    picture: _Picture, left: float, middle: float, width: float, text: str, share: float | None = None
) -> None:
    top = middle - _BOX / 2
    kind = "box" if share is None else "leaf"
    picture.shapes.append(
        f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{_BOX}" rx="4"/>'
    )
    if share is not None:  # how sure the leaf is, as a bar along its foot
        bar = f'x="{left + 1:.1f}" y="{top + _BOX - 4:.1f}" width="{(width - 2) * share:.1f}" height="3"'
        picture.shapes.append(f'<rect class="bar" {bar}/>')
    picture.shapes.append(f'<text x="{left + _PAD:.1f}" y="{middle + 4:.1f}">{escape(text)}</text>')


def _edge(picture: _Picture, start: tuple[float, float], end: tuple[float, float], words: str) -> None:
    bend = start[0] + _GAP / 2
    picture.shapes.append(
        f'<path d="M{start[0]:.1f} {start[1]:.1f}C{bend:.1f} {start[1]:.1f} {bend:.1f} {end[1]:.1f} '
        f'{start[0] + _GAP - 6:.1f} {end[1]:.1f}H{end[0]:.1f}"/>'
        f'<text class="branch" x="{start[0] + _GAP:.1f}" y="{end[1] - 5:.1f}">{escape(words)}</text>'
    )


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _width(text: str) -> float:
    return sum(2 * _SIGN if unicodedata.east_asian_width(sign) in "WF" else _SIGN for sign in text)
