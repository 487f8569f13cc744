import json
from importlib.resources import files

import pytest

from hengke.engines.charts.tools.tile_grid import (
    PREFECTURE_SUFFIX,
    PROVINCE_SUFFIX,
    gabriel,
    hungarian,
    main,
    place,
    short,
)  # fmt: skip


@pytest.mark.slow
def test_packaged_grid_is_what_the_program_derives(shared, tmp_path):
    main(str(shared / "data/reference"), str(tmp_path / "tiles.json"))
    packaged = files("hengke.engines.charts").joinpath("data/tiles.json").read_text(encoding="utf-8")
    assert (tmp_path / "tiles.json").read_text(encoding="utf-8") == packaged
    assert "cpca (MIT)" in json.loads(packaged)["attribution"]


def test_cheapest_assignment():
    cost = [[4, 1, 3], [2, 0, 5], [3, 2, 2]]
    assert hungarian(cost) == [1, 0, 2]
    assert hungarian([[9, 1, 9, 2], [9, 1, 9, 9]]) == [3, 1]


def test_neighbours_have_nobody_between():
    assert gabriel([(0, 0), (1, 0), (2, 0)]) == [(0, 1), (1, 2)]


def test_a_row_of_towns_stays_a_row():
    rows = place([("1", "west", 110, 30), ("2", "middle", 111, 30), ("3", "east", 112, 30)])
    assert [row[1] for row in sorted(rows, key=lambda row: row[2])] == ["west", "middle", "east"]


@pytest.mark.parametrize(
    ("name", "pattern", "label"),
    [
        ("内蒙古自治区", PROVINCE_SUFFIX, "内蒙古"), ("新疆维吾尔自治区", PROVINCE_SUFFIX, "新疆"),
        ("香港特别行政区", PROVINCE_SUFFIX, "香港"), ("黔东南苗族侗族自治州", PREFECTURE_SUFFIX, "黔东南"),
        ("延边朝鲜族自治州", PREFECTURE_SUFFIX, "延边"), ("大兴安岭地区", PREFECTURE_SUFFIX, "大兴安岭"),
        ("忠县", PREFECTURE_SUFFIX, "忠县"), ("蒙自市", PREFECTURE_SUFFIX, "蒙自"),
    ],
)  # fmt: skip
def test_short_labels(name, pattern, label):
    assert short(name, pattern) == label
