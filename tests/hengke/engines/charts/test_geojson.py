"""Boundaries as people upload them: what is read, and that everything hostile is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hengke.engines.charts import geojson
from hengke.kernel.errors import InputError

SQUARE = [[116, 29], [118, 29], [118, 32], [116, 32], [116, 29]]


def area(
    name: Any = "安徽省", coordinates: Any = None, kind: str = "Polygon", **properties: Any
) -> dict[str, Any]:
    given = {"name": name} if name is not None else {}
    shape = {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": given | properties, "geometry": shape}


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def test_areas_rings_and_lines_are_read() -> None:
    found = geojson.read(collection(
        area(), area("海南", [[SQUARE], [SQUARE]], "MultiPolygon"),
        area("海南", kind="MultiLineString", coordinates=[SQUARE]),
        area("", kind="LineString", coordinates=[[110, 10], [111, 9]]), {"type": "Feature", "geometry": None},
        area(None, NAME="  江苏\u200b\x07 "),
    ))  # fmt: skip
    assert [(a.name, len(a.rings), len(a.lines)) for a in found] == [
        ("安徽省", 1, 0), ("海南", 2, 1), ("江苏", 1, 0), ("", 0, 1), ("", 0, 0),
    ]  # fmt: skip
    assert found[0].rings[0][1] == (118.0, 29.0)


HOSTILE: list[tuple[str, bytes]] = [
    ("boundary_json", b""), ("boundary_json", b"\xff\xfe\x00"), ("boundary_json", b"[]"),
    ("boundary_json", b"[" * 100_000), ("boundary_json", b'{"type":"FeatureCollection","features":[]}'),
    ("boundary_json", b'{"type":"Topology","features":[1]}'),
    ("boundary_json", collection(area(coordinates=[[[float("nan"), 1]]]))),
    ("boundary_json", collection(area()).replace(b"116", b"1e999")), ("boundary_json", collection(area("\x00"))),
    ("boundary_degrees", collection(area()).replace(b"116", b"1" + b"0" * 400)),
    ("boundary_degrees", collection(area(coordinates=[[[12958175, 3749032]] * 4]))),
    ("boundary_open", collection(area(coordinates=[SQUARE[:-1]]))),
    ("boundary_open", collection(area(coordinates=[[]]))),
    ("boundary_geometry", collection(area(kind="Point", coordinates=[116, 29]))),
    ("boundary_geometry", collection(area(kind="GeometryCollection"))),
    ("boundary_geometry", collection(area(kind="x"))),
    ("boundary_geometry", collection(area(coordinates={"a": 1}))),
    ("boundary_geometry", collection(area(coordinates=[[1, 2]]))),
    ("boundary_geometry", collection(area(coordinates=[[["116", "29"]] * 4]))),
    ("boundary_geometry", collection(area(coordinates=[[[True, False]] * 4]))),
    ("boundary_geometry", collection(area(coordinates=[[[1, 2, 3, 4, 5]] * 4]))),
    ("boundary_geometry", collection({"type": "Feature", "geometry": "x", "properties": 7})),
    ("boundary_nameless", collection(area(None))), ("boundary_nameless", collection(7, None, "x")),
    ("boundary_nameless", collection(area("安徽", kind="LineString", coordinates=SQUARE))),
    ("boundary_many", collection(*[area()] * 1_001)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "data"), HOSTILE)
def test_what_is_no_map_is_refused_in_words(code: str, data: bytes) -> None:
    with pytest.raises(InputError) as error:
        geojson.read(data)
    assert error.value.code == code


def test_too_large_and_too_many_points_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError) as error:
        geojson.read(b" " * (geojson.LARGEST + 1))
    assert error.value.code == "boundary_large"
    monkeypatch.setattr(geojson, "MOST_POINTS", 9)
    assert geojson.read(collection(area()))
    with pytest.raises(InputError) as error:
        geojson.read(collection(area(), area("江苏")))
    assert error.value.code == "boundary_points"


def test_a_name_is_cut_and_stays_text() -> None:
    (found,) = geojson.read(collection(area("<script>" + "长" * 500)))
    assert found.name.startswith("<script>")
    assert len(found.name) == geojson.LONGEST_NAME
