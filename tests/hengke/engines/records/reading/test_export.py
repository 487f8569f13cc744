"""Exports: streamed, harmless in a spreadsheet, told to the event stream, only for those who may."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.records.schema import registry
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
EVIL = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "＝1+1", "\n=1+1"]


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    for n, name in enumerate(EVIL):
        make.summary(make.customer(name), this_year=Decimal(-5 - n))
    client.post("/customers/columns", {"column": ["this_year", "city"]})
    return client


def _body(client: Client, form: str, **words: str) -> bytes:
    return b"".join(client.post("/customers/export", {"form": form, **words}).streaming_content)  # type: ignore[attr-defined]


def test_csv_cells_cannot_become_formulas(boss: Client) -> None:
    rows = list(csv.reader(io.StringIO(_body(boss, "csv").decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"'" + name for name in EVIL}
    assert {row[1] for row in rows[1:]} == {f"{-5 - n}.00" for n in range(len(EVIL))}  # amounts stay numbers


def test_sheet_has_no_formulas_and_numbers_are_numbers(boss: Client) -> None:
    body = _body(boss, "xlsx")
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True, min_row=2))
    assert {row[0] for row in rows} == set(EVIL)
    assert all(isinstance(row[1], int | float) for row in rows)


def test_export_takes_the_list_as_it_is_and_is_told(boss: Client) -> None:
    make.customer("芜湖造船厂", city="芜湖市")
    assert _body(boss, "csv", city="芜湖市").decode().count("\r\n") == 2
    event = Event.objects.get(kind="customer.exported")
    assert event.payload["fields"] == ["name", "this_year", "city"]
    assert "%E8%8A%9C%E6%B9%96" in event.payload["list"] or "芜湖" in event.payload["list"]


def test_only_own_rows_and_only_with_the_right(client: Client) -> None:
    home = unit("Department A")
    seller = person("seller", Role.ACCOUNT_MANAGER, home)
    make.customer("自己的", owner=seller, unit=home)
    make.customer("同事的", unit=home)
    client.force_login(seller)
    assert "同事的" in client.get("/customers").content.decode()
    text = _body(client, "csv").decode()
    assert ("自己的" in text, "同事的" in text) == (True, False)
    client.force_login(person("desk", Role.BUSINESS_DESK))
    assert client.post("/customers/export", {"form": "csv"}).status_code == 403
    assert Event.objects.filter(kind__endswith="exported").count() == 1


def test_json_has_values_as_the_api_and_names_beside_keys(boss: Client) -> None:
    seller = person("seller")
    chosen = make.customer("芜湖造船厂", city="芜湖市", owner=seller)
    make.summary(chosen, this_year=Decimal("12.30"))
    body = _body(boss, "json", city="芜湖市", columns="choose", column=["owner", "this_year"])  # type: ignore[arg-type]
    told = json.loads(body)
    assert [field["name"] for field in told["fields"]] == ["name", "this_year", "owner"]
    assert told["items"] == [{
        "id": chosen.pk, "name": "芜湖造船厂", "this_year": "12.30", "owner": seller.pk, "owner_name": "seller",
    }]  # fmt: skip
    everything = json.loads(_body(boss, "json"))
    assert {item["name"] for item in everything["items"]} == {*EVIL, "芜湖造船厂"}
    assert json.loads(_body(boss, "json", city="蚌埠市"))["items"] == []


def test_columns_of_the_file_are_those_asked_for(boss: Client) -> None:
    def heads(**words: object) -> int:
        return len(next(csv.reader(io.StringIO(_body(boss, "csv", **words).decode("utf-8-sig")))))  # type: ignore[arg-type]

    assert (heads(), heads(columns="choose", column=["county"])) == (3, 2)
    assert heads(columns="all") == len(registry.by_slug("customers").fields)
    for words in ({"columns": "choose"}, {"columns": "x"}, {"columns": "choose", "column": "nothing"}):
        assert boss.post("/customers/export", {"form": "csv", **words}).status_code == 400
    page = boss.get("/customers/export?city=芜湖市").content.decode()
    assert 'value="city" checked' in page
    assert 'value="county">' in page


def test_hidden_columns_cannot_be_asked_for(client: Client) -> None:
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("压力室", "laboratory")))
    words = {"form": "json", "columns": "choose", "column": "tier"}
    assert client.post("/customers/export", words).status_code == 400
    page = client.get("/customers/export").content.decode()
    assert 'value="tier"' not in page
    assert 'value="city"' in page
