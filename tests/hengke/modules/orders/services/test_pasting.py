"""What people paste, and what is made of it."""

from __future__ import annotations

import pytest

from hengke.kernel.errors import InputError
from hengke.modules.orders.services import pasting
from tests.factories import customers as make
from tests.factories import orders

pytestmark = pytest.mark.django_db


def test_columns_are_taken_in_the_usual_order_without_headings() -> None:
    (entry,) = pasting.read("千分尺\t0-25\tA1\t上量\t1\t校对棒\t加急")
    assert (entry.name, entry.model, entry.serial, entry.maker) == ("千分尺", "0-25", "A1", "上量")
    assert (entry.quantity, entry.accessories, entry.remark, entry.wrong) == (1, "校对棒", "加急", [])


@pytest.mark.parametrize("text", [
    "出厂编号\t器具名称\t数量\nA1\t千分尺\t1\n", "编号,名称,数量\nA1,千分尺,1",
    "Serial Number\tName\tQty\nA1\t千分尺\t1",
])  # fmt: skip
def test_headings_say_which_column_is_what(text: str) -> None:
    (entry,) = pasting.read(text)
    assert (entry.name, entry.serial, entry.quantity) == ("千分尺", "A1", 1)


def test_what_is_wrong_in_a_line_stands_beside_it() -> None:
    without, many, several = pasting.read("\t0-25\n千分尺\t\t\t\t若干\n千分尺\t\tA1\t\t3")
    assert [bool(entry.wrong) for entry in (without, many, several)] == [True, True, True]
    assert "若干" in many.wrong[0]


@pytest.mark.parametrize("text", ["", " \n\t\n", "a\x00b", "千分尺\n" * 2_002])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        pasting.read(text)


def test_instruments_are_found_by_serial_number_and_items_by_name() -> None:
    customer = make.customer()
    known = make.instrument(customer, "千分尺", model="0-25", serial="A1", laboratory="长度室")
    make.instrument(make.customer("另一家"), "千分尺", serial="A2")
    item = orders.item("千分尺", laboratory="长度室")
    orders.item("压力表", laboratory="压力室")
    orders.item("压力表", laboratory="真空室")
    first, second, third = pasting.match(pasting.read("千分尺\t\tA1\n千分尺\t\tA2\n压力表"), customer)
    assert (first.instrument, first.model, first.laboratory, first.item) == (
        known.pk,
        "0-25",
        "长度室",
        item.pk,
    )
    assert (second.instrument, second.item) == (None, item.pk)
    assert third.item is None  # two laboratories offer it: a person decides


def test_a_serial_number_alone_finds_a_known_instrument() -> None:
    customer = make.customer()
    known = make.instrument(customer, "千分尺", model="0-25", serial="A1", laboratory="长度室")
    (entry,) = pasting.match(pasting.read("A1"), customer)
    assert (entry.instrument, entry.name, entry.serial) == (known.pk, "千分尺", "A1")


def test_items_are_found_by_what_else_they_are_called() -> None:
    item = orders.item("外径千分尺", words="千分尺，螺旋测微器")
    (entry,) = pasting.find_items(pasting.read("螺旋测微器"))
    assert entry.item == item.pk


def test_what_is_not_offered_now_is_not_found() -> None:
    orders.item("千分尺", capability="none")
    (entry,) = pasting.find_items(pasting.read("千分尺"))
    assert entry.item is None


def test_last_times_lines_come_again() -> None:
    customer = make.customer()
    orders.commission(customer, "千分尺", "卡尺")
    assert [entry.name for entry in pasting.of_last_time(customer)] == ["千分尺", "卡尺"]
    assert pasting.of_last_time(make.customer("另一家")) == []
