"""Messy ledgers of invented customers, in another style than the legacy sample.

Other provinces and trades, brackets, institutions with numbers, branches, homophones, swapped and missing
characters, renames, agents who hand in for many, parks whose tenants share an address, and short names that
fit two customers.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyarrow as pa

from bench.identity_ledgers import Ledger, sightings_of

_REGIONS = Path(__file__).parent.parent / "src/hengke_analytics/identity/data/regions.csv"
_PROVINCES = ("33", "44", "37", "51", "35", "43", "61", "21", "32", "50", "31", "53", "13", "42")
_SYLLABLES = "华兴盛达宏泰金鑫源丰瑞祥恒永安康新民富利德信诚佳美嘉和顺隆昌荣伟业方圆天海龙凤宝光明远大中东南"
_RARE = "骏驰睿翔晟煜坤翰霖沐澜玥羿麒麓岚珂昱涵淼磊犇鼎茂禾穗棠芮诺凯奥纳维思拓朗贝特莱尼亚迪菲洛"
_TRADES = (
    "弹簧", "茧丝绸", "竹木制品", "烟花", "渔具", "拉链", "纽扣", "眼镜", "灯具",
    "轴承", "水暖器材", "打火机", "皮具", "袜业", "纸箱", "酱菜", "冻品", "石墨",
    "铝塑", "滤清器", "离合器", "电动车", "衡器", "压力表", "仪表", "阀门", "减速机",
    "电缆", "机械", "精密机械", "电子科技", "汽车部件", "化纤", "印染", "制药", "生物科技",
    "食品", "海产品", "茶业", "酿酒", "陶瓷", "玻璃制品", "混凝土", "建筑工程", "工程检测",
    "环境检测", "物流", "包装材料", "塑料制品", "橡胶", "钢管", "铝材", "锅炉", "电梯",
)  # fmt: skip
_FORMS = ("有限公司",) * 6 + ("股份有限公司", "有限责任公司", "集团有限公司", "厂", "实业有限公司")
_INSTITUTIONS = (
    "第{n}人民医院", "第{n}中学", "自来水有限公司", "供电局", "产品质量检验所",
    "疾病预防控制中心", "妇幼保健院", "环境监测站", "公共交通有限公司", "燃气有限公司",
    "气象局", "第{n}污水处理厂",
)  # fmt: skip
_DEPARTMENTS = (
    "质量部",
    "设备处",
    "计量站",
    "检测中心",
    "二车间",
    "采购部",
    "动力科",
    "(新厂区)",
    "(仓库)",
    "实验室",
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文志玉春梅海波红鹏飞"
_ROADS = (
    "人和路",
    "学士街",
    "港前大道",
    "东园路",
    "白云巷",
    "江滨西路",
    "科创三路",
    "振兴北街",
    "环湖路",
    "青石板路",
    "滨海二路",
)
_PARKS = ("高新技术产业园A区", "中小企业创业园", "国际物流港", "孵化器大楼", "工业小区标准厂房")


@dataclass
class _Customer:
    full: str
    city: str
    core: str
    trade: str
    phones: list[str]
    addresses: list[str]
    contacts: list[str]
    agent: tuple[str, str] | None
    names: list[str] = field(default_factory=list)


@cache
def _cities() -> list[tuple[str, str, list[str]]]:
    """(province, city, counties) of the provinces used."""
    rows = list(csv.DictReader(_REGIONS.open(encoding="utf-8")))
    names = {r["code"]: r["name"] for r in rows}
    counties: dict[str, list[str]] = {}
    for row in rows:
        if len(row["code"]) == 6 and row["code"][:2] in _PROVINCES:
            counties.setdefault(row["code"][:4], []).append(row["name"])
    return [(names[c[:2]], names.get(c, names[c[:2]]), list_) for c, list_ in counties.items()]


@cache
def _homophones() -> dict[str, str]:
    """Character -> others said alike, among the characters used here."""
    from pypinyin import lazy_pinyin

    chars = sorted(set(_SYLLABLES + _RARE + "".join(_TRADES) + "型行杨洋羊园员原平苹晶精经惊京"))
    said: dict[str, str] = {}
    for char, sound in zip(chars, lazy_pinyin(chars), strict=True):
        said[sound] = said.get(sound, "") + char
    return {c: group.replace(c, "") for group in said.values() for c in group if len(group) > 1}


@cache
def _traditional() -> dict[int, str]:
    from opencc import OpenCC

    convert = OpenCC("s2t").convert
    return {ord(c): convert(c) for c in _SYLLABLES + _RARE + "".join(_TRADES)}


def generate(customers: int, seed: int = 7, lines: int = 5) -> Ledger:
    """A ledger of so many customers, about `lines` sightings each; the truth is known per row."""
    rng = random.Random(seed)
    agents = [(_mobile(rng), _person(rng)) for _ in range(max(2, customers // 200))]
    parks = [_park(rng) for _ in range(max(2, customers // 120))]
    counts: Counter[tuple[str, ...]] = Counter()
    owners: list[int] = []
    truth: dict[str, set[str]] = {}
    taken: set[str] = set()
    for number in range(customers):
        customer = _customer(rng, agents, parks, taken)
        for _ in range(1 + int(rng.expovariate(1 / lines))):
            sighting = (rng.choice(customer.names), *_evidence(rng, customer))
            if sighting not in counts:
                owners.append(number)
            counts[sighting] += 1
            truth.setdefault(sighting[0], set()).add(str(number))
    return Ledger(sightings_of(counts), truth, dict(enumerate(map(str, owners))))


def names_table(count: int, seed: int = 11) -> pa.Table:
    """About so many distinct names with their evidence, as sightings: for measuring speed."""
    return generate(int(count / 1.9), seed).sightings


def _customer(
    rng: random.Random, agents: list[tuple[str, str]], parks: list[str], taken: set[str]
) -> _Customer:
    while True:
        province, city, counties = rng.choice(_cities())
        core, trade, full = _full_name(rng, province, city, counties)
        if full not in taken:
            break
    taken.add(full)
    address = rng.choice(parks) if rng.random() < 0.08 else _address(rng, province, city, counties)
    made = _Customer(
        full, city, core, trade, [_phone(rng) for _ in range(rng.choice((1, 1, 2, 3)))],
        [address, _address(rng, province, city, counties)][: rng.choice((1, 1, 1, 2))],
        [_person(rng) for _ in range(rng.choice((1, 1, 2, 3)))],
        rng.choice(agents) if rng.random() < 0.10 else None,
    )  # fmt: skip
    made.names = [full, full, *(_variant(rng, made) for _ in range(rng.choice((0, 1, 2, 3, 4))))]
    return made


def _full_name(rng: random.Random, province: str, city: str, counties: list[str]) -> tuple[str, str, str]:
    if rng.random() < 0.06:
        place = rng.choice((city, *counties[:4]))
        what = rng.choice(_INSTITUTIONS).format(n=rng.choice("一二三四五"))
        return "", what, place + what
    pool = _SYLLABLES if rng.random() < 0.45 else _SYLLABLES + _RARE * 3
    core = "".join(rng.choice(pool) for _ in range(rng.choice((2, 2, 2, 3, 3, 4))))
    trade, form = rng.choice(_TRADES), rng.choice(_FORMS)
    place = rng.choice(
        (city, city, city.removesuffix("市"), province, province.removesuffix("省"), rng.choice(counties))
    )
    if rng.random() < 0.12:
        return core, trade, f"{core}({city.removesuffix('市')}){trade}{form}"
    return core, trade, (place if rng.random() < 0.85 else "") + core + trade + form


def _variant(rng: random.Random, customer: _Customer) -> str:
    full, core, trade = customer.full, customer.core, customer.trade
    kind = rng.random()
    if kind < 0.30 and core:
        return _short(rng, customer)
    if kind < 0.42:
        return full + rng.choice(_DEPARTMENTS)
    if kind < 0.54:
        return _misspelt(rng, full)
    if kind < 0.64:
        return full.translate(_traditional())
    if kind < 0.72:
        return full.replace("有限公司", "公司").replace("股份公司", "股份有限公司")
    if kind < 0.80:
        return full.replace("市", "", 1).replace("省", "", 1)
    if kind < 0.86:
        return full[: len(full) // 2] + " " + full[len(full) // 2 :]
    if kind < 0.90 and core:
        return f"{customer.city}{core}{trade}实业有限公司(原{full})"
    return full.replace("(", "（").replace(")", "）") + " "


def _short(rng: random.Random, customer: _Customer) -> str:
    city = customer.city.removesuffix("市")
    core, trade = customer.core, customer.trade
    return rng.choice(
        (core + trade, core + trade, city + core, city + core + trade, core + trade[:1], customer.full[:-4])
    )


def _misspelt(rng: random.Random, full: str) -> str:
    at = rng.randrange(max(1, len(full) - 4))
    alike = _homophones().get(full[at], "")
    if alike and rng.random() < 0.5:
        return full[:at] + rng.choice(alike) + full[at + 1 :]
    if rng.random() < 0.5:
        return full[:at] + full[at + 1 :]
    return full[:at] + full[at + 1 : at + 2] + full[at] + full[at + 2 :]


def _evidence(rng: random.Random, customer: _Customer) -> tuple[str, str, str]:
    """(phone, address, contact) of one line; through an agent, the agent's."""
    if customer.agent and rng.random() < 0.5:
        return (
            customer.agent[0],
            rng.choice(customer.addresses) if rng.random() < 0.3 else "",
            customer.agent[1],
        )
    phone = rng.choice(customer.phones) if rng.random() < 0.8 else ""
    address = rng.choice(customer.addresses) if rng.random() < 0.6 else ""
    contact = rng.choice(customer.contacts) if rng.random() < 0.8 else ""
    return (
        phone,
        address,
        contact[0] + rng.choice(("工", "经理", "先生")) if contact and rng.random() < 0.15 else contact,
    )


def _mobile(rng: random.Random) -> str:
    return rng.choice(("136", "150", "187", "199", "133")) + f"{rng.randrange(10**8):08d}"


def _phone(rng: random.Random) -> str:
    if rng.random() < 0.7:
        return _mobile(rng)
    return f"0{rng.randrange(310, 990)}-{rng.randrange(2_000_000, 89_999_999)}"


def _person(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2))))


def _address(rng: random.Random, province: str, city: str, counties: list[str]) -> str:
    head = rng.choice((province + city, city, province + city))
    return f"{head}{rng.choice(counties)}{rng.choice(_ROADS)}{rng.randrange(1, 900)}号" + rng.choice(
        ("", "", "2幢", "3楼")
    )


def _park(rng: random.Random) -> str:
    province, city, counties = rng.choice(_cities())
    return f"{province}{city}{rng.choice(counties)}{rng.choice(_PARKS)}"
