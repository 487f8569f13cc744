"""The description, and whether the API holds to it (schemathesis, bounded).

A usual run asks the same requests each time. HENGKE_REST_SEED takes another number, or `random`; with
HENGKE_REST_EXAMPLES it asks more of each address: `HENGKE_REST_SEED=random HENGKE_REST_EXAMPLES=100`.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.internal.conjecture import providers
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
USUAL_SEED = "20260101"
_said = os.environ.get("HENGKE_REST_SEED", USUAL_SEED)
SEED = random.SystemRandom().randrange(10**9) if _said == "random" else int(_said)
EXAMPLES = int(os.environ.get("HENGKE_REST_EXAMPLES", "8"))
# What a key in an address or a filter names cannot be said in a schema, so data that fit may be refused.
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


@pytest.fixture
def same_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis also draws from the constants of whatever is imported, which differs with the tests run before."""
    if _said != "random":
        monkeypatch.setattr(providers, "_get_local_constants", providers.Constants)
        monkeypatch.setattr(providers, "CONSTANTS_CACHE", providers.LRUCache(1024))


@pytest.mark.slow
def test_the_api_holds_to_its_description(
    described: Any, same_requests: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"HENGKE_REST_SEED={SEED} HENGKE_REST_EXAMPLES={EXAMPLES}")
    monkeypatch.setattr(throttle, "take", lambda request: None)
    faults: list[str] = []
    for found in described.get_all_operations():
        operation = found.ok()
        try:
            _hold(operation, headers=described.client_headers)
        except FailureGroup as error:
            said = "\n".join(str(each) for each in error.exceptions)
            faults.append(f"{operation.label} (HENGKE_REST_SEED={SEED}):\n{said}\n{error.__notes__}")
    assert not faults, "\n\n".join(faults)


def _hold(operation: Any, headers: dict[str, str]) -> None:
    """Some requests that fit the description and some that do not."""
    of_rows = [check for check in HELD if check.__name__ != "negative_data_rejection"]
    for mode in GenerationMode:

        @seed(SEED)
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None,
            phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            with transaction.atomic():
                response = case.call(headers=headers)
                checks = of_rows if _tells_of_each(case, response) else HELD
                try:
                    case.validate_response(response, checks=checks, headers=headers)
                except FailureGroup as error:
                    error.add_note(case.as_curl_command(headers=headers))
                    raise
                transaction.set_rollback(True)

        ask()


def _tells_of_each(case: Any, response: Any) -> bool:
    """Whether many rows were asked for each for itself, and the answer says which of them cannot be used."""
    if case.operation.path.endswith("/bulk") and response.status_code == 200:
        rows = [row for kind in ("create", "update", "delete") for row in response.json()[kind]]
        return (case.query or {}).get("mode") == "each" and not all(row["done"] for row in rows)
    return False


def test_the_example_objects_are_there(described: Any) -> None:
    assert Activity.objects.count() == 1
    assert Client().get("/api/v1/openapi.json").status_code == 401
