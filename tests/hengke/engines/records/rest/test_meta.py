"""What a program asks first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hengke.engines.access.enums import Role
from tests.factories.people import person, unit
from tests.hengke.engines.records.rest.conftest import client_of

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def test_me_names_person_and_rights() -> None:
    user = person("desk", Role.BUSINESS_DESK, unit("Department A"))
    said = client_of(user).get("/api/v1/me").json()
    assert (said["id"], said["username"], said["role"], said["unit"]) == (
        user.pk,
        "desk",
        Role.BUSINESS_DESK,
        "Department A",
    )
    assert "view" in said["rights"]["customers"]
    nobody = client_of(person("porter", "porter")).get("/api/v1/me").json()
    assert nobody["rights"] == {}


def test_meta_says_what_a_field_takes_and_is(send: Send) -> None:
    said = send("get", "/activities/meta").json()
    fields = {field["name"]: field for field in said["fields"]}
    assert fields["state"]["choices"][0].keys() == {"value", "label"}
    assert fields["customer"]["refers_to"] == "customers"
    assert fields["subject"]["write"] == {"type": "string", "maxLength": 200, "minLength": 1}
    assert fields["owner"]["write"] is None
    assert {"mine", "overdue"} <= {view["key"] for view in said["views"]}
    assert [act["key"] for act in said["actions"]] == ["complete", "reopen"]
    assert said["may"][0] == "view"


def test_meta_leaves_out_what_the_person_may_not_see() -> None:
    fields = client_of(person("desk", Role.BUSINESS_DESK)).get("/api/v1/customers/meta").json()["fields"]
    names = {field["name"] for field in fields}
    assert "name" in names
    assert "this_year" not in names
