"""Web services that give records as JSON, page by page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits, nested, parse_json, web
from hengke_analytics.warehouse.readers.inspection import Inspection, Numbered, table_of

STYLES = ("auto", "none", "page", "offset", "cursor", "link")
MOST_PAGES = 100_000
_NEXT_LINK = re.compile(r'<([^>]*)>[^,]*;\s*rel="?next"?', re.I)
_NEXT_NAMES = (
    "next",
    "next_url",
    "nextUrl",
    "next_page",
    "nextLink",
    "@odata.nextLink",
    "links.next",
    "_links.next.href",
)
_CURSOR_NAMES = {
    "next_cursor": "cursor", "nextCursor": "cursor", "cursor.next": "cursor", "meta.next_cursor": "cursor",
    "next_page_token": "page_token", "nextPageToken": "pageToken", "paging.next_cursor": "cursor",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paging:
    """How the next page is asked for. `style`: one of STYLES; "auto" goes by the address and the first answer.

    `parameter` is the query parameter that says which page ("" for the usual one), `size` that of `size_parameter`.
    """

    style: str = "auto"
    parameter: str = ""
    size_parameter: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class RestSource:
    """A service: its address with all fixed parameters, headers (a token), and how it gives its pages."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    paging: Paging = field(default_factory=Paging)
    per_second: float = 5.0
    allowed: tuple[str, ...] = ()
    """Networks beside the public ones that may be called."""


def inspect(source: RestSource, name: str | None = None) -> Inspection:
    """Every list of records in the first answer, with its first rows."""
    if source.paging.style not in STYLES:
        raise InputError(
            "unknown_paging", "Pages are asked for in one of these ways: {ways}.", ways=", ".join(STYLES)
        )
    document, _ = _ask(source, _first(source))
    sheets = tuple(
        table_of(found["name"], found["headers"], iter(_numbered(found["rows"])), found["lines"], exact=False)
        for found in nested.look(document)
    )
    place = urlsplit(source.url)
    return Inspection(name or f"{place.hostname}{place.path}"[:60], "rest", 0, sheets)


def rows(source: RestSource, inspection: Inspection, sheet: str) -> Iterator[Numbered]:
    """All records of all pages in the order in which the service gives them, with the columns of the first."""
    headers = inspection.sheet(sheet).headers
    line = 0
    for document in _pages(source):
        for record in nested.records(document, sheet):
            line += 1
            cells = tuple(record.get(header, "") for header in headers)
            if max(map(len, cells), default=0) > limits.LONGEST_CELL:
                raise InputError(
                    "cell_too_long",
                    "Row {line} has a cell that is too long for a table: shorten it.",
                    line=line,
                )
            yield line, cells


def _numbered(found: list[tuple[int, list[str]]]) -> list[Numbered]:
    return [(line, tuple(cells)) for line, cells in found]


def _pages(source: RestSource) -> Iterator[Any]:
    url, before, count = _first(source), b"", 0
    style = source.paging.style
    while url:
        began = time.monotonic()
        try:
            document, answer = _ask(source, url)
        except InputError as error:
            if count and style == "page" and error.params.get("status") == 404:
                return  # some services know no empty page behind the last
            raise
        if answer.body == before:
            raise InputError(
                "same_page_again",
                "The service gives the same page again and again: choose another way to ask for the next page.",
            )
        before, count = answer.body, count + 1
        if count > MOST_PAGES:
            raise InputError("too_many_pages", "The service gives pages without end: it is stopped.")
        yield document
        style = _style(source, document, answer) if style == "auto" else style
        url = _next(source, style, url, document, answer)
        if url:
            time.sleep(max(0.0, 1 / source.per_second - (time.monotonic() - began)))


def _ask(source: RestSource, url: str) -> tuple[Any, web.Answer]:
    answer = web.get(url, source.headers, source.allowed)
    try:
        return parse_json.decoded(answer.body.decode("utf-8-sig")), answer
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise InputError("no_json", "The service does not answer with JSON: check the address.") from error


def _first(source: RestSource) -> str:
    paging = source.paging
    sized = {paging.size_parameter: str(paging.size)} if paging.size_parameter and paging.size else {}
    return _with(source.url, sized) if sized else source.url


def _style(source: RestSource, document: Any, answer: web.Answer) -> str:
    """What the first answer or the address says."""
    said = dict(parse_qsl(urlsplit(source.url).query, keep_blank_values=True))
    if _NEXT_LINK.search(answer.link) or any(name.startswith(_NEXT_NAMES) for name in _marks(document)):
        return "link"
    if any(name in _CURSOR_NAMES for name in _marks(document)):
        return "cursor"
    return next((style for style in ("page", "offset") if style in said), "none")


def _next(source: RestSource, style: str, url: str, document: Any, answer: web.Answer) -> str:
    """The address of the next page, "" after the last."""
    if style == "link":
        return _linked(url, document, answer)
    if style == "cursor":
        return _by_cursor(source, url, document)
    count = _count(document)
    if style not in ("page", "offset") or not count:
        return ""
    parameter = source.paging.parameter or style
    said = dict(parse_qsl(urlsplit(url).query)).get(parameter, "")
    at = int(said) if said.isdecimal() else int(style == "page")
    return _with(url, {parameter: str(at + (1 if style == "page" else count))})


def _linked(url: str, document: Any, answer: web.Answer) -> str:
    found = _NEXT_LINK.search(answer.link)
    marks = _marks(document)
    said = str(found[1]) if found else next((marks[name] for name in _NEXT_NAMES if marks.get(name)), "")
    if not said:
        return ""
    target = urljoin(url, said)
    if urlsplit(target)[:2] != urlsplit(url)[:2]:  # scheme and machine
        # The token is meant for one service only.
        raise InputError("next_elsewhere", "The next page would lie on another machine: it is not fetched.")
    return target


def _by_cursor(source: RestSource, url: str, document: Any) -> str:
    marks = _marks(document)
    for name, usual in _CURSOR_NAMES.items():
        if marks.get(name):
            return _with(url, {source.paging.parameter or usual: marks[name]})
    return ""


def _marks(document: Any) -> dict[str, str]:
    """The plain fields around the records."""
    return nested.plain(document) if isinstance(document, dict) else {}


def _count(document: Any) -> int:
    """Records of the list that this page is about: the outermost one, which offsets count."""
    return max((count for path, count in nested.counts(document).items() if "." not in path), default=0)


def _with(url: str, said: Mapping[str, str]) -> str:
    place = urlsplit(url)
    query = {**dict(parse_qsl(place.query, keep_blank_values=True)), **said}
    return urlunsplit(place._replace(query=urlencode(query)))
