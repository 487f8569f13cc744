"""Idempotency-Key: one key, one piece of work."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hengke.engines.records.models import KeptAnswer
from hengke.kernel import clock
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import person
from tests.hengke.engines.records.rest.conftest import client_of

Send = Callable[..., Any]
BODY = {"name": "合肥供水集团有限公司"}


@pytest.mark.django_db
def test_the_same_request_is_answered_alike_and_done_once(send: Send) -> None:
    first = send("post", "/customers", BODY, Idempotency_Key="a")
    again = send("post", "/customers", BODY, Idempotency_Key="a")
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_another_request_or_person_under_the_same_key(send: Send) -> None:
    send("post", "/customers", BODY, Idempotency_Key="a")
    assert send("post", "/customers", {"name": "芜湖"}, Idempotency_Key="a").status_code == 422
    assert send("post", "/customers?fields=name", BODY, Idempotency_Key="a").status_code == 422
    assert Customer.objects.count() == 1
    other = client_of(person("other"))
    answer = other.post(
        "/api/v1/customers", json.dumps({"name": "芜湖造船厂"}), content_type="application/json",
        headers={"Idempotency-Key": "a"},
    )  # fmt: skip
    assert (answer.status_code, Customer.objects.count()) == (201, 2)


@pytest.mark.django_db
def test_what_was_refused_leaves_the_key_free(send: Send) -> None:
    for _ in range(2):
        assert send("post", "/customers", {"name": ""}, Idempotency_Key="a").status_code == 400
    assert send("post", "/customers", BODY, Idempotency_Key="a").status_code == 201


@pytest.mark.django_db
def test_actions_are_done_once(send: Send) -> None:
    task = make.activity(make.customer(), "回访")
    codes = [
        send("post", f"/activities/{task.pk}/complete", {}, Idempotency_Key="a").status_code for _ in "ab"
    ]
    assert codes == [200, 200]
    assert send("post", f"/activities/{task.pk}/complete", {}).status_code == 409


@pytest.mark.django_db
def test_a_key_lasts_a_day(send: Send) -> None:
    send("post", "/customers", BODY, Idempotency_Key="a")
    KeptAnswer.objects.update(at=clock.now() - timedelta(hours=25))
    assert send("post", "/customers", {"name": "芜湖造船厂"}, Idempotency_Key="a").status_code == 201
    assert KeptAnswer.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "合肥"])
def test_keys_have_a_form(send: Send, key: str) -> None:
    answer = send("post", "/customers", BODY, Idempotency_Key=key)
    assert (answer.status_code, Customer.objects.count()) == (400, 0)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_a_time_make_one_row() -> None:
    token = client_of(person("boss")).defaults["HTTP_AUTHORIZATION"]

    def ask(_n: int) -> tuple[int, Any]:
        try:
            client = Client(headers={"Authorization": token, "Idempotency-Key": "k"})
            answer = client.post("/api/v1/customers", json.dumps(BODY), content_type="application/json")
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))
    assert {code for code, _body in answers} == {201}
    assert all(body == answers[0][1] for _code, body in answers)
    assert Customer.objects.count() == 1
