"""Paged web services, on a real server: every way of paging, tokens, busy services, and services that do harm."""

from __future__ import annotations

from typing import Any

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import web
from hengke_analytics.warehouse.reading import Paging, RestSource, inspect, rows
from tests.support.web import Handler, Reply, Service

HERE = ("127.0.0.0/8",)
ALL = [{"单位名称": f"客户{n}", "应收费": n / 4} for n in range(1, 8)]
EXPECTED = [(n, (f"客户{n}", str(n / 4))) for n in range(1, 8)]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def source(service: Service, path: str, **said: Any) -> RestSource:
    return RestSource(service.url(path), **{"allowed": HERE, **said})


def read(place: RestSource) -> list[tuple[int, tuple[str, ...]]]:
    found = inspect(place)
    assert found.kind == "rest"
    return list(rows(place, found))


def by_page(query: dict[str, str], _headers: dict[str, str]) -> Reply:
    at = (int(query["page"]) - 1) * 3
    return 200, {}, {"total": 7, "data": ALL[at : at + 3]}


def by_page_until_missing(query: dict[str, str], headers: dict[str, str]) -> Reply:
    return by_page(query, headers) if int(query["page"]) < 4 else (404, {}, {"detail": "Invalid page."})


def by_offset(query: dict[str, str], _headers: dict[str, str]) -> Reply:
    at, size = int(query.get("offset", 0)), int(query["limit"])
    return 200, {}, ALL[at : at + size]


def by_cursor(query: dict[str, str], _headers: dict[str, str]) -> Reply:
    at = int(query.get("cursor", "0"))
    return 200, {}, {"meta": {"next_cursor": str(at + 3) if at < 6 else None}, "rows": ALL[at : at + 3]}


def by_header(query: dict[str, str], _headers: dict[str, str]) -> Reply:
    at = int(query.get("from", 0))
    link = {"Link": f'</h?from=0>; rel="first", </h?from={at + 3}>; rel="next"'} if at < 6 else {}
    return 200, link, ALL[at : at + 3]


def by_next_field(query: dict[str, str], _headers: dict[str, str]) -> Reply:
    at = int(query.get("from", 0))
    return 200, {}, {"next": f"/n?from={at + 3}" if at < 6 else None, "results": ALL[at : at + 3]}


@pytest.mark.parametrize(
    ("handler", "path", "paging"),
    [
        (by_page, "/p?page=1", Paging()),
        (by_page_until_missing, "/p?page=1", Paging("page")),
        (by_offset, "/o?offset=0&limit=2", Paging()),
        (by_offset, "/o", Paging("offset", size_parameter="limit", size=3)),
        (by_cursor, "/c", Paging()),
        (by_header, "/h", Paging()),
        (by_next_field, "/n", Paging()),
        (lambda _query, _headers: (200, {}, ALL), "/a", Paging()),
    ],
)
def test_every_way_of_paging(service: Service, handler: Handler, path: str, paging: Paging) -> None:
    service.paths[path.partition("?")[0]] = handler
    assert read(source(service, path, paging=paging)) == EXPECTED


def test_the_rows_go_on_behind_the_last_line_taken(service: Service) -> None:
    service.paths["/p"] = by_page
    place = source(service, "/p?page=1")
    assert list(rows(place, inspect(place), start=5)) == EXPECTED[5:]


def test_the_token_travels_and_a_wrong_one_is_told(service: Service) -> None:
    def guarded(_query: dict[str, str], headers: dict[str, str]) -> Reply:
        return (200, {}, ALL) if headers.get("X-Token") == "secret" else (401, {}, {})

    service.paths["/a"] = guarded
    assert read(source(service, "/a", headers={"X-Token": "secret"})) == EXPECTED
    with pytest.raises(InputError) as error:
        read(source(service, "/a", headers={"X-Token": "wrong"}))
    assert error.value.code == "service_forbids"
    assert "secret" not in repr(source(service, "/a", headers={"X-Token": "secret"}))


def test_a_busy_service_is_asked_again(service: Service) -> None:
    answers: list[Reply] = [(429, {"Retry-After": "2"}, {}), (503, {}, {}), (200, {}, ALL)]
    service.paths["/a"] = lambda _query, _headers: answers.pop(0) if len(answers) > 1 else answers[0]
    assert read(source(service, "/a")) == EXPECTED


