import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke.engines.charts import bin_ranked, curve_points, head_stops, pareto, stops_json

# Ten customers, base 1,000: cumulated 400, 600, 700, 780, 850, 900, 940, 970, 990, 1000.
AMOUNTS = [Decimal(a) for a in (400, 200, 100, 80, 70, 50, 40, 30, 20, 10)]


def test_head_is_the_shortest_that_reaches_the_share():
    stops = {stop.ratio: stop for stop in head_stops(AMOUNTS, [40, 41, 70, 80, 99])}
    assert {ratio: stop.customers for ratio, stop in stops.items()} == {40: 1, 41: 2, 70: 3, 80: 5, 99: 9}
    assert stops[80].amount == Decimal(850)
    assert (stops[80].fraction, stops[80].share) == (0.5, 0.85)


def test_share_is_exact_where_floats_are_not():
    # 0.1 + 0.2 > 0.3 in binary: the second customer must already reach 30 %.
    amounts = [Decimal("0.20"), Decimal("0.10"), Decimal("0.70")]
    assert head_stops(amounts, [30])[0].customers == 2


@given(st.lists(st.decimals("0.01", "99999999.99", places=2), min_size=1, max_size=60), st.integers(1, 100))
def test_head_reaches_the_share_and_one_less_does_not(amounts, ratio):
    ranked = sorted(amounts, reverse=True)
    (stop,) = head_stops(ranked, [ratio])
    wanted = sum(ranked) * ratio / 100
    assert sum(ranked[: stop.customers]) == stop.amount >= wanted
    assert sum(ranked[: stop.customers - 1]) < wanted


def test_nothing_contributed():
    assert head_stops([]) == []
    assert curve_points([]) == []
    assert bin_ranked([]) == []


def test_bins_are_means_of_equal_slices():
    assert bin_ranked([8, 6, 4, 2], bins=2) == [7, 3]
    assert bin_ranked([5, 3], bins=60) == [5, 3]


def test_curve_begins_and_ends_and_is_thin():
    points = curve_points([Decimal(2)] * 5000)
    assert points[0] == (0, 0)
    assert points[-1] == (1, 1)
    assert len(points) <= 241
    assert points == sorted(points)
    assert all(x == pytest.approx(y) for x, y in points)
    assert curve_points(AMOUNTS)[1] == (0.1, 0.4)


def test_marker_stands_on_the_curve(find):
    (stop,) = head_stops(AMOUNTS, [80])
    chart = pareto(bin_ranked(AMOUNTS), curve_points(AMOUNTS), stop, title="t", tip=("5 of 10", "850"))
    pin = find(chart.svg, "circle", "pin")[0]
    assert (float(pin.get("cx")), float(pin.get("cy"))) == (46 + 0.5 * 510, pytest.approx(222 - 0.85 * 208))
    bars = find(chart.svg, "rect", "in"), find(chart.svg, "rect", "out")
    assert [len(some) for some in bars] == [5, 5]
    assert [text.text for text in find(chart.svg, "text") if text.get("data-mark")] == ["5 of 10", "850"]


def test_tip_stays_inside_the_plot(find):
    (stop,) = head_stops([Decimal(1)] * 10, [99])
    chart = pareto([1] * 10, curve_points([1] * 10), stop, title="t")
    tip = next(group for group in find(chart.svg, "g") if group.get("data-mark") == "tip")
    assert tip.get("transform").startswith("translate(380 ")


def test_empty_chart_has_axes_only(find):
    chart = pareto([], [], None, title="t")
    assert find(chart.svg, "rect") == []
    assert find(chart.svg, "path", "curve") == []


def test_stops_for_the_slider_cannot_break_out_of_their_script():
    text = stops_json(head_stops(AMOUNTS, [80]), amount=lambda value: f"</script>{value}")
    assert "<" not in text
    assert json.loads(text) == [{"r": 80, "f": 0.5, "s": 0.85, "n": "5", "p": "50.0%", "a": "</script>850"}]
