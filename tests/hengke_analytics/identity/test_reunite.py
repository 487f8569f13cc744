"""One written name is one customer unless something says otherwise; what stands for two is decided per line."""

from __future__ import annotations

import pyarrow as pa

from hengke_analytics.identity.resolve import resolve
from hengke_analytics.identity.settings import SIGHTINGS

ONE = {"phone": "13812345678", "contact": "王小明"}
TWO = {"phone": "13922222223", "contact": "李大力"}
CODES = "91350100M000100Y43", "91110000600037341L"
HEFEI, WUHU = "安徽省合肥市蜀山区学府路1号", "安徽省芜湖市弋江区团结路2号"


def clusters(*rows: dict[str, object]) -> list[int]:
    numbered = [{"row": i, "lines": 1, **row} for i, row in enumerate(rows)]
    found = resolve(pa.Table.from_pylist(numbered, schema=SIGHTINGS))
    return list(found.assignments["cluster"].to_pylist())


def test_a_name_in_full_with_its_city_outlives_people_and_addresses() -> None:
    name = "合肥荣钧橡塑制品股份有限公司"
    assert len(set(clusters({"name": name, **ONE}, {"name": name, **TWO}))) == 1
    moved = clusters({"name": name, **ONE, "address": HEFEI}, {"name": name, **TWO, "address": WUHU})
    assert len(set(moved)) == 1


def test_two_codes_keep_even_a_registered_name_apart() -> None:
    name = "合肥荣钧橡塑制品股份有限公司"
    found = clusters({"name": name, **ONE, "code": CODES[0]}, {"name": name, **TWO, "code": CODES[1]})
    assert len(set(found)) == 2


def test_a_name_without_city_stays_apart_in_two_cities() -> None:
    name = "安徽新华仪器仪表有限公司"
    here, there = {**ONE, "address": HEFEI}, {**TWO, "address": WUHU}
    assert len(set(clusters({"name": name, **here}, {"name": name, **there}))) == 2
    assert len(set(clusters({"name": name, **here}, {"name": name, **TWO, "address": HEFEI}))) == 1


def test_customers_known_under_the_name_are_one_when_their_names_agree() -> None:
    rows = [
        {"name": "滁州德利重工机械有限公司", **ONE},
        {"name": "德利重工", **ONE},
        {"name": "滁州德利重工机械有限公司", **TWO},
        {"name": "滁州德利重工机械有限责任公司", **TWO},
    ]
    assert len(set(clusters(*rows))) == 1


def test_a_short_name_of_two_companies_is_decided_per_line() -> None:
    rows = [
        {"name": "滁州中科食品有限公司", **ONE},
        {"name": "中科食品", **ONE},
        {"name": "六安中科食品有限公司", **TWO},
        {"name": "中科食品", **TWO},
    ]
    found = clusters(*rows)
    assert found[0] == found[1] != found[2] == found[3]


def test_people_share_names() -> None:
    name = "高强"
    rows = [
        {"name": name, "contact": name, "phone": p} for p in ("13812345678", "13922222223", "13812345678")
    ]
    found = clusters(*rows)
    assert found[0] == found[2] != found[1]
