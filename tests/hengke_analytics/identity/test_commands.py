"""Match and look up on plain tables."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.identity.columns import propose
from hengke_analytics.identity.commands import lookup, match

TABLE = pa.table(
    {
        "委托单号": ["1", "2", "3", "4"],
        "单位名称": ["安徽小尔电子有限公司", "四川大风水泥厂", "安徽省小尔电子有限公司", None],
        "联系电话": ["0551-65128888", None, "65128888", None],
    }
)


def test_columns_are_proposed_from_headers() -> None:
    assert propose(["序号", "送检单位", "联系人", "联系电话", "单位地址", "统一社会信用代码"]) == {
        "name": "送检单位", "contact": "联系人", "phone": "联系电话", "address": "单位地址",
        "code": "统一社会信用代码",
    }  # fmt: skip
    assert propose(["Company Name", "Tel.", "Contact Person"]) == {
        "name": "Company Name", "phone": "Tel.", "contact": "Contact Person",
    }  # fmt: skip


def test_every_row_comes_back_in_order() -> None:
    out, review = match(TABLE)
    assert out.select(TABLE.column_names).equals(TABLE)
    ids = out["customer_id"].to_pylist()
    assert ids[0] == ids[2]
    assert len(set(ids)) == 3
    assert review.num_rows == 0


def test_numbers_as_phones() -> None:
    numbers = [13812345678.0, None, 13812345678.0, None]
    table = TABLE.set_column(2, "联系电话", pa.array(numbers, pa.float64()))
    ids = match(table)[0]["customer_id"].to_pylist()
    assert ids[0] == ids[2] != ids[1]


def test_empty_table() -> None:
    out, review = match(TABLE.slice(0, 0))
    assert out.num_rows == review.num_rows == 0
    assert "customer_id" in out.column_names


@pytest.mark.parametrize(
    ("columns", "code"),
    [({"phone": "联系电话"}, "identity-no-name"), ({"name": "x"}, "identity-columns"),
     ({"name": "单位名称", "colour": "x"}, "identity-role")],
)  # fmt: skip
def test_wrong_columns(columns: dict[str, str], code: str) -> None:
    with pytest.raises(InputError) as error:
        match(TABLE, columns)
    assert error.value.code == code


def test_no_name_column() -> None:
    with pytest.raises(InputError):
        match(pa.table({"x": [1]}))


def test_lookup_ranks() -> None:
    found = lookup(TABLE, ["小尔电", "大风", "qqq"], limit=1).to_pylist()
    assert [(row["query"], row["rank"], row["name"]) for row in found] == [
        ("小尔电", 1, "安徽小尔电子有限公司"),
        ("大风", 1, "四川大风水泥厂"),
    ]
