"""The zh-Hans catalogue: complete, faithful to its places, and enough for pages without an English word."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from launcher.catalogues import compile_catalogue
from tests.factories.people import person

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "src"
PLACE = Path("hengke/locale/zh_Hans/LC_MESSAGES/django.po")
HOLES = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
Key = tuple[str | None, str]


def read(path: Path) -> Catalog:
    with path.open("rb") as handle:
        return read_po(handle, locale="zh_Hans", abort_invalid=True)


def messages(catalogue: Catalog) -> dict[Key, Message]:
    """Every entry but the header, by context and (singular) msgid."""
    return {(entry.context, ids(entry)[0]): entry for entry in catalogue if entry.id}


def ids(entry: Message) -> tuple[str, ...]:
    return (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)


def said(entry: Message) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


@pytest.fixture(scope="module")
def entries() -> dict[Key, Message]:
    return messages(read(SOURCES / PLACE))


def test_every_entry_is_translated_and_none_is_a_guess(entries: dict[Key, Message]) -> None:
    assert len(entries) > 900
    assert [key for key, entry in entries.items() if entry.fuzzy] == []
    assert [key for key, entry in entries.items() if not all(said(entry))] == []
    assert [
        key for key, entry in entries.items() if isinstance(entry.id, tuple) and len(said(entry)) != 1
    ] == []


def test_the_header_names_the_project_and_no_person() -> None:
    head = (SOURCES / PLACE).read_text(encoding="utf-8").partition("\n\n")[0]
    assert '"Project-Id-Version: Hengke\\n"' in head
    assert '"Language: zh_Hans\\n"' in head
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in head
    assert "@" not in head
    assert "fuzzy" not in head


def test_places_are_those_of_the_original(entries: dict[Key, Message]) -> None:
    def holes(text: str) -> Counter[str]:
        return Counter(HOLES.findall(text))

    wrong = [
        (ids(entry)[-1], text)
        for entry in entries.values()
        for text in said(entry)
        if set(holes(text)) != set(holes(ids(entry)[-1]))
    ]
    assert wrong == []


def test_translations_keep_the_ends_of_their_originals(entries: dict[Key, Message]) -> None:
    """A full stop, a colon or a blank that one side lacks is a sentence that was cut or glued."""
    blanks = [i for e in entries.values() for i in ids(e) for t in said(e) if (i[0] == " ") != (t[0] == " ")]
    stops = [
        (key[1], said(entry)[0])
        for key, entry in entries.items()
        if said(entry)[0].endswith(("。", "，")) and not ids(entry)[0].rstrip().endswith((".", ","))
    ]
    assert blanks == []
    assert stops == []


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Message]:
    """What `makemessages` finds now, in a copy of the sources."""
    if shutil.which("xgettext") is None or shutil.which("msgmerge") is None:
        pytest.skip("GNU gettext is not installed: strings that are not in the catalogue go unnoticed")
    copy = tmp_path_factory.mktemp("catalogue") / "src"
    for path in SOURCES.rglob("*"):
        if path.is_file() and (path.suffix in {".py", ".html", ".po"} or path.parent.name == "data"):
            target = copy / path.relative_to(SOURCES)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    environment = os.environ | {"PYTHONPATH": str(copy), "HENGKE_DATA": str(copy.parent / "var")}
    environment["DJANGO_SETTINGS_MODULE"] = "hengke.config.settings"
    subprocess.run(
        [sys.executable, "-m", "hengke.config.manage", "makemessages", "-l", "zh_Hans"],
        cwd=copy, env=environment, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return messages(read(copy / PLACE))


def test_the_catalogue_holds_what_the_sources_say(
    entries: dict[Key, Message], extracted: dict[Key, Message]
) -> None:
    assert sorted(map(str, extracted.keys() - entries.keys())) == [], "run manage makemessages -l zh_Hans"
    assert sorted(map(str, entries.keys() - extracted.keys())) == [], "no longer in the sources"


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCES.rglob("*.py")):
        yield path.relative_to(SOURCES), ast.parse(path.read_text(encoding="utf-8"))


def error_classes() -> set[str]:
    """HengkeError and everything derived from it, by name."""
    bases = [
        (node.name, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for _path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    found = {"HengkeError"}
    while more := {name for name, above in bases if above & found} - found:
        found |= more
    return found


def sentences() -> Iterator[tuple[str, ast.expr]]:
    """Where an expected error or a notice about a file is made, and its sentence."""
    speakers = error_classes() | {"Problem"}
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and len(node.args) > 1 and getattr(node.func, "id", "") in speakers:
                yield f"{path}:{node.lineno}", node.args[1]


def test_every_error_can_be_said_in_chinese(entries: dict[Key, Message]) -> None:
    found = list(sentences())
    literal = {where: said.value for where, said in found if isinstance(said, ast.Constant)}
    assert len(literal) > 100
    assert [(where, text) for where, text in literal.items() if (None, text) not in entries] == []
    # One error crosses a process and is made again there; every other one states its sentence in place.
    others = [where for where, said in found if not isinstance(said, ast.Constant)]
    assert [where.partition(":")[0] for where in others] == ["hengke_analytics/warehouse/readers/isolated.py"]


def test_every_reject_can_be_said_in_chinese(entries: dict[Key, Message]) -> None:
    from hengke_analytics.warehouse.ledger_row import REASONS

    assert [text for text in REASONS.values() if (None, text) not in entries] == []


# ---------------------------------------------------------------- pages

ALLOWED = {
    "VIP", "CSV", "csv", "tsv", "xlsx", "xls", "dbf", "json", "xml", "html", "Excel",
    "gz", "MB", "Parquet", "SQLite", "PostgreSQL", "SELECT", "WITH",
    "hengke", "users", "OpenAPI", "JSON", "ETag", "yyyy", "mm", "GeoJSON", "WGS", "CGCS", "GS",
    "MySQL", "MariaDB", "SQL", "Server", "Access", "WHERE", "since", "page", "offset", "cursor", "Bearer", "https",
}  # fmt: skip
ASIDE = {"script", "style", "kbd", "code", "template"}
SPOKEN = {"aria-label", "title", "placeholder", "alt", "data-confirm", "data-failed", "data-label"}


class Words(HTMLParser):
    """Everything on a page that a person reads or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.aside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.aside += tag in ASIDE
        self.found += [value for name, value in attrs if name in SPOKEN and value]
        if tag == "input" and ("type", "submit") in attrs:
            self.found += [value for name, value in attrs if name == "value" and value]

    def handle_endtag(self, tag: str) -> None:
        self.aside -= tag in ASIDE

    def handle_data(self, data: str) -> None:
        if not self.aside:
            self.found.append(data)


