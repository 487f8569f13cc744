"""Rich text: formats stay, everything that could run or load something goes, at every door."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from hengke.engines.records.custom.rich import clean, words_of
from tests.factories import customers as make
from tests.factories.fields import field
from tests.factories.people import person


@pytest.mark.parametrize(("given", "kept"), [
    ("<p>甲<b>乙</b></p><ul><li>丙</li></ul>", "<p>甲<b>乙</b></p><ul><li>丙</li></ul>"),
    ("<p onclick=alert(1)>a</p>", "<p>a</p>"), ("<img src=x onerror=alert(1)>a", "<p>a</p>"),
    ("<script>alert(1)</script>a<style>*{}</style>", "<p>a</p>"), ("<a href='javascript:alert(1)'>a</a>", None),
    ("<p style='position:fixed' class=x id=y>a</p>", "<p>a</p>"),
    ("<iframe src=//evil></iframe>a", "<p>a</p>"),
    ("<svg><script>alert(1)</script></svg>a", "<p>a</p>"), ("一\n\n二 & 三", "<p>一</p><p>二 &amp; 三</p>"), 
    ("<p><br></p>", ""),
    ("<math><mtext></p><style><img src=x onerror=alert(1)>", None), 
    ("<form action=//evil><input name=a>b</form>", "<p>b</p>"),
    ("<!-- x -->a", "<p>a</p>"), ("", ""),
])  # fmt: skip
def test_only_formats_are_kept(given: str, kept: str | None) -> None:
    made = clean(given)
    assert kept is None or made == kept
    for word in ("javascript", "onerror", "onclick", "<script", "style", "evil", "<img", "<form"):
        assert word not in made
    assert clean(made) == made


def test_links_lead_out_without_telling_whence() -> None:
    made = clean('<a href="https://example.com" target="_top" onclick="x">a</a>')
    assert made == '<a href="https://example.com" rel="noopener noreferrer nofollow">a</a>'


def test_words_alone() -> None:
    assert words_of("<h3>题</h3><p>甲<b>乙</b><br>丙 &lt;x&gt;</p>") == "题\n甲乙\n丙 <x>"


@pytest.mark.django_db
def test_page_list_and_api_show_what_is_kept_and_exports_the_words() -> None:
    key, customer = field(kind="rich", search=False).key, make.customer()
    make.summary(customer)
    client = Client()
    client.force_login(person("boss"))
    hostile = "<p>量<b>程</b></p><script>alert(1)</script><img src=x onerror=alert(1)>"
    answer = client.patch(f"/api/v1/customers/{customer.pk}", {key: hostile, "version": 1},
                          content_type="application/json")  # fmt: skip
    assert answer.json()[key] == "<p>量<b>程</b></p>"
    for url in (f"/customers/{customer.pk}", "/customers"):
        page = client.get(url).content.decode()
        assert "<p>量<b>程</b></p>" in page
        assert "onerror" not in page
    csv = b"".join(client.post("/customers/export", {"form": "csv"}).streaming_content).decode("utf-8-sig")
    assert "量程" in csv
    assert "<b>" not in csv
    form = client.get(f"/customers/{customer.pk}/edit").content.decode()
    assert "&lt;p&gt;量&lt;b&gt;程&lt;/b&gt;&lt;/p&gt;" in form
    refused = client.post(f"/customers/{customer.pk}/edit", {"name": "", key: hostile, "version": "2"})
    assert "onerror" not in refused.content.decode()


@pytest.mark.django_db
def test_search_and_conditions_find_words_and_no_tags() -> None:
    key, customer = field(kind="rich", search=True).key, make.customer()
    make.summary(customer)
    client = Client()
    client.force_login(person("boss"))
    markup = "<p>量<b>程</b>扩展</p><ul><li>A &amp; B</li></ul>"
    client.patch(
        f"/api/v1/customers/{customer.pk}", {key: markup, "version": 1}, content_type="application/json"
    )

    def found(*condition: object) -> int:
        text = json.dumps([key, *condition])
        return len(client.get("/api/v1/customers", {"filter": text}).json()["items"])

    assert len(client.get("/api/v1/customers?q=量程扩展").json()["items"]) == 1
    assert client.get("/api/v1/customers?q=strong").json()["items"] == []
    assert [found("contains", words) for words in ("量程扩", "A & B", "<b>", "&amp;", "li", "%")] == [
        1,
        1,
        0,
        0,
        0,
        0,
    ]
    assert (found("startswith", "量程"), found("startswith", "<p>")) == (1, 0)
    assert (found("eq", "量程扩展\nA & B"), found("empty", True), found("empty", False)) == (1, 0, 1)


@pytest.mark.django_db
def test_the_timeline_tells_words() -> None:
    key, customer = field(kind="rich", name="说明").key, make.customer()
    make.summary(customer)
    client = Client()
    client.force_login(person("boss"))
    client.patch(f"/api/v1/customers/{customer.pk}", {key: "<p>量<b>程</b></p>", "version": 1},
                 content_type="application/json")  # fmt: skip
    page = client.get(f"/customers/{customer.pk}").content.decode()
    assert "说明: 空 → 量程" in page
