"""The frame of a chart with a vertical axis: where things go, grid lines and their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hengke.engines.charts.svg import Format, Number, Svg, el, num, scale


@dataclass(frozen=True)
class Plot:
    """The area between the axes, in drawing units; the vertical axis runs over `marks`."""

    marks: Sequence[float]
    width: int = 560
    height: int = 200
    left: int = 46
    right: int = 556
    top: int = 10
    bottom: int = 176

    @property
    def up(self) -> Callable[[Number], float]:
        """Value -> y."""
        return scale(self.marks[0], self.marks[-1], self.bottom, self.top)

    def slots(self, count: int) -> tuple[float, list[float]]:
        """Width of each of `count` equal slots along the horizontal axis, and their left edges."""
        width = (self.right - self.left) / max(count, 1)
        return width, [self.left + width * i for i in range(count)]

    def grid(self, fmt: Format) -> list[Svg]:
        """A line and a number for each mark."""
        parts: list[Svg] = []
        for mark in self.marks:
            y = self.up(mark)
            parts.append(el("path", cls="grid", d=f"M{self.left} {num(y)}H{self.right}"))
            parts.append(el("text", fmt(mark), cls="e", x=self.left - 6, y=y + 4))
        return parts

    def below(self, x: float, text: str, *, roomy: bool = False) -> Svg:
        """A label under the horizontal axis; a `roomy` one shows in a wide box only."""
        return el("text", text, cls="m roomy" if roomy else "m", x=x, y=self.height - 6)
