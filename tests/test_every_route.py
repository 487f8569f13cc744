"""Every address, every role, hostile values: no answer of 500, none without words, nobody in without log-in.

Which parameters a page reads is learned by watching it, so that a new page is attacked without being listed.
"""

from __future__ import annotations

import io
import itertools
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import User
from hengke.engines.records.schema import registry
from hengke.kernel.texts import is_usable
from tests.factories import customers as make
from tests.factories.ledgers import bring, row, work
from tests.factories.objects import entry, vehicle
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = {"/login", "/login/passkey/begin", "/livez", "/readyz", "/language", "/status"}
VALUES = (
    "", "1", "-1", "9" * 30, "NaN", "²", "x", "a\x00b", "\ud800", "@me", "@today+99999", "0001-01-01/9999-12-31",
    "[", '["name","eq","\\ud800"]', '{"or":[]}', "../../etc/passwd", "'\"><img src=x onerror=alert(1)>",
    "长" * 3_000, "__class__", "1,2,3", "0-0-0", "laboratory:\udfff", "unit:/", "//evil.example",
)  # fmt: skip
ASKING: tuple[tuple[str, dict[str, str]], ...] = (("GET", {}), ("GET", {"HX-Request": "true"}), ("POST", {}))
# Objects whose generated pages meet every value; those of the others meet some each, and all of them together.
WALKED = ("instruments", "customers", "activities")
SOME = 6
PLACES = {"int": ("1", "9" * 30), "str": ("x", "%ED%A0%80", "%00", "n" * 300)}


def _routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _addresses(first: int | None = None) -> list[str]:
    """One address for each of the first so many values of the places in a route."""
    found: dict[str, None] = {}
    made = (*(record.slug for record in registry.made()), "o999999999")
    places = PLACES | {"record": tuple(record.slug for record in registry.all_records()), "made": made}
    for route in _routes(get_resolver().url_patterns):
        parts = [part for part in route.replace("<", "\n<").replace(">", ">\n").split("\n") if part]
        options = [
            places.get(part[1:].partition(":")[0], places["str"])[:first] if part[0] == "<" else (part,)
            for part in parts
        ]
        for chosen in itertools.zip_longest(*options):
            filled = (given or option[0] for given, option in zip(chosen, options, strict=True))
            found["".join(filled)] = None
    return list(found)


def _alike(addresses: list[str]) -> dict[str, int]:
    """Addresses that the engine makes for every object alike, of those that stand for no other; each with a number."""
    known = set(addresses)
    others = [r.slug for r in registry.all_records() if r.slug not in WALKED and r not in registry.made()]
    found = {}
    for number, slug in enumerate(others):
        for url in addresses:
            for before in ("/", "/api/v1/"):
                rest = url.removeprefix(before + slug)
                if rest != url and rest[:1] in ("", "/") and f"{before}{WALKED[0]}{rest}" in known:
                    found[url] = number
    return found


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
    entry(vehicle()[0].pk, "皖A1")
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
    # JSON and files are shown by no browser as a page.
    if answer.get("Content-Type", "").startswith("text/html") and (
        "alert(1)>" in (body := b"".join(answer)[:200_000].decode("utf-8", "replace"))
        and "<img src=x" in body
    ):
        return "markup of the client's"
    return ""


def _send(client: Client, method: str, url: str, given: dict[str, str], **headers: str) -> Any:
    usable = {
        name.encode("utf-8", "surrogatepass"): v.encode("utf-8", "surrogatepass") for name, v in given.items()
    }
    raw = b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in usable.items())
    url = url if is_usable(url) else url.encode("utf-8", "replace").decode()
    if method == "GET":
        return client.generic("GET", url, headers=headers, QUERY_STRING=raw.decode("ascii"))
    return client.generic(method, url, raw, content_type="application/x-www-form-urlencoded", headers=headers)


def _quoted(value: bytes) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in value)


