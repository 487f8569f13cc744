"""Phones, addresses, contacts and codes as keys."""

from __future__ import annotations

import pytest

from hengke_analytics.identity.evidence import address_key, code_key, contact_key, phone_keys, spreads


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("13812345678", ("13812345678",)),
        ("+86 138-1234-5678", ("13812345678",)),
        ("0551-65128888", ("65128888",)),
        ("010-8467579", ("8467579",)),
        ("０５５１－６５１２８８８８／13812345678", ("65128888", "13812345678")),
        ("138****5678", ()),
        ("11111111111", ()),
        ("12345", ()),
        (None, ()),
    ],
)
def test_phones(text: str | None, keys: tuple[str, ...]) -> None:
    assert phone_keys(text) == keys


def test_one_house_in_many_spellings() -> None:
    spellings = (
        "安徽省阜阳市阜南县工业大道１９０号",
        "阜阳市阜南县工业大道190",
        "阜阳市阜南县工业大道190号2幢",
        "阜阳市工业大道190号",
    )
    assert {address_key(text) for text in spellings} == {("3412", "3412|工业大道190")}


def test_a_city_alone_is_a_place_without_a_street() -> None:
    assert address_key("合肥市") == ("3401", "")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("王工", ("王", False)),
        ("王小明经理", ("王小明", True)),
        ("", ("", False)),
        ("李娜女士", ("李娜", True)),
    ],
)
def test_contacts(text: str, key: tuple[str, bool]) -> None:
    assert contact_key(text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [("91350100M000100Y43", "91350100M000100Y43"), ("91350100M000100Y44", ""), ("123", ""), (None, "")],
)
def test_codes_are_checked(text: str | None, key: str) -> None:
    assert code_key(text) == key


def test_spread_counts_distinct_cores() -> None:
    assert spreads([("a", "华兴"), ("a", "华兴"), ("a", "中科"), ("b", "中科")]) == {"a": 2, "b": 1}
