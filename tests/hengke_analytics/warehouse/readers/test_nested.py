"""Lists of records within nested data, each a table of its own."""

from __future__ import annotations

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import limits, nested

ORDERS = {
    "page": {"total": 9},
    "orders": [
        {
            "no": "A1",
            "client": {"name": "合肥供水", "tel": 5},
            "items": [{"name": "卡尺", "fee": 30}, {"fee": 2.5}],
        },
        {
            "no": "A2",
            "client": {"name": "芜湖仪表厂"},
            "items": [{"name": "天平", "no": "7"}],
            "tags": ["急", "远"],
        },
    ],
}


def test_every_list_is_a_table_and_rows_repeat_what_stands_above() -> None:
    items, orders = nested.look(ORDERS)
    assert (items["name"], items["lines"]) == ("orders.items", 3)
    assert (orders["name"], orders["headers"]) == ("orders", ["no", "client.name", "client.tel", "tags"])
    assert orders["rows"] == [(1, ["A1", "合肥供水", "5", ""]), (2, ["A2", "芜湖仪表厂", "", "急、远"])]
    by_name = [dict(zip(items["headers"], cells, strict=True)) for _, cells in items["rows"]]
    assert by_name[0] == {
        "no": "A1", "client.name": "合肥供水", "client.tel": "5", "name": "卡尺", "fee": "30",
        "tags": "", "items.no": "",
    }  # fmt: skip
    assert (by_name[1]["no"], by_name[1]["name"], by_name[1]["fee"]) == ("A1", "", "2.5")
    assert (by_name[2]["items.no"], by_name[2]["no"]) == ("A2", "7")


def test_the_rows_of_one_table_are_numbered() -> None:
    assert [line for line, _ in nested.read(ORDERS, "orders.items")] == [1, 2, 3]
    assert list(nested.read([["甲", 1], ["乙", 2]], "")) == [(1, ["甲", "1"]), (2, ["乙", "2"])]


@pytest.mark.parametrize("document", [{}, {"a": 1}, [], "x", [1, 2], {"a": [1, 2]}])
def test_data_without_records_is_no_table(document: object) -> None:
    with pytest.raises(InputError) as error:
        list(nested.look(document))
    assert error.value.code == "no_records"


def test_records_of_too_many_fields_are_refused() -> None:
    with pytest.raises(InputError) as error:
        list(nested.look([{f"f{n}": 1} for n in range(limits.MOST_COLUMNS + 1)]))
    assert error.value.code == "too_many_columns"
