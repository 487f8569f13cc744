"""The design system: every scene of the gallery is drawn, and keeps the rules that pages rely on."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from defusedxml import ElementTree
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from tests.hengke.faces import gallery_scenes

FACES = Path(__file__).parents[3] / "src" / "hengke" / "faces"
SOURCE = FACES.parent
SPRITE = (FACES / "static/hengke/icons.svg").read_text(encoding="utf-8")
# Read as a browser reads it: what stands in a comment is no drawing.
ICONS = {symbol.get("id") for symbol in ElementTree.fromstring(SPRITE)}


class Page(HTMLParser):
    """Counts elements and remembers attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module", params=sorted(gallery_scenes.SCENES))
def markup(request: pytest.FixtureRequest) -> str:
    with translation.override("zh-hans"):
        return render_to_string("hengke/gallery.html", gallery_scenes.context(request.param))


@pytest.fixture
def page(markup: str) -> Page:
    return Page(markup)


def draw(source: str, **context: object) -> str:
    return Template("{% load hengke %}" + source).render(Context(context)).strip()


def test_nothing_that_the_content_policy_forbids(page):
    for tag, attributes in page.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
    assert page.all("style") == []
    assert all("src" in script or script.get("type") == "application/json" for script in page.all("script"))


def test_landmarks_one_heading_and_unique_ids(page):
    for tag in ("h1", "main", "aside"):
        assert len(page.all(tag)) == 1, tag
    assert page.all("html")[0]["lang"] == "zh-Hans"
    ids = Counter(attributes["id"] for _tag, attributes in page.tags if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []


def test_every_field_and_button_has_a_name(page):
    labelled = {label["for"] for label in page.all("label") if "for" in label}
    for field in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        bound = field.get("id") in labelled or "aria-label" in field or field.get("type") == "hidden"
        assert bound or field.get("role") == "switch", field
    for region in [tag for tag in page.tags if tag[1].get("role") == "region"]:
        assert region[1].get("aria-label")


def test_icons_exist(markup):
    assert set(re.findall(r"icons\.svg#([\w-]*)", markup)) <= ICONS


def test_every_icon_named_anywhere_exists():
    pattern = re.compile(r"""{% icon "([\w-]+)"|\bicon(?:_name)?="([\w-]+)\"""")
    for path in [*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py")]:
        used = {a or b for a, b in pattern.findall(path.read_text(encoding="utf-8"))}
        assert used <= ICONS, path


def test_preferences_come_from_cookies_and_nothing_else_does():
    request = RequestFactory().get("/")
    request.COOKIES = {"hk_theme": "dark", "hk_density": '"><script>'}
    theme, density = (draw(f"{{% preference '{name}' %}}", request=request) for name in ("theme", "density"))
    assert (theme, density) == ("dark", "normal")
    assert draw("{% preference 'side' %}") == "wide"


def test_error_and_help_are_tied_to_their_field():
    form = gallery_scenes.SampleForm({"name": "a", "code": "1", "kind": "a"})
    page = Page(draw('{% include "hengke/components/form.html" %}', form=form))
    code = next(field for field in page.all("input") if field["name"] == "code")
    assert code["aria-invalid"] == "true"
    texts = {p["id"] for p in page.all("p")}
    assert set(code["aria-describedby"].split()) <= texts
    name = next(field for field in page.all("input") if field["name"] == "name")
    assert name["aria-describedby"] in texts


@pytest.mark.parametrize(
    ("tags", "undo"), [("undo=/undo/1", True), ("undo=//evil", False), ("undo=https://x", False), ("", False)]
)
def test_only_own_addresses_undo(tags, undo):
    toast = draw(
        '{% include "hengke/components/toast.html" %}', message=Message(SUCCESS, "<done>", extra_tags=tags)
    )
    assert ('action="/undo/1"' in toast) is undo
    assert ("<form" in toast) is undo
    assert "&lt;done&gt;" in toast


def test_text_from_data_is_escaped():
    evil = "<script>alert(1)</script>"
    for source in (
        "{% avatar x %}",
        "{% badge x 'ok' %}",
        "{% note title=x %}{{ x }}{% endnote %}",
        "{% card title=x %}{% endcard %}",
    ):
        assert "<script" not in draw(source, x=evil)


def test_numbers_as_people_read_them():
    assert (
        draw(
            "{{ v|wan }} {{ v|money }} {{ p|signed_percent }} {{ n|percent }} {{ none|wan }}",
            v=-1_234_567.5,
            p=0.0825,
            n=-0.5,
            none=None,
        )
        == "−123.5 −1,234,567.50 +8.2% −50.0% –"
    )
    assert draw("{% delta v %}", v=-0.04) == '<span class="down">−4.0%</span>'
    assert draw("{% delta v %}", v=None) == '<span class="flat">–</span>'


def test_tier_shows_bars_and_word():
    assert draw("{% tier 'major' %}").count('class="off"') == 1
    assert draw("{% tier 'small' %}").count('class="off"') == 3
    assert draw("{% tier 'unknown' %}") == ""


def test_pages_without_neighbour_have_no_link():
    pager = draw(
        '{% include "hengke/components/pager.html" %}', page={"text": "1–20", "next_url": "?after=20"}
    )
    assert 'rel="next" href="?after=20"' in pager
    assert 'rel="prev"' not in pager


def test_avatar_keeps_its_ground_and_shows_the_first_character():
    assert draw("{% avatar '淮河' %}") == draw("{% avatar '淮河' %}")
    assert ">淮<" in draw("{% avatar '淮河' %}")
    assert ">?<" in draw("{% avatar '' %}")


def test_every_icon_stands_in_the_sprite_once() -> None:
    found = re.findall(r'<symbol id="([a-z-]+)"', SPRITE)
    assert sorted(found) == sorted(set(found))
