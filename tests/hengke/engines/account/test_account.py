"""My account: what is wrong is said, what is dangerous asks for the password, what is shown is shown once."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hengke.engines.access import tokens
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import ApiToken, Event, User
from hengke.engines.account import recovery, sealing
from hengke.engines.account.models import LoginPolicy, OldPassword, RecoveryCode, Session, Totp
from hengke.kernel import clock
from tests.factories.people import PASSWORD, person
from tests.hengke.engines.account.conftest import SECRET, code, confirm, give_password, is_in, with_app

pytestmark = pytest.mark.django_db
NEW = "violet umbrella 41 moons"


def _change(client: Client, new: str, old: str = PASSWORD, again: str | None = None) -> str:
    """The errors of the form, "" when the password was changed."""
    said = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    answer = client.post("/account/password", said)
    return "" if answer.status_code == 302 else str(answer.context["form"].errors)


@pytest.mark.parametrize(("new", "words"), [
    ("short 7", "too short"), ("password123", "first that are tried"), ("bertha-anna", "too much like"),
    (PASSWORD, "used this"),
])  # fmt: skip
def test_what_is_wrong_with_a_password_is_said(anna: User, client: Client, new: str, words: str) -> None:
    User.objects.update(name="Bertha-Anna")
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        assert words in _change(client, new)
    assert User.objects.get().check_password(PASSWORD)


def test_the_old_password_must_be_right_and_guessing_it_locks(anna: User, client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert "not your password" in _change(client, NEW, old="wrong")
    for _n in range(4):
        _change(client, NEW, old="wrong")
    assert "Too many" in _change(client, NEW)
    assert User.objects.get().check_password(PASSWORD)


def test_none_of_the_last_five_passwords_comes_back(anna: User, client: Client) -> None:
    passwords = [PASSWORD, *(f"violet umbrella {n} moons" for n in range(6))]
    for old, new in pairwise(passwords):
        assert _change(client, new, old=old) == ""
    assert OldPassword.objects.count() == 5
    assert all(_change(client, known, old=passwords[-1]) for known in passwords[-5:])
    assert _change(client, passwords[0], old=passwords[-1]) == ""


GUARDED = ["/account/app", "/account/app/remove", "/account/codes", "/account/tokens/new"]


@pytest.mark.parametrize("address", GUARDED)
def test_what_changes_the_way_in_asks_for_the_password_again(client: Client, address: str) -> None:
    user = with_app()
    before = list(Totp.objects.values()), list(RecoveryCode.objects.values()), ApiToken.objects.count()
    give_password(client)
    client.post("/login/second", {"code": code()})
    held = list(Totp.objects.values())
    assert client.get(address)["Location"].startswith("/account/confirm?next=")
    assert (
        client.post(address, {"name": "x", "scope": "read", "days": "30", "code": code(1)}).status_code == 403
    )
    assert (held, list(RecoveryCode.objects.values()), ApiToken.objects.count()) == (
        list(Totp.objects.values()), *before[1:],
    )  # fmt: skip
    assert client.post("/account/confirm", {"password": "wrong"}).status_code == 200
    assert client.get(address).status_code == 302
    answer = client.post(f"/account/confirm?next={address}", {"password": PASSWORD})
    assert answer["Location"] == address
    assert client.get(address).status_code == 200
    Session.objects.filter(user=user).update(ends_at=clock.now() + timedelta(days=9))
    with clock.at(clock.now() + timedelta(minutes=5, seconds=1)):
        assert client.get(address).status_code == 302


def test_confirming_leads_to_no_other_site(anna: User, client: Client) -> None:
    answer = client.post("/account/confirm?next=//evil.example/", {"password": PASSWORD})
    assert answer["Location"] == "/account"


def test_setting_up_the_app_gives_codes_that_are_shown_once(anna: User, client: Client) -> None:
    confirm(client)
    page = client.get("/account/app")
    secret = page.context["letters"].replace(" ", "")
    assert "<svg" in page.content.decode()
    assert "style=" not in str(page.context["picture"])
    assert client.get("/account/app").context["letters"].replace(" ", "") == secret
    assert client.post("/account/app", {"code": "12345"}).context["form"].errors
    done = client.post("/account/app", {"code": code(secret=secret)})
    codes = done.context["codes"]
    assert all(re.fullmatch("[2-9a-z]{5}-[2-9a-z]{5}", one) for one in codes)
    assert done.headers["Cache-Control"] == "no-store"
    assert codes[0] not in client.get("/account").content.decode()
    held = Totp.objects.get()
    assert secret not in held.secret
    assert sealing.unseal(held.secret) == secret


def test_new_codes_replace_the_old_ones(client: Client) -> None:
    user = with_app()
    old = recovery.make(user, actor=Actor.of(user))
    new = recovery.make(user, actor=Actor.of(user))
    assert not recovery.use(user, old[0])
    assert recovery.use(user, new[0])
    assert not RecoveryCode.objects.filter(digest__in=new).exists()


def test_the_last_way_stays_where_the_role_requires_two_steps(client: Client) -> None:
    user = with_app()
    recovery.make(user, actor=Actor.of(user))
    give_password(client)
    client.post("/login/second", {"code": code()})
    confirm(client)
    policy = LoginPolicy.objects.create(
        role=Role.DIRECTOR, second_step=True, idle_minutes=60, absolute_minutes=600
    )
    assert client.post("/account/app/remove").status_code == 409
    assert Totp.objects.filter(user=user).exists()
    policy.delete()
    assert client.post("/account/app/remove").status_code == 302
    assert not Totp.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert Event.objects.filter(kind="second_step.removed").count() == 1


def test_a_token_is_shown_once_and_ends_when_revoked(anna: User, client: Client) -> None:
    confirm(client)
    page = client.post("/account/tokens/new", {"name": "ERP", "scope": "write", "days": "30"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert secret not in client.get("/account").content.decode()
    token = ApiToken.objects.get()
    assert (token.writes, (token.expires_at - clock.now()).days) == (True, 29)
    program, bearer = Client(), {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/customers", headers=bearer).status_code == 200
    assert ApiToken.objects.get().last_used_at is not None
    client.post(f"/account/tokens/{token.pk}/revoke")
    assert program.get("/api/v1/customers", headers=bearer).status_code == 401
    kinds = list(Event.objects.filter(kind__startswith="token.").values_list("kind", flat=True))
    assert kinds == ["token.issued", "token.revoked"]


def test_a_token_is_bounded_object_by_object(anna: User, client: Client) -> None:
    confirm(client)
    given = {"name": "ERP", "scope": "chosen", "days": "30"}
    refused = client.post("/account/tokens/new", given)
    assert "secret" not in refused.context
    assert 'aria-invalid="true"' in refused.content.decode()
    assert client.post("/account/tokens/new", given | {"customers.customer": "own"}).context["form"].errors
    client.post("/account/tokens/new", given | {"customers.customer": "read", "customers.contact": "write"})
    token = ApiToken.objects.get()
    assert (token.writes, token.scopes) == (
        True,
        {"customers.customer": "read", "customers.contact": "write"},
    )
    page = client.get("/account").content.decode()
    assert "客户: 只读" in page
    assert "联系人: 读和写" in page
    client.post("/account/tokens/new", given | {"scope": "read", "customers.customer": "write"})
    assert (ApiToken.objects.latest("pk").writes, ApiToken.objects.latest("pk").scopes) == (False, {})


def test_a_token_is_seen_and_revoked_by_its_owner_only(anna: User, client: Client) -> None:
    tokens.issue(person("bert"), "secret purpose")
    assert "secret purpose" not in client.get("/account").content.decode()
    assert client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke").status_code == 404
    assert ApiToken.objects.count() == 1


def test_a_token_opens_no_page_works_in_no_address_and_dies_of_disuse(anna: User) -> None:
    secret = tokens.issue(anna, "erp", days=365)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/account", headers=bearer).status_code == 302
    assert Client().get(f"/api/v1/customers?token={secret}&access_token={secret}").status_code == 401
    with clock.at(clock.now() + timedelta(days=91)):
        assert tokens.find(secret) is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_however_much_is_on_it(
    anna: User, client: Client, count: int
) -> None:
    for n in range(count):
        tokens.issue(anna, f"t{n}")
        give_password(Client())
        anna.passkeys.create(name=f"k{n}", host="testserver", credential_id=str(n), credential="")
    client.get("/account")  # what is read once per process does not count
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/account").status_code == 200
    # Session, person; sessions, passkeys, app, password, policy, codes, tokens; two of the shell.
    assert len(seen) == 11


def test_an_app_of_before_another_key_of_the_installation_is_refused_not_broken(
    client: Client, settings
) -> None:  # type: ignore[no-untyped-def]
    with_app()
    settings.SECRET_KEY = "another key"
    give_password(client)
    assert client.post("/login/second", {"code": code(secret=SECRET)}).status_code == 200
    assert not is_in(client)