@pytest.mark.slow
def test_no_value_of_any_parameter_breaks_a_page(
    world: dict[str, User], asked: set[str], settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    logging.disable(logging.ERROR)
    wrong: list[tuple[object, ...]] = []
    # The administrator, who sees most and undoes what the others see, comes last and tries every value.
    others = [None, *(user for role, user in world.items() if role != Role.ADMINISTRATOR)]
    usual = set(_addresses(first=1))
    plan = [(user, VALUES[place :: 8 * len(others)]) for place, user in enumerate(others)]
    addresses = _addresses()
    alike = _alike(addresses)
    for user, turns in [*plan, (world[Role.ADMINISTRATOR], VALUES)]:
        for url, (method, headers) in itertools.product(addresses, ASKING):
            if url in alike and turns is not VALUES:
                continue  # who may not see an object is tested for every object by itself
            values = VALUES[alike[url] % SOME :: SOME] if url in alike else turns
            client = _client(user)  # a new one, since the last request may have logged out
            asked.clear()
            first = _send(client, method, url, {}, **headers)
            tries = [(first, {})]
            closed = first.status_code in (401, 403, 405) or headers
            names = sorted(asked - {"csrfmiddlewaretoken"}) if not closed and url in usual else []
            # All parameters at a time, the values in turns: each name meets each value once.
            for turn in range(len(values)) if names else ():
                given = {name: values[(turn + place) % len(values)] for place, name in enumerate(names)}
                tries.append((_send(client, method, url, given, **headers), given))
            wrong += [(user, method, url, said, given) for answer, given in tries if (said := _bad(answer))]
    logging.disable(logging.NOTSET)
    assert not wrong, "\n".join(
        f"{said}: {user} {method} {url} {given}"[:400] for user, method, url, said, given in wrong[:30]
    )


@pytest.mark.parametrize("charset", ["hex", "rot13", "utf-16", "unicode_escape", "zlib", "idna", "utf-7"])
def test_no_charset_breaks_a_page(world: dict[str, User], charset: str) -> None:
    from hengke.config.wsgi import application

    for form in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        for path, method in itertools.product(("/login", "/api/v1/customers"), ("GET", "POST")):
            environ = RequestFactory().generic(method, f"{path}?q=%FF", b"q=1").environ
            codes: list[str] = []
            environ["CONTENT_TYPE"] = f"{form}; charset={charset}"
            list(application(environ, lambda status, _headers, codes=codes: codes.append(status[:1])))  # type: ignore[misc]
            assert codes[0] in "24", (method, path, form)


@pytest.mark.slow
def test_no_other_method_and_no_other_form_breaks_a_page(world: dict[str, User]) -> None:
    client = _client(world[Role.ADMINISTRATOR])
    forms = ("application/json", "multipart/form-data", "multipart/form-data; boundary=b", "text/xml", "x")
    for url in _addresses():
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD"):
            assert client.generic(method, url).status_code < 500, (method, url)
        for form in forms if "logout" not in url else ():
            answer = client.generic("POST", url, b'{"a": [1]}', content_type=form)
            assert not _bad(answer), (url, form)


@pytest.mark.slow
def test_a_stranger_gets_no_page_but_the_way_in(world: dict[str, User]) -> None:
    for url, method in itertools.product(_addresses(), ("GET", "POST", "PUT", "DELETE")):
        answer = _client(None).generic(method, url)
        inside = answer.status_code in (200, 201, 204)
        assert not inside or url.rstrip("/") in OPEN, (method, url)
        if answer.status_code == 302:
            assert answer["Location"].startswith(("/login", "/")), (method, url)
            assert not answer["Location"].startswith("//")


def test_what_is_too_large_for_the_sender_is_not_read(world: dict[str, User], settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.MAX_REQUEST_BYTES = 1_000, 5_000
    for user, size, codes in ((None, 2_000, {413}), (world[Role.ADMINISTRATOR], 4_000, {400}),
                              (world[Role.ADMINISTRATOR], 6_000, {413})):  # fmt: skip
        body = {"files": io.BytesIO(b"x" * size)}
        answer = _client(user).post("/imports/new" if user else "/login", body)
        assert answer.status_code in codes, (user, size)
        assert answer.content


def test_a_bug_has_a_page_with_a_way_back(monkeypatch: pytest.MonkeyPatch, world: dict[str, User]) -> None:
    monkeypatch.setattr("hengke.engines.records.reading.listing.page", lambda *_rest, **_more: 1 / 0)
    client = _client(world[Role.DIRECTOR])
    page, data = client.get("/customers"), client.get("/api/v1/customers")
    assert (page.status_code, data.status_code) == (500, 500)
    assert 'href="/"' in page.content.decode()
    assert data.json().keys() == {"code", "message", "fields"}
