"""Search: any part, pinyin, digits; never more than the person may see."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.schema import registry
from hengke.engines.records.search import query as asking
from hengke.engines.records.search import words
from hengke.engines.records.search.index import index_records, rebuild
from hengke.engines.records.search.query import search
from hengke.engines.records.search.tokens import index_tokens, normal, pairs, spell
from hengke.modules.customers.models import Customer, CustomerName
from tests.factories import customers as make
from tests.factories.people import actor, unit


def _index(*slugs: str) -> None:
    for slug in slugs or ("customers", "contacts", "instruments"):
        record = registry.by_slug(slug)
        index_records(record, record.model._base_manager.values_list("pk", flat=True))


def _titles(text: str, who: object) -> list[str]:
    return [hit.title for hit in search(text, who)]  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("text", [
    "合", "水", "合肥", "肥供水", "司", "供水集团", "合肥供水集团有限公司", "合肥 集团", "合肥供水集團", "hfgs", "gs",
    "h", "hefeigongshui", "gongshui", "GongShui", "C-000001", "000001", "0001", "c000001", "63521862", "1862",
    "055163521862", "0551-63521862", "91340100149", "皖江自来水", "wjzls",
])  # fmt: skip
def test_a_customer_is_found_by(text: str) -> None:
    customer = make.customer(phone="0551-63521862", code="913401001491234567")
    CustomerName.objects.create(customer=customer, text="皖江自来水厂")
    make.customer("安庆造船厂")
    _index()
    assert _titles(text, actor("boss")) == ["合肥供水集团有限公司"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["赵文斌", "文", "zwb", "zhaowen", "13994281862", "281862"])
def test_a_contact_is_found_by(text: str) -> None:
    make.contact(make.customer())
    _index("contacts")
    assert _titles(text, actor("boss")) == ["赵文斌"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["压力变送器", "变送", "eja110", "EJA", "2023005871", "5871", "ylbsq"])
def test_an_instrument_is_found_by(text: str) -> None:
    make.instrument(make.customer(), serial="2023005871")
    _index("instruments")
    assert _titles(text, actor("boss")) == ["压力变送器"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "水供",
        "肥水",
        "合肥集",
        "fh",
        "99",
        "不存在",
        '"',
        "' OR 1=1",
        "*",
        "^",
        "~",
        "NEAR(",
        "a" * 500,
    ],
)
def test_what_is_not_there_is_not_found(text: str) -> None:
    make.customer()
    _index()
    assert _titles(text, actor("boss")) == []


@pytest.mark.django_db
def test_exact_comes_before_beginning_before_part_before_sound() -> None:
    for name in ("安徽华兴机械厂", "华兴机械厂", "华兴", "化星仪表厂"):
        make.customer(name)
    _index()
    boss = actor("boss")
    assert _titles("华兴", boss) == ["华兴", "华兴机械厂", "安徽华兴机械厂"]
    assert _titles("huaxing", boss)[-1] == "安徽华兴机械厂" or "化星仪表厂" in _titles("huaxing", boss)


@pytest.mark.django_db
def test_weight_orders_for_those_who_may_know_it() -> None:
    light, heavy = make.customer("华兴甲厂"), make.customer("华兴乙厂")
    make.summary(light, billed=1)
    make.summary(heavy, billed=9)
    _index()
    assert _titles("华兴", actor("boss")) == ["华兴乙厂", "华兴甲厂"]
    # The desk sees no amounts: its order must not tell them.
    assert _titles("华兴", actor("desk", Role.BUSINESS_DESK)) == ["华兴甲厂", "华兴乙厂"]


@pytest.mark.django_db
def test_heaviest_are_found_among_more_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "CANDIDATES", 3)
    for n in range(10):
        make.summary(make.customer(f"华兴{n}厂"), billed=n)
    _index()
    assert _titles("兴", actor("boss"))[0] == "华兴9厂"


@pytest.mark.django_db
def test_a_beginning_with_very_many_endings_is_answered_from_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for letter in "一二三四五":
        make.customer(f"合肥供水{letter}厂")
    _index()
    boss = actor("boss")
    assert len(_titles("hefeigong", boss)) == 5
    monkeypatch.setattr(words, "MOST_ENDINGS", 3)
    # Each name ends in its own way, so three endings are three customers; PostgreSQL needs no such bound.
    assert len(_titles("hefeigong", boss)) == (3 if connection.vendor == "sqlite" else 5)
    assert len(_titles("hef", boss)) == 5  # so short a beginning gives its matches one by one


@pytest.mark.django_db
def test_nobody_finds_what_is_out_of_scope() -> None:
    a, b = unit("Department A"), unit("Department B")
    customer = make.customer(unit=a)
    make.contact(customer)
    make.instrument(customer, laboratory="压力室")
    make.summary(customer, "长度室")
    _index()
    inside, outside = actor("a", Role.ACCOUNT_MANAGER, a), actor("b", Role.ACCOUNT_MANAGER, b)
    head = actor("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY))
    assert len(_titles("合肥", inside)) == len(_titles("赵", inside)) == len(_titles("压力", inside)) == 1
    assert _titles("合肥", outside) == _titles("赵", outside) == _titles("压力", outside) == []
    assert _titles("合肥", head) == ["合肥供水集团有限公司"]
    assert _titles("压力", head) == []  # another laboratory's instrument, though at a customer of theirs


@pytest.mark.django_db
def test_entries_follow_changes() -> None:
    customer = make.customer("旧名仪表厂")
    _index()
    Customer.objects.filter(pk=customer.pk).update(name="新名仪表厂")
    _index()
    assert _titles("旧名", actor("boss")) == ["新名仪表厂"]  # the former name stays an alias
    Customer.objects.filter(pk=customer.pk).update(deleted_at="2026-01-01T00:00Z")
    _index()
    assert SearchEntry.objects.count() == 0
    assert _titles("新名", actor("other")) == []


@pytest.mark.django_db
def test_rebuild_gives_the_same_index() -> None:
    customer = make.customer()
    make.contact(customer)
    _index()
    before = list(
        SearchEntry.objects.order_by("record").values("record", "object_id", "title", "subtitle", "weight")
    )
    assert rebuild() == 2
    assert (
        list(
            SearchEntry.objects.order_by("record").values(
                "record", "object_id", "title", "subtitle", "weight"
            )
        )
        == before
    )
    assert len(_titles("合肥", actor("boss"))) == 1


def test_normal_form() -> None:
    assert normal("ＡＢ華興（電腦）") == "ab华兴(电脑)"


def test_phrases_decide_readings() -> None:
    assert spell("重庆长江厦门银行") == ["chong", "qing", "chang", "jiang", "xia", "men", "yin", "hang"]


HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=30)


@given(HAN, st.data())
def test_pairs_of_any_part_stand_consecutively(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    part = normal(text)[start : start + data.draw(st.integers(2, len(text) - start))]
    tokens = index_tokens([text], [])
    wanted = pairs(part)
    assert any(tokens[i : i + len(wanted)] == wanted for i in range(len(tokens)))


@given(st.text(max_size=80), st.text(max_size=30))
def test_no_text_breaks_the_tokens(text: str, code: str) -> None:
    assert all(token and not set(token) & set(" \"'\\") for token in index_tokens([text], [code]))
