"""What the palette offers: records, actions, pages, views and settings, each only to those who may."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.engines.records.models import SavedView
from hengke.engines.records.schema import registry
from hengke.engines.records.search.index import index_records
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _options(client: Client, **words: Any) -> dict[str, str]:
    """Label -> what it presses, else where it leads."""
    text = client.get("/search/suggest", words).content.decode()
    found = {}
    for attributes, inner in re.findall(r'<a class="it"([^>]*)>(.*?)</a>', text):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        label = re.findall(r"<span>(.*?)</span>", inner)[0]
        found[label] = unescape(told.get("data-press") or told["href"])
    return found


def _index(*targets: Any) -> None:
    for target in targets:
        record = registry.by_subject(target._meta.label_lower)
        assert record is not None
        index_records(record, [target.pk])


@pytest.mark.parametrize(("typed", "label", "leads"), [
    ("zongl", "经营总览", "/overview"), ("zl", "经营总览", "/overview"), ("总览", "经营总览", "/overview"),
    ("新建客户", "新建客户", "/customers/new"), ("vip", "客户 · VIP 与重点", "/customers?view=vip"),
])  # fmt: skip
def test_pages_views_and_new_records_are_found_by_words_and_sound(typed: str, label: str, leads: str) -> None:
    assert _options(_client(person("boss")), q=typed).get(label) == leads


def test_settings_press_their_switches() -> None:
    client = _client(person("boss"))
    options = _options(client, q="深色")
    assert list(options.values()) == ["""[data-set="theme"] > [value="dark"]"""]
    assert _options(client, q="单键") == {"单键快捷键：关": """input[data-set="keys"]"""}
    client.cookies["hk_keys"] = "off"
    assert "单键快捷键：开" in _options(client, q="单键")


def test_what_has_the_typed_words_goes_before_records_that_nearly_have_them() -> None:
    _index(make.customer("安徽省二月白制药厂"))
    options = list(_options(_client(person("boss")), q="shense"))  # "shenge" is in 安徽省二月: sheng er yue
    assert options == ["主题: 深色", "安徽省二月白制药厂"]


def test_actions_are_those_offered_for_the_record_in_sight() -> None:
    task = make.activity(make.customer(), "回访")
    boss = _client(person("boss"))
    here = f"activities/{task.pk}"
    assert {"完成", "编辑"} <= _options(boss, here=here).keys()
    assert "重新打开" not in _options(boss, here=here)
    boss.post(f"/activities/{task.pk}/do/complete")
    assert "重新打开" in _options(boss, here=here)
    assert "完成" not in _options(boss, here=here)
    outsider = _client(person("b", Role.ACCOUNT_MANAGER, unit("Department B")))
    assert "编辑" not in _options(outsider, here=here)


def test_records_opened_lately_come_first_without_a_question_and_within_one() -> None:
    first, second = make.customer("合肥甲厂"), make.customer("合肥乙厂", unit=unit("Department A"))
    _index(first, second)
    boss = _client(person("boss"))
    recent = f"customers/{second.pk},customers/{first.pk},nonsense,users/1"
    assert list(_options(boss, recent=recent))[:2] == ["合肥乙厂", "合肥甲厂"]
    assert next(iter(_options(boss, q="合肥", recent=f"customers/{second.pk}"))) == "合肥乙厂"
    outsider = _client(person("b", Role.ACCOUNT_MANAGER, unit("Department B")))
    assert "合肥乙厂" not in _options(outsider, recent=recent)


def test_a_kind_narrows() -> None:
    customer = make.customer("合肥甲厂")
    contact = make.contact(customer, "合肥人")
    _index(customer, contact)
    boss = _client(person("boss"))
    assert list(_options(boss, q="合肥", kind="contacts")) == ["合肥人"]
    assert all(
        "data-set" in press or "data-open" in press for press in _options(boss, kind="setting").values()
    )
    assert len(_options(boss, kind="view")) > 6


def test_saved_views_are_found_by_those_who_may_open_them() -> None:
    boss = person("boss")
    mine = SavedView.objects.create(record="customers", name="年底冲刺", owner=boss)
    assert _options(_client(boss), q="ndcc") == {"客户 · 年底冲刺": f"/customers?view=s{mine.pk}"}
    assert _options(_client(person("other")), q="ndcc") == {}


def test_nobody_is_offered_what_the_role_does_not_allow() -> None:
    porter = _client(person("porter", "porter"))
    labels = _options(porter, q="客户").keys() | _options(porter, kind="page").keys()
    assert labels == {"我的账户", "程序接口"}
    assert "新建" not in "".join(_options(_client(person("head", Role.LABORATORY_HEAD)), q="新建客户"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_palette_takes_the_same_queries_however_much_is_found(count: int) -> None:
    made = [make.customer(f"合肥第{n}厂") for n in range(count)]
    _index(*made)
    client = _client(person("boss"))
    recent = ",".join(f"customers/{each.pk}" for each in made)
    for words, most in (({"q": "合肥"}, 12), ({"recent": recent}, 6)):
        _options(client, **words)
        with CaptureQueriesContext(connection) as seen:
            assert len(_options(client, **words)) >= count
        assert len(seen) <= most, [query["sql"][:100] for query in seen]
