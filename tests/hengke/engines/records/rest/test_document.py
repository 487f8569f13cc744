"""The description, and whether the API holds to it (schemathesis, bounded)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import meta
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from hengke.config.wsgi import application
from hengke.engines.access.enums import Role
from hengke.engines.access.tokens import issue
from hengke.engines.records.rest import throttle
from hengke.engines.records.schema.actions import actions_of
from hengke.modules.activities.models import Activity
from tests.factories import customers as make
from tests.factories.people import person
from tests.hengke.engines.records.rest.conftest import client_of

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
# What a key in an address or a filter names cannot be said in a schema, so data that fit may be refused.
EXAMPLES = 8
load_all_checks()
HELD = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
        "response_headers_conformance", "negative_data_rejection", "allow_header_conformance",
    )
]  # fmt: skip


def test_description_names_every_field_and_address(send: Send) -> None:
    described = send("get", "/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    for act in actions_of("activities"):
        assert f"/activities/{{id}}/{act.key}" in described["paths"]
    assert set(described["paths"]["/customers/{id}"]) == {"parameters", "get", "patch", "delete"}
    schemas = described["components"]["schemas"]
    assert schemas["Customer"]["properties"]["this_year"]["type"] == ["string", "null"]
    new = schemas["NewCustomer"]
    assert "owner" not in new["properties"]
    assert new["properties"]["name"] == {"type": "string", "maxLength": 200, "minLength": 1}
    assert new["required"] == ["name"]
    for schema in schemas.values():
        meta.validate(schema)


def test_description_leaves_out_what_the_person_may_not_see() -> None:
    schemas = (
        client_of(person("desk", Role.BUSINESS_DESK))
        .get("/api/v1/openapi.json")
        .json()["components"]["schemas"]
    )
    assert "this_year" not in schemas["Customer"]["properties"]
    nobody = client_of(person("porter", "porter")).get("/api/v1/openapi.json").json()
    assert set(nobody["paths"]) == {"/me", "/undo/{event}"}


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A server closes its connection between requests, and with it the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def described(db: None, one_connection: None) -> Any:
    """The document, asked of the same process; objects 1 and up are there to be found."""
    customer = make.customer()
    make.contact(customer)
    make.instrument(customer)
    make.activity(customer, "回访")
    token = issue(person("boss"), "test", writes=True)
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    throttle.forget()
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=headers)
    found.client_headers = headers
    return found


@pytest.mark.slow
def test_the_api_holds_to_its_description(described: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "take", lambda request: None)
    faults: dict[str, str] = {}
    for found in described.get_all_operations():
        operation = found.ok()
        try:
            _hold(operation, headers=described.client_headers)
        except FailureGroup as error:
            faults[operation.label] = "\n".join(str(each) for each in error.exceptions)
    assert not faults, "\n\n".join(f"{label}:\n{text}" for label, text in faults.items())


def _hold(operation: Any, headers: dict[str, str]) -> None:
    """Some requests that fit the description and some that do not."""
    for mode in GenerationMode:

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            with transaction.atomic():
                case.call_and_validate(checks=HELD, headers=headers)
                transaction.set_rollback(True)

        ask()


def test_the_example_objects_are_there(described: Any) -> None:
    assert Activity.objects.count() == 1
    assert Client().get("/api/v1/openapi.json").status_code == 401
