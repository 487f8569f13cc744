"""One declaration is the whole cost of a new object; the suites over all objects walk it like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.engines.records.schema import registry
from hengke.faces.context import menu
from tests.dummy_pack.models import Vehicle
from tests.factories import customers as make
from tests.factories import fields
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
MOST_LINES = 60


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


@pytest.fixture
def vehicle() -> Vehicle:
    return Vehicle.objects.create(
        customer=make.customer(), plate="皖A70001", inspection="2020-01-31", price="1000.00"
    )


def _page(client: Client, url: str, **words: str) -> str:
    answer = client.get(url, words)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_it_is_declared_in_less_than_sixty_lines() -> None:
    own = [path for path in Path(__file__).parent.glob("*.py") if not path.name.startswith("test_")]
    assert {path.name for path in own} == {"__init__.py", "apps.py", "models.py", "records.py"}
    assert sum(len(path.read_text().splitlines()) for path in own) < MOST_LINES
    assert registry.by_slug("vehicles").subject == "dummy_pack.vehicle"


@pytest.mark.parametrize(
    "shape", ["", "/board", "/calendar?at=2020-01-31", "/map", "?view=overdue", "?group=use"]
)
def test_it_has_every_shape_of_a_list(boss: Client, vehicle: Vehicle, shape: str) -> None:
    shown = _page(boss, f"/vehicles{shape}")
    assert ("安徽" if shape == "/map" else "Road" if "group" in shape else vehicle.plate) in shown


@pytest.mark.parametrize("layer", ["", "?layer=points"])
def test_its_map_places_only_customers_that_the_person_may_see(client: Client, layer: str) -> None:
    here = unit("Department A")
    for home, plate in ((here, "皖A1"), (unit("Department B"), "皖A2")):
        Vehicle.objects.create(customer=make.customer(f"{plate}厂", unit=home), plate=plate)
    client.force_login(person("manager", Role.ACCOUNT_MANAGER, here))
    shown = _page(client, f"/vehicles/map{layer}")
    assert 'class="num">1<' in shown
    assert 'class="num">2<' not in shown


def test_it_has_a_place_in_the_menu_and_the_palette(boss: Client, vehicle: Vehicle) -> None:
    assert any(entry.url_name == "vehicles:list" for _label, group in menu() for entry in group)
    assert 'href="/vehicles"' in _page(boss, "/customers")
    found = boss.get("/search/suggest", {"q": "车辆"}).content.decode()
    assert "/vehicles" in found


def test_form_page_and_fields_without_a_section(boss: Client, vehicle: Vehicle) -> None:
    for url in (f"/vehicles/{vehicle.pk}", f"/vehicles/{vehicle.pk}/edit"):
        assert vehicle.plate in _page(boss, url)
    made = boss.post("/vehicles/new", {"customer": str(vehicle.customer), "plate": "皖A70002", "use": "ROAD"})
    assert made.status_code == 302
    assert Vehicle.objects.get(plate="皖A70002").customer == vehicle.customer
    boss.post(f"/vehicles/{vehicle.pk}/cell/use", {"value": "WORKSHOP", "version": "1"})
    vehicle.refresh_from_db()
    assert vehicle.use == "WORKSHOP"


def test_import_export_search_and_api(boss: Client, vehicle: Vehicle) -> None:
    number = vehicle.customer.number
    body = f"plate,customer,use\n皖A70003,{number},WORKSHOP\n皖A70001,{number},SCRAPPED\n"
    where = boss.post("/vehicles/import", {"files": SimpleUploadedFile("a.csv", body.encode())})["Location"]
    boss.post(where, {"column-0": "plate", "column-1": "customer", "column-2": "use"})
    queue.run_waiting()
    boss.post(f"/vehicles/import/{Job.objects.latest('pk').pk}/start")
    queue.run_waiting()
    assert dict(Vehicle.objects.values_list("plate", "use")) == {
        "皖A70003": "WORKSHOP",
        "皖A70001": "SCRAPPED",
    }
    exported = b"".join(boss.post("/vehicles/export", {"form": "csv"}).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "皖A70003" in exported
    assert "皖A70003" in _page(boss, "/search", q="皖A70003")
    answer = boss.post("/api/v1/vehicles", json.dumps({"plate": "皖A70004", "customer": vehicle.customer.pk}),
                       content_type="application/json")  # fmt: skip
    assert (answer.status_code, answer.json()["use"]) == (201, "ROAD")
    assert "/vehicles/{id}" in boss.get("/api/v1/openapi.json").json()["paths"]


def test_rights_are_those_of_instruments_until_somebody_says_otherwise(vehicle: Vehicle) -> None:
    desk, stranger = Client(), Client()
    desk.force_login(person("desk", Role.BUSINESS_DESK))
    stranger.force_login(person("lab", Role.LABORATORY_HEAD))
    shown = _page(desk, f"/vehicles/{vehicle.pk}")
    assert "1,000" not in shown  # the desk sees no amounts
    assert desk.post(f"/vehicles/{vehicle.pk}/delete").status_code == 403
    assert stranger.get(f"/vehicles/{vehicle.pk}").status_code == 404
    assert Event.objects.filter(kind="access.denied").count() == 2


def test_audit_bin_comments_files_and_own_fields(boss: Client, vehicle: Vehicle) -> None:
    here = f"/vehicles/{vehicle.pk}"
    boss.post(f"{here}/comments", {"text": "下周送检"})
    boss.post(f"{here}/files", {"files": SimpleUploadedFile("行驶证.txt", b"x")})
    assert all(words in _page(boss, here) for words in ("下周送检", "行驶证.txt"))
    field = fields.field("vehicles", "number", "吨位")
    assert "吨位" in _page(boss, f"{here}/edit")
    answer: Any = boss.patch(
        f"/api/v1{here}", json.dumps({field.key: "5", "version": 1}), content_type="application/json"
    )
    assert answer.json()[field.key] == "5.000"
    boss.post(f"{here}/delete")
    assert boss.get(here).status_code == 404
    assert vehicle.plate in _page(boss, "/bin")
    boss.post(f"/undo/{Event.objects.get(kind='vehicle.deleted').pk}")
    assert vehicle.plate in _page(boss, here)
    assert {"comment.created", "file.added", "vehicle.changed", "vehicle.deleted"} <= {
        *Event.objects.values_list("kind", flat=True)
    }