def english(page: str) -> list[str]:
    """Texts of a page with a word of Latin letters that no Chinese page needs."""
    words = Words()
    words.feed(page)
    texts = (" ".join(text.split()) for text in words.found)
    return [text for text in texts if set(re.findall(r"[A-Za-z]{2,}", text)) - ALLOWED]


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every address without parameters."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if "<" in route or "(" in route:
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + route)
        else:
            yield before + route


@pytest.fixture
def chinese(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The committed catalogue, compiled here: a stale .mo beside it proves nothing."""
    place = tmp_path / PLACE.relative_to("hengke/locale")
    place.parent.mkdir(parents=True)
    shutil.copyfile(SOURCES / PLACE, place)
    compile_catalogue(place)
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def administrator() -> User:
    user = person("admin", Role.ADMINISTRATOR)
    User.objects.filter(pk=user.pk).update(name="孙佳")
    return user


@pytest.mark.django_db
@pytest.mark.usefixtures("chinese")
def test_pages_speak_chinese_only(administrator: User) -> None:
    client = Client(headers={"Accept-Language": "zh-CN"})
    strangers = {address: client.get(address) for address in ("/login", "/nothing-here")}
    client.force_login(administrator, backend="hengke.engines.access.backend.UnitBackend")
    pages = {
        address: client.get(address) for address in set(addresses(get_resolver().url_patterns))
    } | strangers
    seen = {
        address: english(page.content.decode())
        for address, page in pages.items()
        if not page.streaming and page.headers.get("Content-Type", "").startswith("text/html")
    }
    shown = [address for address in seen if pages[address].status_code == 200]
    assert {"/login", "/overview", "/customers", "/imports", "/imports/new", "/review", "/quality"} <= set(
        shown
    )
    assert [address for address, page in pages.items() if page.status_code >= 500] == []
    dummy = "/vehicles"  # the words of the test's own object are not in the catalogue
    assert {
        address: words for address, words in seen.items() if words and not address.startswith(dummy)
    } == {}


def test_an_english_sentence_on_a_page_is_noticed() -> None:
    assert english('<p>客户 VIP <kbd>Ctrl K</kbd></p><button aria-label="Close">×</button>') == ["Close"]
    assert english("<p>Names to review</p><script>let a = 1</script>") == ["Names to review"]
