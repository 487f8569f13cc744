"""The map of areas and the points over it: colours, links, words, and hostile names stay text."""

from __future__ import annotations

import math

import pytest

from hengke.engines.charts import Boundary, Reading, Spot, choropleth, points, prepare
from hengke.engines.charts.choropleth import NEAR, clusters
from hengke.engines.charts.geojson import Area
from tests.hengke.engines.charts.conftest import Find

HOSTILE = '"><script>alert(1)</script>'


def _square(x: float, y: float, size: float = 2) -> list[tuple[float, float]]:
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]


@pytest.fixture
def boundary() -> Boundary:
    names = ("安徽", "江苏", "江西", HOSTILE)
    return prepare([Area(name, [_square(110 + 3 * n, 30)]) for n, name in enumerate(names)])


def test_areas_take_the_colour_of_their_amount(boundary: Boundary, find: Find) -> None:
    readings = {"安徽": Reading(900, "/a?x=1&y=2"), "江苏": Reading(10), "江西": Reading(100)}
    chart = choropleth(boundary, readings, title="图", columns=("地方", "客户"))
    classes = {path.findtext("title"): path.get("class", "") for path in find(chart.svg, "path", "ar")}
    assert classes["安徽: 900"] == "ar q5"
    assert classes["江苏: 10"].removeprefix("ar q") < classes["江西: 100"].removeprefix("ar q")
    assert classes[HOSTILE] == "ar qn"
    assert "<script" not in chart.svg
    assert [link.get("href") for link in find(chart.svg, "a")] == ["/a?x=1&y=2"]
    assert chart.table.rows == [["安徽", "900"], ["江西", "100"], ["江苏", "10"]]
    assert chart.legend


def test_points_near_each_other_are_one_cluster(boundary: Boundary, find: Find) -> None:
    spots = [Spot(111, 31, 2, "甲"), Spot(111.02, 31, 3, "乙"), Spot(119, 31, 1, HOSTILE)]
    near, far = clusters(spots, boundary.projection)
    assert (near.count, far.count, len(near.spots)) == (5, 1, 2)
    assert near.x == pytest.approx(boundary.projection(111.012, 31)[0], abs=0.5)
    chart = points(
        spots, boundary=boundary, href=lambda cluster: f"/c{cluster.count}", title="图", columns=("a", "b")
    )
    first = find(chart.svg, "a")[0]
    assert (first.get("href"), first.get("aria-label")) == ("/c5", "甲、乙: 5")
    radii = [float(circle.get("r", "0")) for circle in find(chart.svg, "circle")]
    assert radii[0] > radii[1] >= 12
    assert chart.table.rows[0] == ["乙", "3"]
    assert "<script" not in chart.svg


@pytest.mark.parametrize(
    "spots", [[], [Spot(117, 31, 1, "合肥")], [Spot(75, 20, 1, "a"), Spot(130, 50, 9, "b")]]
)
def test_without_a_boundary_points_lie_on_a_net_of_degrees(spots: list[Spot], find: Find) -> None:
    chart = points(spots, boundary=None, href=lambda _cluster: "", title="图", columns=("a", "b"))
    assert len(find(chart.svg, "path", "net")) >= 2
    assert len(find(chart.svg, "circle")) == len(spots)
    assert not find(chart.svg, "a")


def test_clusters_do_not_lie_on_each_other(boundary: Boundary) -> None:
    spots = [Spot(110 + n % 40 / 4, 30 + n // 40 / 8, 1 + n % 7, f"{n}") for n in range(400)]
    found = clusters(spots, boundary.projection)
    assert sum(cluster.count for cluster in found) == sum(spot.count for spot in spots)
    apart = [math.dist((a.x, a.y), (b.x, b.y)) for i, a in enumerate(found) for b in found[:i]]
    assert min(apart) >= NEAR
