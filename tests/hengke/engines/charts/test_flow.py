"""Ribbons between two columns."""

from __future__ import annotations

import re
from itertools import pairwise

from hengke.engines.charts import Ribbon, flow

RIBBONS = [
    Ribbon("a", "a", 60), Ribbon("a", "b", 20, "down", "/x?a&b"), Ribbon("b", "a", 20, "up"), Ribbon("b", "b", 0),
]  # fmt: skip


def test_blocks_are_as_high_as_their_sums_and_ribbons_as_their_numbers() -> None:
    chart = flow(RIBBONS, ["a", "b"], ["a", "b"], title="T")
    heights = [float(h) for h in re.findall(r'class="p1"[^>]* height="([\d.]+)"', chart.svg)]
    assert heights == [259.2, 64.8, 259.2, 64.8]  # 324 units of room: 80, 20 and 80, 20 of 100
    first = re.search(r'class="rib same" d="M150 0C320 0 320 0 490 0V([\d.]+)C', chart.svg)
    assert first is not None
    assert first[1] == "194.4"


def test_ribbons_lead_to_their_people_and_say_how_many() -> None:
    chart = flow(RIBBONS, ["a", "b"], ["a", "b"], title="T", columns=("from", "to", "n"))
    assert '<a href="/x?a&amp;b" aria-label="a → b: 20">' in chart.svg
    assert chart.table.rows == [["a", "a", "60"], ["a", "b", "20"], ["b", "a", "20"]]


def test_nothing_flows() -> None:
    assert flow([], ["a"], ["a"], title="T").table.rows == []


def test_words_of_thin_blocks_do_not_lie_on_each_other() -> None:
    thin = [Ribbon("a", "a", 1_000), Ribbon("b", "b", 1), Ribbon("c", "c", 1), Ribbon("d", "d", 1)]
    chart = flow(thin, list("abcd"), list("abcd"), title="T")
    rows = [float(y) for y in re.findall(r'<text class="e"[^>]* y="([\d.]+)"', chart.svg)]
    assert all(later - earlier >= 10 for earlier, later in pairwise(rows))
