"""Regions of China (GB/T 2260): the prefix of a company name and of an address, with province aliases."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

ALIASES = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23",
    "沪": "31", "申": "31", "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37",
    "豫": "41", "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51",
    "蜀": "51", "贵": "52", "黔": "52", "滇": "53", "云": "53", "藏": "54", "陕": "61", "秦": "61",
    "甘": "62", "陇": "62", "青": "63", "宁": "64", "新": "65",
}  # fmt: skip
"""One character that stands for a province (广东 = 粤); some are ordinary characters too."""

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_PEOPLES = (
    "维吾尔|哈萨克|蒙古|塔吉克|柯尔克孜|锡伯|朝鲜|土家|布依|哈尼|景颇|傈僳|纳西|拉祜|达斡尔|鄂温克|鄂伦春|仫佬|毛南|"
    "仡佬|独龙|普米|裕固|保安|东乡|撒拉|布朗|各|壮|回|藏|羌|彝|苗|侗|白|傣|满|畲|瑶|黎|水|佤|怒|土"
)
_AUTONOMOUS = re.compile(rf"(?:(?:{_PEOPLES})族?)*自治[区州县旗]$")
_SUFFIX = re.compile(r"(?:特别行政区|林区|新区|地区|自治[区州县旗]|[省市区县旗盟州])$")
_TYPE_AFTER = re.compile(r"^(?:省|市|自治区|自治州|地区|县|区)(?=.{2})")
_ON_A_ROAD = r"\d|[一二三四五六七八九十]+号|街道|社区|派出所|小学|中学|学校|幼儿园|医院|卫生|支行|百货|商场|市场|.?店|$"
_ROAD_AFTER = re.compile(
    rf"[东西南北中一二三四五六七八九十]{{1,2}}路(?![桥通港])|路(?={_ON_A_ROAD})|大街|街(?={_ON_A_ROAD})|大道|巷|弄|胡同"
)  # 南京东路 and 上海路小学 stand in any city, but 上海路友机械 in Shanghai
_SOMEWHERE = "?"
_NO_PLACE = ("市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划")


@dataclass(frozen=True, slots=True)
class Region:
    """Where a text says something is: province (2 digits), city (4), county (6), each possibly empty."""

    province: str = ""
    city: str = ""
    county: str = ""
    short: str = ""  # the most exact place named, without its administrative suffix


def short_name(name: str) -> str:
    """Drop the administrative suffix: 广西壮族自治区 -> 广西, 内蒙古自治区 -> 内蒙古, 肥西县 -> 肥西."""
    for suffix in (_AUTONOMOUS, _SUFFIX):
        short = suffix.sub("", name)
        if short != name and len(short) >= 2:
            return short
    return name


def _forms(name: str) -> set[str]:
    """海南藏族自治州, 海南藏自治州 and 海南州 say the same; the short form of a prefecture keeps its 州, for 海南
    alone is a province."""
    short = short_name(name)
    if not name.endswith("自治州"):
        return {name, short}
    return {name, name.replace("族自治州", "自治州"), short, f"{short}州"}


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """Every way to write a place -> its codes; counties in short form only count behind their parent."""
    places: dict[str, set[str]] = {}
    with resources.files(__package__).joinpath("data/regions.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            for form in _forms(row["name"]):
                places.setdefault(form, set()).add(row["code"])
    return {name: tuple(sorted(codes, key=lambda c: (len(c), c))) for name, codes in places.items()}


@cache
def _names() -> tuple[dict[str, str], int]:
    """Full name by code, and the longest way to write a place."""
    with resources.files(__package__).joinpath("data/regions.csv").open(encoding="utf-8") as lines:
        names = {row["code"]: row["name"] for row in csv.DictReader(lines)}
    return names, max(map(len, _places()))


@cache
def province_short(code: str) -> str:
    """广东 for 44."""
    return short_name(_names()[0][code])


def _pick(codes: tuple[str, ...], found: str, full: bool) -> str:
    """The code that fits behind what was found; without a parent a county must be written in full."""
    fitting = [c for c in codes if len(c) > len(found) and c.startswith(found)]
    if found:
        return fitting[0] if fitting else ""
    usable = [c for c in fitting if len(c) < 6 or full]
    if len(usable) > 1 and len(usable[0]) == 6:
        return _SOMEWHERE  # several counties bear this name
    if usable and not full and _outshone(usable[0], codes):
        return _SOMEWHERE
    return usable[0] if usable else ""


def _outshone(city: str, codes: tuple[str, ...]) -> bool:
    """Whether the short name of a city is also that of a district of a capital: 朝阳."""
    if len(city) != 4 or city.endswith("01"):
        return False
    return any(len(c) == 6 and (c[2:4] == "01" or c[:2] in MUNICIPALITIES) for c in codes)


def split_region(text: str, keep: int = 2) -> tuple[Region, str]:
    """Split a leading region off `text`, leaving at least `keep` characters; (region, rest).

    Roads that bear the name of a place (南京东路) are no region, nor is the beginning of a longer place that
    cannot be split off whole.
    """
    found, rest, short = "", text, ""
    for _ in range(4):
        if rest.startswith(_NO_PLACE) and len(rest) > keep:
            rest = rest[next(len(n) for n in _NO_PLACE if rest.startswith(n)) :]
            continue
        code, size = _leading(rest, found)
        if not code or len(rest) - size < keep:
            break
        found, short = code, short_name(rest[:size])
        rest = rest[size:] if _begins_child(code, rest, size) else _TYPE_AFTER.sub("", rest[size:])
        if len(found) == 6 or found == _SOMEWHERE:
            break
    return _region(found, short), rest


def _leading(text: str, found: str) -> tuple[str, int]:
    """(code, length) of the longest place that `text` begins with inside of `found`; ("", 0) without one."""
    places, (_, longest) = _places(), _names()
    for size in range(min(longest, len(text)), 1, -1):
        word = text[:size]
        if word not in places:
            continue
        full = _is_full(word)
        code = _pick(places[word], found, full)
        if code and not full and _ROAD_AFTER.match(text[size:]):
            continue
        if code and not _splits_child(code, text, size):
            return code, size
    return "", 0


def _is_full(word: str) -> bool:
    names, _ = _names()
    return any(names.get(code) == word for code in _places()[word])


def _splits_child(code: str, text: str, size: int) -> bool:
    """Whether the suffix of a city belongs to its district: 枣庄|市中区, not 枣庄市|中区."""
    whole = text[size - 1] == "市" and code in _places().get(text[: size - 1], ())
    return whole and _begins_child(code, text, size - 1)


def _begins_child(code: str, text: str, at: int) -> bool:
    """Whether one of the districts 市中区, 市南区, 市北区 of a city stands at a place of the text."""
    district = _places().get(text[at : at + 3], ()) if text[at : at + 1] == "市" else ()
    return any(len(c) == 6 and c.startswith(code) for c in district)


@cache
def _region(code: str, short: str) -> Region:
    if not code or code == _SOMEWHERE:
        return Region(short=short)
    province = code[:2]
    city = province + "01" if province in MUNICIPALITIES else code[:4] if len(code) >= 4 else ""
    return Region(province, city, code if len(code) == 6 else "", short)
