"""OLAP 多维分析: a catalogue of measures and dimensions, and questions answered from it with exact totals."""

from hengke_analytics.cube import words as _words  # noqa: F401  (declares what ships)
from hengke_analytics.cube.asking import Answer, answer
from hengke_analytics.cube.axes import Node
from hengke_analytics.cube.catalogue import (
    CATALOGUE,
    Catalogue,
    Count,
    Dimension,
    Measure,
    Part,
    Spread,
    register,
)
from hengke_analytics.cube.facts import Source
from hengke_analytics.cube.grid import Grid
from hengke_analytics.cube.question import Filter, Question, Top, Value

__all__ = [
    "CATALOGUE",
    "Answer",
    "Catalogue",
    "Count",
    "Dimension",
    "Filter",
    "Grid",
    "Measure",
    "Node",
    "Part",
    "Question",
    "Source",
    "Spread",
    "Top",
    "Value",
    "answer",
    "register",
]
