"""The security administrator's page, and who may not have it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access import login
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.account import policy, recovery, second_steps
from hengke.engines.account.models import LoginPolicy
from tests.factories.people import person
from tests.hengke.engines.account.conftest import is_in, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss", Role.SECURITY_ADMINISTRATOR))
    return client


def _rules(**changed: str) -> dict[str, str]:
    rules = {
        f"{role}-{name}": value
        for role in Role.values
        for name, value in (("idle", "480"), ("absolute", "1440"))
    }
    return rules | changed


def test_only_what_was_changed_is_stored(boss: Client) -> None:
    answer = boss.post("/security/rules", _rules(**{"director-second_step": "on", "director-idle": "30"}))
    assert answer.status_code == 302
    row = LoginPolicy.objects.get()
    assert (row.role, row.second_step, row.idle_minutes, row.absolute_minutes) == ("director", True, 30, 1440)
    assert Event.objects.filter(kind="policy.changed").count() == 1
    assert policy.of(Role.DIRECTOR).idle == timedelta(minutes=30)


def test_contradicting_times_are_refused_as_a_whole(boss: Client) -> None:
    wrong = _rules(**{"director-absolute": "60", "business_desk-idle": "30"})
    assert boss.post("/security/rules", wrong).status_code == 400
    assert not LoginPolicy.objects.exists()


def test_unlock_end_and_reset(boss: Client) -> None:
    user = with_app()
    recovery.make(user, actor=Actor.of(user))
    theirs = Client()
    theirs.force_login(user)
    for _n in range(5):
        login.failed("anna", "10.0.0.1")
    assert "locked" in boss.get("/security", headers={"Accept-Language": "en"}).content.decode()
    boss.post(f"/security/people/{user.pk}", {"action": "unlock"})
    assert not login.waiting()
    boss.post(f"/security/people/{user.pk}", {"action": "end"})
    assert not is_in(theirs)
    boss.post(f"/security/people/{user.pk}", {"action": "reset"})
    assert (second_steps.ways(user), recovery.left(user)) == (frozenset(), 0)
    kinds = set(
        Event.objects.filter(subject_id=user.pk, actor__username="boss").values_list("kind", flat=True)
    )
    assert kinds == {"login.unlocked", "session.ended", "second_step.reset"}


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.SECURITY_ADMINISTRATOR, Role.ADMINISTRATOR}))
def test_nobody_else_sees_or_changes_it(client: Client, role: str) -> None:
    user = with_app()
    client.force_login(person("other", role))
    assert client.get("/security").status_code == 403
    assert client.post("/security/rules", _rules(**{"director-idle": "30"})).status_code == 403
    assert client.post(f"/security/people/{user.pk}", {"action": "reset"}).status_code == 403
    assert second_steps.ways(user) == {"totp"}
    assert not LoginPolicy.objects.exists()
    assert "/security" not in client.get("/account").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_however_many_people(boss: Client, count: int) -> None:
    for n in range(count):
        with_app(f"user{n}")
        for _n in range(5):
            login.failed(f"user{n}", "10.0.0.1")
    boss.get("/security")  # what is read once per process does not count
    with CaptureQueriesContext(connection) as seen:
        boss.get("/security")
    # Session, person, rules, waiting names, people; two of the shell.
    assert len(seen) == 7


def test_a_person_unknown_to_the_page_is_not_found(boss: Client) -> None:
    assert boss.post("/security/people/999999", {"action": "end"}).status_code == 404
    assert User.objects.count() == 1
