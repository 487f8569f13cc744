"""Administrators divided into three: what each has, and that none of them sees customers."""

from __future__ import annotations

import pytest
from django.test import Client

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db
SUBJECTS = {
    Role.SYSTEM_ADMINISTRATOR: {"access.user", "access.unit", "access.setting", "jobs.job"},
    Role.SECURITY_ADMINISTRATOR: {"access.role", "access.grant", "access.policy", "access.protection"},
    Role.AUDIT_ADMINISTRATOR: {"access.audit"},
}


@pytest.mark.parametrize("role", SUBJECTS)
def test_each_has_the_own_part_and_nothing_else(role: Role) -> None:
    assert {grant.subject for grant in grants.declared() if grant.role == role} == SUBJECTS[role]


def test_no_two_of_them_share_a_part_and_the_combined_one_has_all() -> None:
    parts = list(SUBJECTS.values())
    assert sum(map(len, parts)) == len(set.union(*parts))
    boss = Actor(1, Role.ADMINISTRATOR)
    assert all(grants.may(boss, "change", subject) for subject in set.union(*parts))


@pytest.mark.parametrize("role", SUBJECTS)
def test_none_of_them_sees_a_customer_on_any_door(client: Client, role: Role) -> None:
    customer = make.customer("合肥仪表厂")
    client.force_login(person("one", role))
    addresses = (
        "/customers", f"/customers/{customer.pk}", "/overview", "/imports", "/review", "/quality", "/search?q=合肥",
        "/search/suggest?q=合肥", "/api/v1/customers", f"/api/v1/customers/{customer.pk}",
    )  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert "合肥仪表厂" not in answer.content.decode(), address
        if "search" not in address:
            assert answer.status_code in (403, 404), address


@pytest.mark.parametrize("role", Role.values)
def test_everybody_starts_on_a_page_that_opens(client: Client, role: str) -> None:
    client.force_login(person("one", role))
    place = client.get("/")["Location"]
    assert client.get(place).status_code == 200, place
    starts = {
        Role.SECURITY_ADMINISTRATOR: "/security",
        Role.BUSINESS_DESK: "/customers",
        Role.DIRECTOR: "/overview",
    }
    assert place == starts.get(Role(role), place)
