from decimal import Decimal

import pytest

from hengke.engines.charts import histogram, year_pairs

NAMES = ("2025", "2026")


def test_bars_stand_on_the_axis_in_proportion(find):
    chart = year_pairs(["1"], [Decimal(50)], [Decimal(100)], title="t", names=NAMES)
    was, now = find(chart.svg, "rect", "was")[0], find(chart.svg, "rect", "now")[0]
    assert float(now.get("height")) == 166 == 2 * float(was.get("height"))
    assert (
        float(now.get("y")) + float(now.get("height"))
        == 176
        == float(was.get("y")) + float(was.get("height"))
    )
    assert float(was.get("x")) < float(now.get("x"))


def test_negative_bar_hangs_from_the_axis(find):
    chart = year_pairs(["a", "b"], [100, 100], [100, -100], title="t", names=NAMES)
    zero = 10 + 166 / 2
    bar = find(chart.svg, "rect", "neg")[0]
    assert float(bar.get("y")) == zero
    assert float(bar.get("height")) == 83


def test_gap_draws_no_bar_and_zero_draws_a_flat_one(find):
    chart = year_pairs(["a", "b"], [1, 0], [None, 2], title="t", names=NAMES)
    assert len(find(chart.svg, "rect", "now")) == 1
    assert find(chart.svg, "rect", "was")[1].get("height") == "0"


def test_table_and_legend_say_the_same():
    chart = year_pairs(
        ["Jan", "Feb"], [100, 0], [150, None], title="t", names=NAMES, head="Month", change="Change"
    )
    assert chart.table.columns == ["Month", "2025", "2026", "Change"]
    assert chart.table.rows == [["Jan", "100", "150", "+50.0%"], ["Feb", "0", "–", "–"]]
    assert [key.text for key in chart.legend] == ["2025", "2026"]


def test_names_are_escaped_and_the_lengths_must_agree(find):
    chart = year_pairs(["<b>"], [1], [1], title='"t"', names=NAMES)
    assert find(chart.svg, "text", "m")[0].text == "<b>"
    with pytest.raises(ValueError, match="shorter"):
        year_pairs(["a", "b"], [1], [1, 2], title="t", names=NAMES)


def test_nothing_to_draw_is_still_a_chart(find):
    assert find(year_pairs([], [], [], title="t", names=NAMES).svg, "rect") == []


def test_huge_amounts_stay_inside(find):
    chart = year_pairs(["a"], [10**15], [Decimal("3e15")], title="t", names=NAMES)
    assert all(float(bar.get("y")) >= 10 for bar in find(chart.svg, "rect"))


def test_histogram_counts_and_edges(find):
    chart = histogram([0, 10, 20], [3, 6], title="t", columns=("Amount", "Count"))
    heights = [float(bar.get("height")) for bar in find(chart.svg, "rect", "now")]
    assert heights[1] == 2 * heights[0]
    assert chart.table.rows == [["0 – 10", "3"], ["10 – 20", "6"]]
    with pytest.raises(ValueError, match="2 counts need 3 edges, got 2"):
        histogram([0, 1], [1, 2], title="t")
    assert find(histogram([], [], title="t").svg, "rect") == []
