"""Resolution as a whole: strangers stay apart, evidence is weighed, people are obeyed, order does not matter."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from bench.identity_generator import generate
from bench.identity_ledgers import legacy, score
from hengke.kernel.errors import InputError
from hengke_analytics.identity.resolve import Resolution, resolve
from hengke_analytics.identity.settings import SIGHTINGS, Settings

Row = dict[str, object]


def run(rows: Sequence[Row], decisions: list[tuple[int, int, str]] | None = None) -> Resolution:
    numbered = [{"row": i, "lines": 1, **row} for i, row in enumerate(rows)]
    table = pa.Table.from_pylist(numbered, schema=SIGHTINGS)
    decided = None
    if decisions:
        left, right, verdict = zip(*decisions, strict=True)
        decided = pa.table({"left_row": left, "right_row": right, "verdict": verdict})
    return resolve(table, decisions=decided)


def clusters(found: Resolution) -> list[int]:
    return list(found.assignments["cluster"].to_pylist())


def test_spellings_of_one_name_are_one_customer() -> None:
    names = ("安徽小尔电子有限公司", "安徽省小尔电子有限责任公司 ", "安徽小尔電子有限公司", "小尔电子")
    found = run([{"name": n, "phone": "13812345678"} for n in names])
    assert clusters(found) == [0, 0, 0, 0]
    assert min(found.assignments["probability"].to_pylist()) >= found.settings.automatic


def test_single_rows_are_certain() -> None:
    found = run([{"name": "安徽小尔电子有限公司"}, {"name": "四川大风水泥厂"}])
    assert clusters(found) == [0, 1]
    assert found.assignments["probability"].to_pylist() == [1.0, 1.0]


def test_an_agents_phone_joins_nobody() -> None:
    cores = ("小尔", "畅购", "龙浔", "皇牛", "津驰", "海融", "卓冉", "拓山")
    agent = {"phone": "13800001111", "contact": "赵梅"}
    found = run([{"name": f"安徽{core}电子有限公司", **agent} for core in cores])
    assert len(set(clusters(found))) == len(cores)
    assert found.review.num_rows == 0


def test_a_park_joins_nobody_not_even_names_alike() -> None:
    address = "安徽省合肥市蜀山区高新技术产业园A区"
    names = ("华兴", "华新", "华鑫", "金龙", "金隆", "宏达", "鸿达")
    found = run([{"name": f"合肥{core}机械有限公司", "address": address} for core in names])
    assert len(set(clusters(found))) == len(names)


def test_different_codes_keep_one_name_apart() -> None:
    name = {"name": "安徽小尔电子有限公司", "phone": "13812345678"}
    found = run([{**name, "code": "91350100M000100Y43"}, {**name, "code": "91110000600037341L"}, name])
    assert clusters(found)[0] != clusters(found)[1]


def test_no_chain_through_a_short_name() -> None:
    rows = [
        {"name": "滁州中科食品有限公司", "phone": "13811111112", "contact": "王小明"},
        {"name": "中科食", "phone": "13811111112", "contact": "王小明"},
        {"name": "中科食", "phone": "13922222223", "contact": "李大力"},
        {"name": "六安中科食品厂", "phone": "13922222223", "contact": "李大力"},
    ]
    found = clusters(run(rows))
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[0] != found[3]


def test_a_sighting_without_evidence_goes_with_the_majority() -> None:
    rows: list[Row] = [
        {"name": "滁州中科食品有限公司", "phone": "13811111112"},
        {"name": "中科食", "phone": "13811111112", "lines": 9},
        {"name": "中科食", "phone": "13922222223", "lines": 2},
        {"name": "六安中科食品厂", "phone": "13922222223"},
        {"name": "中科食"},
    ]
    found = clusters(run(rows))
    assert found[4] == found[0]


def test_what_is_known_stays_together_and_apart() -> None:
    same = {"name": "安徽小尔电子有限公司", "phone": "13812345678"}
    rows = [{**same, "known": 7}, {"name": "四川大风水泥厂", "known": 7}, {**same, "known": 8}, same]
    found = clusters(run(rows))
    assert found[0] == found[1]
    assert found[2] != found[0]


def test_people_are_obeyed() -> None:
    rows = [
        {"name": "安徽小尔电子有限公司", "phone": "13812345678"},
        {"name": "安徽省小尔电子有限公司", "phone": "13812345678"},
        {"name": "四川大风水泥厂"},
    ]
    assert clusters(run(rows)) == [0, 0, 2]
    assert clusters(run(rows, [(0, 1, "different")])) == [0, 1, 2]
    assert clusters(run(rows, [(0, 2, "same")])) == [0, 0, 0]


def test_one_name_can_be_parted_by_a_decision() -> None:
    row = {"name": "安徽小尔电子有限公司", "phone": "13812345678"}
    found = clusters(run([row, row, {**row, "lines": 5}], [(0, 1, "different")]))
    assert found[0] != found[1]


def test_never_match_these_two_is_not_asked_again() -> None:
    rows = [{"name": "金龙机械厂", "phone": "13812345678"}, {"name": "金隆机械厂", "phone": "13812345678"}]
    assert run(rows).review.num_rows == 1
    assert run(rows, [(0, 1, "different")]).review.num_rows == 0


def test_reasons_say_why() -> None:
    rows = [{"name": "金龙机械厂", "phone": "13812345678"}, {"name": "金隆机械厂", "phone": "13812345678"}]
    pair = run(rows).review.to_pylist()[0]
    assert {pair["left_name"], pair["right_name"]} == {"金龙机械厂", "金隆机械厂"}
    reasons = {reason["code"]: reason for reason in pair["reasons"]}
    assert reasons["phone_same"]["left"] == reasons["phone_same"]["right"] == "13812345678"
    assert reasons["name_near"]["weight"] < 0 < reasons["phone_same"]["weight"]


def test_nameless_rows_are_never_joined() -> None:
    assert clusters(run([{"name": None}, {"name": " "}, {"name": None, "phone": "13812345678"}])) == [0, 1, 2]


def test_an_empty_table_and_a_missing_column() -> None:
    assert run([]).assignments.num_rows == 0
    with pytest.raises(InputError, match="name"):
        resolve(pa.table({"row": [1]}))


@pytest.fixture(scope="module")
def other() -> tuple[object, Resolution]:
    ledger = generate(800, seed=3)
    return ledger, resolve(ledger.sightings)


def test_another_style_of_ledger(other: tuple[object, Resolution]) -> None:
    ledger, found = other
    got = score(ledger, found.assignments)  # type: ignore[arg-type]
    assert got["precision"] >= 0.995
    assert got["recall"] >= 0.94
    assert found.model.trained


def test_order_of_rows_does_not_matter(other: tuple[object, Resolution]) -> None:
    ledger, found = other
    sightings: pa.Table = ledger.sightings  # type: ignore[attr-defined]
    order = list(range(sightings.num_rows))
    random.Random(5).shuffle(order)
    again = resolve(sightings.take(order))
    assert again.assignments.equals(found.assignments)
    assert again.review.equals(found.review)


def test_a_second_run_on_what_is_known_changes_nothing(other: tuple[object, Resolution]) -> None:
    ledger, found = other
    sightings: pa.Table = ledger.sightings.append_column(  # type: ignore[attr-defined]
        "known", found.assignments["cluster"]
    )
    again = resolve(sightings)
    assert again.assignments["cluster"].equals(found.assignments["cluster"])


def test_bands_are_known_before_they_are_applied(other: tuple[object, Resolution]) -> None:
    _, found = other
    strict, loose = found.preview(0.99, 0.5), found.preview(0.6, 0.1)
    assert strict.linked < loose.linked
    assert strict.linked_wrong < loose.linked_wrong
    assert strict.linked + strict.reviewed + strict.distinct == loose.linked + loose.reviewed + loose.distinct
    assert found.preview(found.settings.automatic, found.settings.review) == found.expected_error


def test_declared_weights_serve_without_training() -> None:
    ledger = generate(300, seed=9)
    found = resolve(ledger.sightings, settings=Settings(train=False))
    assert not found.model.trained
    assert score(ledger, found.assignments)["precision"] >= 0.99


@pytest.mark.slow
@pytest.mark.parametrize(
    ("left_out", "precision", "recall"),
    [((), 0.995, 0.97), (("address",), 0.995, 0.90), (("address", "phone", "contact"), 0.99, 0.70)],
)
def test_the_seven_legacy_ledgers(
    shared: Path, left_out: tuple[str, ...], precision: float, recall: float
) -> None:
    ledger = legacy(shared)
    got = score(ledger, resolve(ledger.sightings.drop_columns(list(left_out))).assignments)
    assert got["precision"] >= precision
    assert got["recall"] >= recall
