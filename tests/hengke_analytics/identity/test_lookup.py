"""Short names find full names; the index can be kept up to date."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from hengke_analytics.identity.lookup import NameIndex

ROOT = Path(__file__).resolve().parents[3]
NAMES = (
    "上海汽车集团股份有限公司",
    "上海汽车配件有限公司",
    "万科企业股份有限公司",
    "万科物业服务有限公司",
    "中国平安保险(集团)股份有限公司",
    "平安银行股份有限公司",
    "广东电力发展股份有限公司",
    "广西桂冠电力股份有限公司",
    "合肥供水集团有限公司",
)


@pytest.fixture
def index() -> NameIndex:
    return NameIndex.build(pa.table({"id": range(len(NAMES)), "name": NAMES}))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("万科A", "万科企业股份有限公司"),
        ("中国平安", "中国平安保险(集团)股份有限公司"),
        ("上汽集团", "上海汽车集团股份有限公司"),
        ("粤电力A", "广东电力发展股份有限公司"),
        ("*ST桂冠", "广西桂冠电力股份有限公司"),
        ("合肥市供水", "合肥供水集团有限公司"),
        ("中國平安保險（集團）股份有限公司", "中国平安保险(集团)股份有限公司"),
    ],
)
def test_first_answer(index: NameIndex, text: str, name: str) -> None:
    assert index.lookup(text)[0].name == name


def test_exact_names_score_one(index: NameIndex) -> None:
    best = index.lookup("平安银行股份有限公司")[0]
    assert (best.id, best.score, best.reasons) == (5, 1.0, ("exact",))


@pytest.mark.parametrize("text", ["", "  ", "zzz", "()", "\x00"])
def test_nothing_found(index: NameIndex, text: str) -> None:
    assert index.lookup(text) == []


def test_limit(index: NameIndex) -> None:
    assert len(index.lookup("股份", limit=2)) <= 2


def test_add_replace_and_remove(index: NameIndex) -> None:
    index.add(100, "徐工集团工程机械股份有限公司")
    assert index.lookup("徐工机械")[0].id == 100
    index.add(100, "三一重工股份有限公司")
    assert index.lookup("三一重工")[0].id == 100
    assert all(match.id != 100 for match in index.lookup("徐工机械"))
    index.remove(100)
    index.remove(100)
    assert all(match.id != 100 for match in index.lookup("三一重工"))
    assert len(index) == len(NAMES)


def test_an_empty_index_answers() -> None:
    empty = NameIndex.build(pa.table({"id": pa.array([], pa.int64()), "name": pa.array([], pa.string())}))
    assert empty.lookup("万科") == []
    empty.add("a", "万科企业股份有限公司")
    assert empty.lookup("万科")[0].id == "a"


@pytest.mark.parametrize("file", ["short_names", "more_short_names"])
def test_companies_by_the_names_that_people_use(file: str) -> None:
    pairs = list(csv.DictReader((ROOT / f"bench/data/{file}.csv").open(encoding="utf-8")))
    full = [pair["full"] for pair in pairs]
    index = NameIndex.build(pa.table({"id": full, "name": full}))
    missed = [
        pair["short"]
        for pair in pairs
        if pair["full"] not in [match.name for match in index.lookup(pair["short"], 1)]
    ]
    assert len(missed) <= {"short_names": 0.02, "more_short_names": 0.05}[file] * len(pairs), missed[:3]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("中国石化", "中国石油化工股份有限公司"),  # beginnings of words
        ("京东方合肥", "合肥京东方光电科技有限公司"),  # the place last
        ("华润苏州", "华润（苏州）有限公司"),
        ("中电14所", "中国电子科技集团公司第十四研究所"),  # a number in digits
        ("中集集团", "中国国际海运集装箱（集团）股份有限公司"),  # the legal form was typed
        ("津膜科技", "天津膜天膜科技股份有限公司"),
    ],
)
def test_how_names_are_shortened(text: str, name: str) -> None:
    near = (
        "中国石油天然气股份有限公司",
        "京东方科技集团股份有限公司",
        "华润（深圳）有限公司",
        "中芯国际集成电路制造有限公司",
    )
    names = [name, *near, "苏州华盛电子有限公司", "中电十五局", "天津科技有限公司"]
    index = NameIndex.build(pa.table({"id": names, "name": names}))
    assert index.lookup(text)[0].name == name


@pytest.mark.parametrize(
    ("text", "meant", "others"),
    [
        # words of the ending count where they stand, also inside of a name, and most right behind the rest
        ("大洋集团", "合肥大洋集团生物科技有限公司", ["合肥大洋生物科技有限公司"]),
        # a full name is looked for, not another short form
        ("子涵", "合肥市子涵电气设备有限公司", ["李子涵"]),
        # the short name begins where a word of the name begins
        ("江中集团", "河南江中食品集团股份有限公司", ["浙江中天钢管集团有限公司"]),
        # a branch is called by its place, and a place may stand behind
        (
            "江苏移动",
            "中国移动通信集团江苏有限公司",
            ["中国移动通信集团安徽有限公司", "江苏移山机械有限公司"],
        ),
        ("镇海炼化", "中国石油化工股份有限公司镇海炼化分公司", ["镇海炼铁设备有限公司"]),
        ("格力电器", "珠海格力电器股份有限公司", ["格力电器(合肥)有限公司"]),
        # a province that another place made superfluous
        ("江苏吴中", "江苏吴中医药发展股份有限公司", ["江苏中鑫电子有限公司"]),
        # of names found in part, the one that has the beginning
        ("楚天高速", "湖北楚天智能交通股份有限公司", ["山东高速股份有限公司"]),
    ],
)
def test_the_likelier_of_two(text: str, meant: str, others: list[str]) -> None:
    names = [*others, meant, *NAMES]
    index = NameIndex.build(pa.table({"id": names, "name": names}))
    assert index.lookup(text)[0].name == meant
