"""Company names taken apart: region, core name 字号, trade, legal form, branch.

The parts are keys for comparison, never for display.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from hengke_analytics.identity.regions import ALIASES, Region, split_region

_BRACKETS = str.maketrans("（［【〔〈《「『﹙{[", "(((((((((((", "")
_CLOSING = str.maketrans("）］】〕〉》」』﹚}]", ")))))))))))", "")
_INNER = re.compile(r"\(([^()]*)\)?")
_NOT_WORD = re.compile(r"[\W_]+")
_ENGLISH_FORM = re.compile(r"\b(?:co|company|ltd|limited|inc|corp|corporation|llc|gmbh|plc|group)\b\.?", re.I)
_COMPANY = re.compile(
    r"(?:控股|集团|股份|[股份集团](?=[有限])|合伙|合作)*[有限责任]{0,4}(?:总|集团|合作)?(?<![分子支])(?:公司|公$)"
    r"|(?:集团|股份|控股)*(?:有限合伙|有限责任|有限|股份|集团)$"
)
_WORKS = re.compile(r"(?:总厂|分厂|厂|经营部|经销部|商行|门市部|商店|工作室|合作社|个体工商户)$")
_INSTITUTION = re.compile(
    r"(?:局|院|站|所|中心|学校|中学|小学|大学|幼儿园|委员会|管委会|政府|法院|检察院|银行|支行|协会|学会|馆|支队|大队|总队|办事处|村委会|工会)$"
)
_DEPARTMENT = re.compile(
    r"(?:计量|质检|质量|质量管理|质管|品质|品管|品保|设备|设备管理|技术|生产|生产技术|采购|供应|工程|工程技术|检验|检测|化验|"
    r"实验|试验|理化|仪表|仪器|电仪|动力|动能|机动|安全|安环|综合|办公|后勤|总务|财务|行政|人事|研发|开发|物资|物流|仓储|运营|"
    r"运行|维修|检修|机修|制造|管理|项目|企管|营销|销售|市场|业务|信息|资材|器材|装备|医学装备|设备物资|工艺|车辆|环保|体系|标准化|"
    r"[一二三四五六七八九十\d]+)(?:管理|保障)?(?:办公室|实验室|车间|工段|班组|中心|室|科|部|处|组|课|股|办)$"
)
_SITE = re.compile(
    r"(?:新|老|旧|东|西|南|北|本|总|一|二|三|四|五|六|七|八|九|\d+)?(?:厂区|院区|校区|厂|分部|基地|库区|部)$"
)
_BRANCH = re.compile(r"(?:分公司|分厂|分院|分店|支行|分行|分局|支公司|营业部|办事处|子公司|事业部)$")
_FORMER = re.compile(r"^(?:原名?|曾用名|更名前|前身|旧名)[:：]?")
_ORDINAL = re.compile(
    r"第?[一二三四五六七八九十百\d]+(?=[厂中医小院所局分车号队])|第[一二三四五六七八九十百\d]+|\d+"
)
_INSTITUTE = re.compile(r"^第[一二三四五六七八九十百\d]+.{0,6}(?:研究[所院]|设计院|工程局|医院|学校|中学)$")
_IN_LEGAL = frozenset(
    {
        "集团",
        "控股",
        "股份",
        "有限",
        "中国",
        "集团股份",
        "控股集团",
        "集团控股",
        "合伙",
        "有限合伙",
        "普通合伙",
    }
)


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart; every part may be empty except `text` of a non-empty name."""

    text: str  # the whole name, cleaned, without notes in brackets
    region: Region
    stem: str  # core and trade: what is left between region and legal form
    core: str  # 字号
    trade: str
    legal: str  # "company", "company股份", "company集团", "works", "institution"; "" when none is written
    branch: str  # branch, department or note in brackets
    head: str = ""  # region and stem as written
    former: str = ""  # stem of a former name given in brackets
    ordinals: tuple[str, ...] = ()  # 第一, 二厂: numbers that tell institutions apart

    @property
    def body(self) -> str:
        """Region (short) and stem: the name without legal form."""
        return self.stem if self.stem.startswith(self.region.short) else self.region.short + self.stem

    @property
    def local(self) -> bool:
        """A hospital, school or office that its place and number tell from others of its kind."""
        return self.legal == "institution" or bool(self.ordinals)

    @property
    def complete(self) -> bool:
        """A name written in full, with its legal form."""
        return bool(self.legal)


@cache
def _converter() -> tuple[Callable[[str], str], frozenset[str]]:
    """OpenCC's conversion and the characters that it changes, so that most names need not pass through it."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    chars = [chr(code) for code in range(0x3400, 0xA000)]
    simple = convert("\n".join(chars)).split("\n")
    return convert, frozenset(a for a, b in zip(chars, simple, strict=True) if a != b)


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; by phrases, since 鍊 is 链 in 拉鍊 but 炼 in 鍊鋼."""
    convert, traditional = _converter()
    return text if traditional.isdisjoint(text) else convert(text)


@cache
def trade_words() -> frozenset[str]:
    """Words that say what a company does rather than who it is."""
    return frozenset(resources.files(__package__).joinpath("data/trades.txt").read_text("utf-8").split())


