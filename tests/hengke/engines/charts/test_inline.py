from hengke.engines.charts import ring, scale_bar, share_bar, signed_bar, sparkline


def points(find, svg):
    path = find(svg, "path", "line")[0].get("d")
    return [tuple(map(float, point.split())) for point in path[1:].split("L")]


def test_sparkline_runs_from_lowest_to_highest(find):
    drawn = points(find, sparkline([10, 30, 20]))
    assert drawn == [(2, 25), (37, 4), (72, 14.5)]


def test_sparkline_of_equal_values_runs_in_the_middle(find):
    assert {y for _x, y in points(find, sparkline([7, 7, 7]))} == {14.5}


def test_sparkline_keeps_the_place_of_a_gap(find):
    assert [x for x, _y in points(find, sparkline([1, None, 3]))] == [2, 72]


def test_sparkline_of_nothing_and_of_one(find):
    assert find(sparkline([]), "path") == []
    assert find(sparkline([None, float("nan")]), "path") == []
    one = sparkline([5])
    assert find(one, "path") == []
    assert len(find(one, "circle")) == 1


def test_label_makes_a_drawing_speak():
    assert 'role="img" aria-label="5 years"' in sparkline([1, 2], "5 years")
    assert 'aria-hidden="true"' in sparkline([1, 2])


def test_bars_fill_their_share_and_are_clipped(find):
    widths = [find(scale_bar(v, width=50), "rect", "fill")[0].get("width") for v in (0.5, -1, 9)]
    assert widths == ["25", "0", "50"]
    assert find(share_bar(0.3, "30%", kind="t1"), "rect", "fill")[0].get("width") == "30"


def test_ring_turns_by_its_value(find):
    assert find(ring(0, "0", "none"), "path", "arc") == []
    half = find(ring(0.5, "0.5", "half"), "path", "arc")[0].get("d")
    # Half of 270 degrees from the lower left ends at the top: above the middle, at the same x.
    assert half.endswith("27.00 4.00")
    full = find(ring(1, "1", "all"), "path", "arc")[0].get("d")
    assert full == find(ring(2, "2", "more"), "path", "arc")[0].get("d")


def test_signed_bar_grows_to_its_side(find):
    right, left = (find(signed_bar(v, 0.2), "rect", "fill")[0] for v in (0.1, -0.1))
    assert (right.get("x"), right.get("width")) == ("20", "10")
    assert (left.get("x"), left.get("width")) == ("10", "10")
    assert find(signed_bar(99, 0.2), "rect", "fill")[0].get("width") == "20"
    assert find(signed_bar(1, 0), "rect", "fill")[0].get("width") == "0"
