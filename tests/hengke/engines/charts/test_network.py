"""A drawing of what leads to what."""

from __future__ import annotations

import re

from hengke.engines.charts import Arrow, Knot, Table, network

TABLE = Table("规律", ["甲", "乙"], [])


def places(drawn: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for x, y in re.findall(r'<circle class="knot" cx="([\d.]+)" cy="([\d.]+)"', drawn)
    ]


def test_what_is_joined_stands_nearer_than_what_is_not() -> None:
    knots = [Knot(name, 1) for name in "abcdef"]
    drawn = str(network(knots, [Arrow(0, 1, 1, "甲 → 乙"), Arrow(2, 3, 0.5)], title="规律", table=TABLE))
    a, b, _c, _d, e, _f = places(drawn)
    apart = [((one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2) ** 0.5 for one, two in ((a, b), (a, e))]
    assert apart[0] < apart[1]
    assert drawn.count('class="lead"') == 2
    assert "<title>甲 → 乙</title>" in drawn
    assert all(0 < x < 900 and 0 < y < 560 for x, y in places(drawn))


def test_equal_input_gives_an_equal_drawing_and_names_are_text() -> None:
    knots = [Knot("<b>", 4, "/x?a=1"), Knot("y", 1)]
    first, second = (str(network(knots, [Arrow(0, 1, 1)], title="t", table=TABLE)) for _ in range(2))
    assert first == second
    assert "&lt;b&gt;" in first
    assert 'href="/x?a=1"' in first


def test_nothing_and_one() -> None:
    assert "<circle" not in str(network([], [], title="t", table=TABLE))
    assert len(places(str(network([Knot("a", 0)], [], title="t", table=TABLE)))) == 1