def clean(text: str) -> str:
    """Width, case, brackets and traditional characters made one; whitespace kept."""
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS).translate(_CLOSING).casefold()
    return unicodedata.normalize("NFKC", simplified(folded))


def normalise(name: str) -> NameParts:
    """Take `name` apart. Idempotent on `text`: normalise(p.text).text == p.text."""
    flat, notes = _take_brackets(clean(name))
    flat = _NOT_WORD.sub("", _ENGLISH_FORM.sub("", flat) if flat.isascii() else flat) or _NOT_WORD.sub(
        "", flat
    )
    head, legal, branch = _take_forms(flat)
    region, stem = split_region(head)
    region, former, noted = _read_notes(notes, region)
    core, trade = split_trade(stem)
    if (
        not core and region.short
    ):  # 合肥供水: the place is the only name it has; 德宏包装 may not even be in 德宏
        region = Region() if head == region.short + trade else region
        core = region.short or head[: len(head) - len(trade)]
        stem = core + trade
    if not region.province and stem[:1] in ALIASES and stem[1:] in trade_words():
        region = Region(province=ALIASES[stem[0]])
    ordinals = tuple(_ORDINAL.findall(head))
    return NameParts(flat, region, stem, core or stem, trade, legal, branch or noted, head, former, ordinals)


def split_trade(stem: str, words: frozenset[str] | None = None) -> tuple[str, str]:
    """Split the longest run of trade words off the end; core may come out empty."""
    words = trade_words() if words is None else words
    end = len(stem)
    while end:
        start = next((i for i in range(max(0, end - 8), end - 1) if stem[i:end] in words), None)
        if start is None or start == 1:  # one character alone is never a core
            break
        end = start
    return stem[:end], stem[end:]


def _take_brackets(text: str) -> tuple[str, list[str]]:
    """Text without brackets and their contents; words of the legal form stay where they are."""
    if "(" not in text:
        return text, []
    notes = [_NOT_WORD.sub("", note) for note in _INNER.findall(text)]
    flat = _INNER.sub(lambda m: m[1] if _NOT_WORD.sub("", m[1]) in _IN_LEGAL else " ", text)
    if len(_NOT_WORD.sub("", flat)) < 2:  # everything stood in brackets
        return text.replace("(", " ").replace(")", " "), []
    return flat, [note for note in notes if note and note not in _IN_LEGAL]


def _take_forms(text: str) -> tuple[str, str, str]:
    """(name without legal form and branch, kind of legal form, branch)."""
    found = next((m for m in _COMPANY.finditer(text) if m.start() >= 2), None)
    if found and _INSTITUTE.match(text[found.end() :]):  # 集团公司第三十八研究所 is a body of its own
        return text[: found.start()] + text[found.end() :], "institution", ""
    if found:
        return _drop_group(text[: found.start()]), _company_form(found[0]), text[found.end() :]
    if branch := _BRANCH.search(text):
        at = _branch_place(text, branch.start())
        return _drop_group(text[:at]), "", text[at:]
    for pattern in (_DEPARTMENT, _SITE):
        cut = pattern.search(text)
        if cut and cut.start() >= 4 and _WORKS.search(text[: cut.start()]):
            head = text[: cut.start()]
            return _WORKS.sub("", head), "works", text[cut.start() :]
    works = _WORKS.search(text)
    if works and works.start() >= 2:
        return _drop_group(text[: works.start()]), "works", ""
    cut = _DEPARTMENT.search(text)
    if cut and cut.start() >= 4 and (not text.endswith("中心") or _INSTITUTION.search(text[: cut.start()])):
        head = text[: cut.start()]
        return _drop_group(head), _institution(head), text[cut.start() :]
    return _drop_group(text), _institution(text), ""


def _branch_place(text: str, end: int) -> int:
    """Where the place of a branch begins: 中国电信 | 合肥分公司."""
    for at in range(2, end - 1):
        region, rest = split_region(text[at:end], keep=0)
        if region.short and not rest:
            return at
    return end


def _institution(head: str) -> str:
    return "institution" if len(head) >= 4 and _INSTITUTION.search(head) else ""


def _company_form(words: str) -> str:
    """Limited and unlimited are mixed up in writing, 股份 and 集团 less so; 玉柴集团 alone is no full
    name."""
    if "公" not in words and "有限" not in words:
        return ""
    return "company" + "".join(kind for kind in ("股份", "集团") if kind[0] in words)


def _drop_group(head: str) -> str:
    """集团 inside a name says little: 五洲集团纺织 and 五洲纺织 are written for one company."""
    shorter = head.replace("集团", "")
    return shorter if len(shorter) >= 2 else head


def _read_notes(notes: list[str], region: Region) -> tuple[Region, str, str]:
    """What stands in brackets: a place (上海), a former name, or a note such as 新厂."""
    former = noted = ""
    for note in notes:
        place, rest = split_region(note, keep=0)
        if _FORMER.match(note):
            former = split_region(_take_forms(_FORMER.sub("", note))[0])[1]
        elif place.province and not rest:
            region = region if region.city else place
        else:
            noted = note
    return region, former, noted
