"""Many changes at once: all or nothing, or each row for itself; one event, one undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hengke.engines.access.enums import Role
from hengke.engines.access.journal import states
from hengke.engines.records.search.query import search
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import actor, person, unit
from tests.hengke.engines.records.rest.conftest import client_of, told

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


def _mixed() -> tuple[Customer, Customer, dict[str, Any]]:
    old, gone = make.customer("合肥仪表厂"), make.customer("芜湖造船厂")
    return old, gone, {
        "create": [{"name": "蚌埠玻璃厂"}, {"name": "铜陵铜业"}],
        "update": [{"id": old.pk, "version": 1, "city": "滁州市"}],
        "delete": [{"id": gone.pk}],
    }  # fmt: skip


def test_one_event_tells_of_all_and_takes_all_back(send: Send) -> None:
    old, _gone, body = _mixed()
    answer = send("post", "/customers/bulk", body)
    assert answer.status_code == 200
    result = answer.json()
    assert [row["done"] for kind in ("create", "update", "delete") for row in result[kind]] == [True] * 4
    assert result["update"] == [{"done": True, "id": old.pk, "version": 2}]
    event = told().get()
    assert (event.kind, event.pk) == ("customer.bulk_changed", result["event"])
    assert event.payload == {"asked": {"create": 2, "update": 1, "delete": 1}}
    assert event.rows.count() == 5
    assert [hit.title for hit in search("蚌埠", actor("x"))] == ["蚌埠玻璃厂"]
    assert search("芜湖", actor("y")) == []
    assert send("post", f"/undo/{event.pk}").status_code == 200
    assert {c.name for c in Customer.objects.filter(deleted_at=None)} == {"合肥仪表厂", "芜湖造船厂"}
    assert Customer.objects.get(pk=old.pk).city == old.city
    assert search("蚌埠", actor("z")) == []


def _wrong() -> dict[str, Any]:
    old, gone, body = _mixed()
    body["create"] += [{"name": "", "email": "x"}, {"nothing": 1, "name": "x"}]
    body["update"] += [
        {"id": old.pk, "version": 7, "city": "x"},
        {"id": old.pk, "city": "x"},
        {"id": 10**6, "version": 1},
    ]
    body["delete"] += [{"id": gone.pk, "version": 4}, {"id": True}]
    return body


def test_all_or_nothing_does_nothing_and_names_every_fault(send: Send) -> None:
    body = _wrong()
    before = states(Customer.objects.all())
    answer = send("post", "/customers/bulk", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bulk_refused")
    assert answer.json()["fields"].keys() == {
        "create[2].name", "create[2].email", "create[3].nothing", "update[1]", "update[2]", "update[3]", "delete[1]",
        "delete[2]",
    }  # fmt: skip
    assert states(Customer.objects.all()) == before
    assert told().count() == 0


def test_each_row_for_itself(send: Send) -> None:
    result = send("post", "/customers/bulk?mode=each", _wrong()).json()
    assert [[row.get("code") for row in result[kind]] for kind in ("create", "update", "delete")] == [
        [None, None, "invalid_value", "invalid_value"],
        [None, "stale", "version_missing", "object_not_found"],
        [None, "object_not_found", "object_not_found"],
    ]
    assert result["create"][2]["fields"].keys() == {"name", "email"}
    assert Customer.objects.filter(deleted_at=None).count() == 3
    assert told().get().rows.count() == 5


def test_nothing_done_leaves_no_event(send: Send) -> None:
    answer = send("post", "/customers/bulk?mode=each", {"create": [{"name": ""}]})
    assert (answer.status_code, answer.json()["event"], told().count()) == (200, None, 0)


@pytest.mark.parametrize("body", [
    {}, {"create": 1}, {"create": [1]}, {"remove": []}, {"create": []}, [], {"delete": [[1]]},
    {"create": [{"name": f"n{n}"} for n in range(1_001)]},
])  # fmt: skip
def test_what_is_no_list_of_rows_is_refused(send: Send, body: object) -> None:
    assert send("post", "/customers/bulk", body).status_code in (400, 413)
    assert Customer.objects.count() == 0


def test_nobody_changes_many_out_of_scope() -> None:
    _old, _gone, body = _mixed()
    Customer.objects.update(unit=unit("Department A"))
    outsider = client_of(person("b", Role.ACCOUNT_MANAGER, unit("Department B")))
    answer = outsider.post("/api/v1/customers/bulk", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["fields"].keys() == {"update[0]", "delete[0]"}
    assert Customer.objects.count() == 2


def test_bulk_is_done_once_under_a_key(send: Send) -> None:
    body = {"create": [{"name": "蚌埠玻璃厂"}]}
    first, second = (send("post", "/customers/bulk", body, Idempotency_Key="k").json() for _ in "ab")
    assert first == second
    assert Customer.objects.count() == 1
