"""Every address, every role, hostile values: no answer of 500, none without words, nobody in without log-in.

Which parameters a page reads is learned by watching it, so that a new page is attacked without being listed.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import User
from hengke.kernel.texts import is_usable
from tests.factories import customers as make
from tests.factories.ledgers import bring, row, work
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = {"/login", "/livez", "/readyz", "/language"}
VALUES = (
    "", "0", "1", "-1", "9" * 19, "9" * 30, "1e308", "NaN", "²", "１", "x", "a\x00b", "\ud800", "@me", "@today+99999",
    "2025-02-30", "0001-01-01/9999-12-31", "[", '["name","eq","\\ud800"]', '{"or":[]}', "%", "../../etc/passwd",
    "'\"><img src=x onerror=alert(1)>", "{{7*7}}", "=cmd|' /C calc'!A0", "长" * 3_000, "a.b", "__class__", "-", ",",
    "1,2,3", "0-0-0", "laboratory:\udfff", "unit:/", "tier-", "//evil.example",
)  # fmt: skip
PLACES = {"int": ("1", "9" * 30), "str": ("x", "\ud800", "%00", "n" * 300)}


def _routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _addresses() -> list[str]:
    """One address for each value of the places in a route."""
    found: dict[str, None] = {}
    for route in _routes(get_resolver().url_patterns):
        parts = [part for part in route.replace("<", "\n<").replace(">", ">\n").split("\n") if part]
        options = [PLACES[part[1:].partition(":")[0]] if part[0] == "<" else (part,) for part in parts]
        for chosen in itertools.zip_longest(*options):
            filled = (given or option[0] for given, option in zip(chosen, options, strict=True))
            found["".join(filled)] = None
    return list(found)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of parameters that views have asked for since the set was last emptied."""
    names: set[str] = set()
    for method in ("get", "getlist", "__getitem__", "__contains__"):
        own = getattr(QueryDict, method)

        def spy(self: QueryDict, name: Any, *rest: Any, _own: Any = own) -> Any:
            if isinstance(name, str):
                names.add(name)
            return _own(self, name, *rest)

        monkeypatch.setattr(QueryDict, method, spy)
    return names


@pytest.fixture
def world() -> dict[str, User]:
    """A little of everything, and one person of each role."""
    bring([row("W1"), row("W2", 单位名称="芜湖造船厂", 检定室="长度室")], refresh=True)
    work(refresh=True)
    make.contact(make.customer("蚌埠仪表厂"))
    laboratory = unit("压力室", UnitKind.LABORATORY)
    return {r: person(r, r, laboratory if r == Role.LABORATORY_HEAD else None) for r in Role.values}


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def _bad(answer: Any) -> str:
    """What is wrong with an answer, "" when nothing is."""
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.status_code >= 400 and not answer.content.strip():
        return "no words"
    if "alert(1)>" in (body := b"".join(answer)[:200_000].decode("utf-8", "replace")) and "<img src=x" in body:
        return "markup of the client's"
    return ""


def _send(client: Client, method: str, url: str, given: dict[str, str], **headers: str) -> Any:
    usable = {name.encode("utf-8", "surrogatepass"): v.encode("utf-8", "surrogatepass") for name, v in given.items()}
    raw = b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in usable.items())
    url = url if is_usable(url) else url.encode("utf-8", "replace").decode()
    if method == "GET":
        return client.generic("GET", url, headers=headers, QUERY_STRING=raw.decode("ascii"))
    return client.generic(method, url, raw, content_type="application/x-www-form-urlencoded", headers=headers)


def _quoted(value: bytes) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in value)


@pytest.mark.parametrize("role", [*Role.values, "nobody"])
def test_no_value_of_any_parameter_breaks_a_page(
    world: dict[str, User], asked: set[str], settings: Any, role: str
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    logging.disable(logging.ERROR)
    wrong: list[tuple[object, ...]] = []
    for url in _addresses():
        for method, headers in (("GET", {}), ("GET", {"HX-Request": "true"}), ("POST", {})):
            client = _client(world.get(role))  # the last request may have logged out
            asked.clear()
            if said := _bad(_send(client, method, url, {}, **headers)):
                wrong.append((method, url, said))
            names = sorted(asked - {"csrfmiddlewaretoken"})
            if headers or not names:
                continue
            # All parameters at a time, the values in turns: each name meets each value once.
            for turn in range(len(VALUES)):
                given = {name: VALUES[(turn + place) % len(VALUES)] for place, name in enumerate(names)}
                if said := _bad(_send(client, method, url, given, **headers)):
                    wrong.append((method, url, said, given))
    logging.disable(logging.NOTSET)
    assert not wrong
