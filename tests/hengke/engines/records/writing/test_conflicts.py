"""Two people, one record: nothing is overwritten silently, and what only one changed goes together."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db


class Browser:
    """A client that sends a form back as it got it, with some fields typed over."""

    def __init__(self, name: str, customer: Customer) -> None:
        self.client, self.url = Client(), f"/customers/{customer.pk}/edit"
        self.client.force_login(person(name))
        self.page = self.client.get(self.url).content.decode()

    def save(self, **typed: str) -> Any:
        fields = dict(
            re.findall(r'<input type="(?:text|hidden|email)" name="([a-z_]+)" value="([^"]*)"', self.page)
        )
        fields |= {n: v for v, n in re.findall(r'value="([^"]*)"[^>]*name="([a-z_]+)"', self.page)} | fields
        fields |= dict(re.findall(r'<textarea name="([a-z_]+)"[^>]*>\s*([^<]*)</textarea>', self.page))
        for name, options in re.findall(r'<select name="([a-z_]+)".*?>(.*?)</select>', self.page, re.S):
            chosen = re.search(r'value="([^"]*)" selected', options)
            fields[name] = chosen[1] if chosen else ""
        sent = {name: html.unescape(value) for name, value in fields.items()} | typed
        answer = self.client.post(self.url, sent)
        self.page = answer.content.decode()
        return answer


@pytest.fixture
def customer(db: None) -> Customer:
    return make.customer(address="旧址", phone="1", tags="|重点|")


@pytest.fixture
def two(customer: Customer) -> tuple[Browser, Browser]:
    return Browser("first", customer), Browser("second", customer)


def _now(customer: Customer) -> tuple[str, str, str]:
    customer.refresh_from_db()
    return customer.address, customer.phone, customer.city


def test_what_only_one_changed_goes_together(customer: Customer, two: tuple[Browser, Browser]) -> None:
    first, second = two
    assert first.save(address="新址").status_code == 302
    assert second.save(phone="2").status_code == 302
    assert _now(customer) == ("新址", "2", "合肥市")
    assert customer.tags == "|重点|"
    assert customer.version == 3


@pytest.mark.parametrize(("take", "address"), [("stored", "甲址"), ("mine", "乙址")])
def test_where_both_changed_a_person_chooses(
    customer: Customer, two: tuple[Browser, Browser], take: str, address: str
) -> None:
    first, second = two
    first.save(address="甲址", city="芜湖市")
    answer = second.save(address="乙址", phone="2")
    assert answer.status_code == 409
    assert _now(customer) == ("甲址", "1", "芜湖市")
    assert all(words in second.page for words in ("旧址", "甲址", "乙址"))
    assert 'name="take-address"' in second.page
    assert 'name="take-city"' not in second.page
    assert second.save(**{"take-address": take}).status_code == 302
    assert _now(customer) == (address, "2", "芜湖市")


def test_a_third_change_in_between_is_asked_again(customer: Customer, two: tuple[Browser, Browser]) -> None:
    first, second = two
    first.save(address="甲址")
    second.save(address="乙址")
    Browser("third", customer).save(address="丙址", phone="3")
    assert second.save(**{"take-address": "mine"}).status_code == 409
    assert _now(customer)[:2] == ("丙址", "3")
    assert "甲址" in second.page
    assert second.save(**{"take-address": "mine"}).status_code == 302
    assert _now(customer)[:2] == ("乙址", "3")


def test_the_same_change_by_both_is_no_conflict(customer: Customer, two: tuple[Browser, Browser]) -> None:
    assert [browser.save(address="同址").status_code for browser in two] == [302, 302]
    assert (_now(customer)[0], customer.version) == ("同址", 2)


def test_a_base_of_another_record_or_forged_counts_as_unknown(
    customer: Customer, two: tuple[Browser, Browser]
) -> None:
    first, second = two
    other = Browser("third", make.customer("别家"))
    base = re.search(r'name="base" value="([^"]*)"', other.page)
    first.save(address="甲址")
    for forged in ("x", base[1] if base else ""):
        assert second.save(base=forged, phone="2", version="1").status_code == 409
    assert _now(customer)[:2] == ("甲址", "1")
