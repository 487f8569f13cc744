import csv

import pytest

from hengke.engines.charts import Reading, tile_map, tiles
from hengke.engines.charts.tiles import ROW, bands

PROVINCES = [code for code in ["", *map(str, range(11, 83))] if tiles(code)]


@pytest.mark.parametrize("province", PROVINCES)
def test_no_two_tiles_overlap(province):
    middles = [tile.middle for tile in tiles(province)]
    pairs = [(a, b) for i, a in enumerate(middles) for b in middles[:i]]
    assert all(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 >= ROW * 0.99 for (ax, ay), (bx, by) in pairs)


def test_every_province_has_a_tile(shared):
    with (shared / "data/reference/provinces.csv").open(encoding="utf-8") as file:
        listed = {row["code"] for row in csv.DictReader(file)}
    # Taiwan, Hong Kong and Macau are not in the list of divisions, but on the map.
    assert {tile.code for tile in tiles()} == listed | {"71", "81", "82"}


def test_every_prefecture_has_a_tile(shared):
    with (shared / "data/reference/cities.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    listed = {
        r["code"] for r in rows if r["provinceCode"] not in ("11", "12", "31", "50") and r["code"][2:] != "90"
    }
    drawn = {
        tile.code for province in PROVINCES if province for tile in tiles(province) if len(tile.code) == 4
    }
    assert listed == drawn


def test_directions_of_the_map_are_kept():
    place = {tile.label: tile.middle for tile in tiles()}
    assert place["新疆"][0] < place["四川"][0] < place["上海"][0]
    assert place["黑龙江"][1] < place["北京"][1] < place["湖北"][1] < place["广东"][1] < place["海南"][1]
    assert place["台湾"][0] > place["福建"][0]


def test_bands_are_round_quantiles():
    assert bands(range(1, 61)) == [11, 21, 31, 41, 51]
    assert bands([5, 5, 5]) == [5]
    assert bands([]) == bands([0, -3]) == []


def test_strongest_colour_is_used_and_unknown_places_are_hollow(find):
    places = tiles("34")
    chart = tile_map(
        places, {places[0].code: Reading(7), places[1].code: Reading(70)}, title="t", columns=("", "")
    )
    classes = [polygon.get("class") for polygon in find(chart.svg, "polygon")]
    assert classes.count("hx q5") == 1
    assert classes.count("hx qn") == len(places) - 2
    assert chart.table.rows == [[places[1].label, "70"], [places[0].label, "7"]]


def test_links_and_fall_marks(find):
    (place, *_rest) = tiles("34")
    reading = Reading(7, href="/customers?city=3401&x", fell=True)
    chart = tile_map([place], {place.code: reading}, title="t", fell="fell")
    assert find(chart.svg, "a")[0].get("href") == "/customers?city=3401&x"
    assert len(find(chart.svg, "path", "fall")) == 1
    assert chart.legend[-1].text == "fell"


def test_nothing_to_show(find):
    assert find(tile_map([], {}, title="t").svg, "polygon") == []
    assert tiles("99") == []