def test_a_service_that_stays_busy_is_given_up(service: Service) -> None:
    service.paths["/a"] = lambda _query, _headers: (503, {}, {})
    with pytest.raises(InputError) as error:
        inspect(source(service, "/a"))
    assert (error.value.code, error.value.params) == ("service_refuses", {"status": 503})
    assert len(service.asked) == web.TRIES


def _same_page(_query: dict[str, str], _headers: dict[str, str]) -> Reply:
    return 200, {}, ALL


def _elsewhere(_query: dict[str, str], _headers: dict[str, str]) -> Reply:
    return 200, {}, {"next": "http://127.0.0.2:9/steal", "results": ALL}


@pytest.mark.parametrize(
    ("handler", "path", "code"),
    [
        (_same_page, "/x?page=1", "same_page_again"),
        (_elsewhere, "/x", "next_elsewhere"),
        (lambda _q, _h: (302, {"Location": "http://127.0.0.2/"}, {}), "/x", "service_moved"),
        (lambda _q, _h: (200, {}, b"<html>log in"), "/x", "no_json"),
        (lambda _q, _h: (200, {}, b"[" * 200_000), "/x", "no_json"),
        (lambda _q, _h: (200, {}, {"message": "nothing"}), "/x", "no_records"),
        (lambda _q, _h: (200, {"Content-Length": "999"}, b'[{"a": 1'), "/x", "service_silent"),
        (lambda _q, _h: (404, {}, {}), "/x", "service_refuses"),
    ],
)
def test_services_that_do_harm_or_are_none(service: Service, handler: Handler, path: str, code: str) -> None:
    service.paths["/x"] = handler
    with pytest.raises(InputError) as error:
        read(source(service, path))
    assert error.value.code == code


def test_an_answer_without_end_is_refused(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LONGEST_ANSWER", 1_000)
    service.paths["/a"] = lambda _query, _headers: (200, {}, b"[" + b" " * 2_000 + b"]")
    with pytest.raises(InputError) as error:
        inspect(source(service, "/a"))
    assert error.value.code == "answer_too_long"


PRIVATE = [
    "http://127.0.0.1:{port}/a", "http://localhost:{port}/a", "http://[::1]:{port}/a", "http://0.0.0.0:{port}/a",
    "http://2130706433:{port}/a", "http://017700000001:{port}/a", "http://[::ffff:127.0.0.1]:{port}/a",
    "http://169.254.169.254/a", "http://100.64.0.1/a", "http://10.0.0.1/a", "http://192.168.1.1/a",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_called(service: Service, address: str) -> None:
    service.paths["/a"] = _same_page
    with pytest.raises(InputError) as error:
        inspect(RestSource(address.format(port=service.port)))
    assert error.value.code in ("private_address", "unknown_host")
    assert service.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "gopher://x/",
        "http://user@127.0.0.1/",
        "http://",
        "nonsense",
        "http://a\n.b/",
        "ftp://a/",
    ],
)
def test_what_is_no_address_of_the_web(address: str) -> None:
    with pytest.raises(InputError) as error:
        inspect(RestSource(address))
    assert error.value.code == "bad_web_address"


def test_a_name_that_turns_to_a_private_address_gains_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look-up would lead to this machine: there is none."""
    answers = [[(2, 1, 6, "", ("93.184.216.34", 80))], [(2, 1, 6, "", ("127.0.0.1", service.port))]]
    calls: list[str] = []
    called: list[tuple[str, int]] = []

    def look_up(host: str, *_rest: object, **_more: object) -> object:
        calls.append(host)
        return answers[min(len(calls), 2) - 1]

    def connect(place: tuple[str, int], *_rest: object) -> object:
        called.append(place)
        raise OSError("not in a test")

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    monkeypatch.setattr("socket.create_connection", connect)
    monkeypatch.setattr(web, "TRIES", 1)
    with pytest.raises(InputError):
        inspect(RestSource("http://flips.example/a"))
    assert called == [("93.184.216.34", 80)]
