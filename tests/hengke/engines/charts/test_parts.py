import pytest

from hengke.engines.charts import Part, pyramid, stacked


def test_widths_are_shares_with_a_gap(find):
    chart = stacked([Part("a", 75, "p1"), Part("b", 25, "p2")], title="t", columns=("", "", ""))
    a, b = find(chart.svg, "rect")
    assert (float(a.get("x")), float(a.get("width"))) == (0, 418)
    assert (float(b.get("x")), float(b.get("width"))) == (420, 138)
    assert [row[2] for row in chart.table.rows] == ["75.0%", "25.0%"]


def test_credit_notes_are_listed_not_drawn(find):
    chart = stacked([Part("owed", 10), Part("credit", -4)], title="t")
    assert len(find(chart.svg, "rect")) == 1
    assert chart.table.rows == [["owed", "10", "100.0%"], ["credit", "−4", "–"]]


@pytest.mark.parametrize("parts", [[], [Part("a", 0)]])
def test_nothing_owed_is_an_empty_track(find, parts):
    assert [rect.get("class") for rect in find(stacked(parts, title="t").svg, "rect")] == ["rest"]


def test_pyramid_widens_and_links(find):
    tiers = [Part("VIP", 10, "t1", "/customers?tier=vip&x=1"), Part("Small", 800, "t4")]
    chart = pyramid(tiers, title="t")
    top, foot = find(chart.svg, "polygon")
    assert top.get("points") == "80,0 80,0 119.18,96 40.82,96"
    assert foot.get("points") == "40,98 120,98 159.18,194 0.82,194"
    assert find(chart.svg, "a")[0].get("href") == "/customers?tier=vip&x=1"
    # Links inside a role=img would be hidden from screen readers.
    assert 'role="group"' in chart.svg
    assert chart.table.rows == [["VIP", "10"], ["Small", "800"]]
    assert find(pyramid([], title="t").svg, "polygon") == []
