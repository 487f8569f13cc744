"""Imported boundaries and points: through the pages, over the list's filter, with everybody's own rights."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.records.models import MapBoundary
from tests.factories import customers as make
from tests.factories.people import person, unit
from tests.hengke.engines.charts.test_geojson import area, collection

pytestmark = pytest.mark.django_db
APPROVAL = "GS(2024)0650号"
TWO = collection(area("安徽省"), area("江苏省", [[[119, 32], [121, 32], [121, 34], [119, 34], [119, 32]]]))


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(person("admin", Role.ADMINISTRATOR))
    return client


def _import(client: Client, data: bytes = TWO, *, region: str = "", approval: str = APPROVAL) -> Any:
    file = SimpleUploadedFile("map.geojson", data)
    return client.post("/boundaries", {"region": region, "approval": approval, "file": file})


def _customers() -> None:
    for name, province, city in (
        ("甲", "安徽省", "合肥市"),
        ("乙", "安徽", "芜湖市"),
        ("丙", "江苏省", "南京市"),
        ("丁", "", ""),
    ):
        make.customer(f"{name}厂", province=province, city=city)


def _map(client: Client, query: str = "") -> str:
    answer = client.get(f"/customers/map{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_boundaries_take_the_place_of_tiles_until_they_are_removed(admin: Client) -> None:
    _customers()
    assert 'class="hx' in _map(admin)
    assert _import(admin).status_code == 302
    page = _map(admin)
    assert 'class="hx' not in page
    assert f"审图号: {APPROVAL}" in page
    assert re.search(r'aria-label="安徽省: 2"', page)
    assert re.search(r'class="ar q5"', page)
    link = re.search(r'<a href="([^"]+)" aria-label="安徽省: 2"', page)
    assert link is not None
    inside = admin.get(link[1].replace("&amp;", "&")).content.decode()
    assert "合肥" in inside
    assert APPROVAL not in inside  # the province's own map has no boundary yet
    row = MapBoundary.objects.get()
    assert (row.areas, row.file_name, row.made_by.username) == (2, "map.geojson", "admin")
    assert APPROVAL in admin.get("/boundaries").content.decode()
    admin.post(f"/boundaries/{row.pk}/remove")
    assert 'class="hx' in _map(admin)
    assert list(Event.objects.filter(kind__startswith="boundary.").values_list("kind", flat=True)) == [
        "boundary.imported", "boundary.removed",
    ]  # fmt: skip


def test_a_second_file_replaces_the_first_and_a_province_has_its_own(admin: Client) -> None:
    _customers()
    _import(admin)
    _import(admin, collection(area("安徽")), approval="皖S(2024)1号")
    assert MapBoundary.objects.get().approval == "皖S(2024)1号"
    cities = collection(
        area("合肥市"), area("芜湖市", [[[118, 31], [119, 31], [119, 32], [118, 32], [118, 31]]])
    )
    assert _import(admin, cities, region="34").status_code == 302
    page = _map(admin, "?province=安徽省")
    assert 'aria-label="合肥市: 1"' in page
    assert APPROVAL in page


@pytest.mark.parametrize(("data", "words"), [
    (b"{", "无法按 JSON 读取"), (collection(area("合肥市")), "不属于所选的地图"),
    (collection(area(kind="Point", coordinates=[1, 2])), "不是"),
    (collection(area(coordinates=[[[1e6, 2]] * 4])), "经纬度"),
])  # fmt: skip
def test_what_is_no_map_of_this_is_refused_beside_the_file(admin: Client, data: bytes, words: str) -> None:
    answer = _import(admin, data)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not MapBoundary.objects.exists()


@pytest.mark.parametrize(
    ("approval", "region"), [("", ""), ("x", ""), ("y" * 61, ""), (APPROVAL, "99"), (APPROVAL, "../")]
)
def test_a_boundary_needs_its_number_and_its_map(admin: Client, approval: str, region: str) -> None:
    assert _import(admin, approval=approval, region=region).status_code == 400
    assert not MapBoundary.objects.exists()


def test_only_administrators_import(client: Client) -> None:
    client.force_login(person("boss"))
    assert _import(client).status_code == 403
    assert client.get("/boundaries").status_code == 403
    assert client.post("/boundaries/1/remove").status_code == 403
    assert "/boundaries" not in _map(client)


def test_a_hostile_name_stays_text(admin: Client) -> None:
    _customers()
    _import(
        admin,
        collection(
            area("安徽"), area('"><script>alert(1)</script>', [[[119, 32], [121, 32], [121, 34], [119, 32]]])
        ),
    )
    assert "<script>alert" not in _map(admin)


def test_points_come_from_degrees_or_else_from_the_place(admin: Client) -> None:
    _customers()
    make.customer("戊厂", province="安徽省", city="合肥市", longitude="117.281", latitude="31.863")
    page = _map(admin, "?layer=points")
    assert 'class="spot"' in page
    assert 'class="net"' in page  # no boundary: a net of degrees
    assert "1 条没有可知的地点" in page
    labels = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"', page)
    hefei = next(url for url, words in labels if "117.28°" in words)
    listed = admin.get(hefei.replace("&amp;", "&")).content.decode()
    assert ("戊厂" in listed, "甲厂" in listed, "丙厂" in listed) == (True, True, False)
    _import(admin)
    page = _map(admin, "?layer=points")
    assert 'class="net"' not in page
    assert 'class="ar qn"' in page
    assert APPROVAL in page


def test_points_keep_to_the_filter_and_to_the_province(admin: Client) -> None:
    _customers()
    page = _map(admin, "?layer=points&city=合肥市")
    assert "合肥市" in page
    assert "南京市" not in page
    inside = _map(admin, "?layer=points&province=江苏省")
    assert "南京市" in inside
    assert "合肥市" not in inside
    assert admin.get("/customers/map?layer=satellite").status_code == 400


def test_nobody_sees_points_out_of_scope(client: Client) -> None:
    home = unit("Department A")
    make.customer("秘密厂", unit=home, longitude="117.281", latitude="31.863")
    make.customer("又秘密厂", unit=home, province="江苏省", city="南京市")
    client.force_login(person("b_sales", Role.ACCOUNT_MANAGER, unit("Department B")))
    page = _map(client, "?layer=points")
    assert 'class="spot"' not in page
    assert "117.28" not in page
    assert "南京" not in page


@pytest.mark.parametrize("query", ["", "?layer=points"])
def test_the_map_takes_the_same_queries_however_many_places(admin: Client, query: str) -> None:
    counts = []
    for n in range(3):
        make.customer(
            f"{n}厂",
            province="安徽省",
            city=("合肥市", "芜湖市", "蚌埠市")[n],
            longitude=f"11{n}.2",
            latitude="30",
        )
        _map(admin, query)
        with CaptureQueriesContext(connection) as seen:
            _map(admin, query)
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_positions_pass_through_form_filter_file_and_api(admin: Client) -> None:
    make.customer("甲厂", longitude="117.281", latitude="31.863")
    one = admin.get("/api/v1/customers?longitude__gte=117&latitude__lt=32").json()["items"][0]
    assert (one["longitude"], one["latitude"]) == (117.281, 31.863)
    body = {"latitude": 31.9, "version": one["version"]}
    changed = admin.patch(f"/api/v1/customers/{one['id']}", json.dumps(body), content_type="application/json")
    assert changed.json()["latitude"] == 31.9
    for wrong in ({"latitude": 91}, {"longitude": -181}, {"latitude": 1e300}, {"latitude": "north"}):
        body = wrong | {"version": changed.json()["version"]}
        answer = admin.patch(
            f"/api/v1/customers/{one['id']}", json.dumps(body), content_type="application/json"
        )
        assert answer.status_code == 400, wrong
    text = b"".join(
        admin.post(
            "/customers/export", {"form": "csv", "columns": "choose", "column": ["name", "latitude"]}
        ).streaming_content
    )
    assert "31.9" in text.decode()
    assert "117.281°" in admin.get(f"/customers/{one['id']}").content.decode()
