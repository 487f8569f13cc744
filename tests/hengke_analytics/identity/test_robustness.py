"""Whatever stands in a column of names, every row comes back with a customer."""

from __future__ import annotations

import pyarrow as pa
import pytest

from bench.identity_generator import generate
from hengke_analytics.identity import model
from hengke_analytics.identity.commands import match
from hengke_analytics.identity.lookup import NameIndex
from hengke_analytics.identity.resolve import resolve

ODD = (
    None, "", "  ", "，。！？", "()", "（）（）", "((((", "-", "😀😀", "😀检测有限公司", "长" * 10_000, "\x00\x01",
    "\u200b", "合肥", "省", "有限公司", "厂", "(原)", "原名：", "12345", "１２３４５",
    "e\u0301", "\U00020000\U00020001有限公司",
)  # fmt: skip


def customers(names: list[str | None], **columns: list[str | None]) -> list[int]:
    table = pa.table({"单位名称": pa.array(names, pa.string()), **columns})
    return list(match(table)[0]["customer_id"].to_pylist())


@pytest.mark.parametrize("name", ODD)
def test_a_name_like_this_is_matched_and_looked_up(name: str | None) -> None:
    found = customers([name, "安徽小尔电子有限公司", name])
    assert len(found) == 3
    assert found[1] not in (found[0], found[2])
    index = NameIndex.build(pa.table({"id": [1], "name": pa.array([name], pa.string())}))
    assert len(index.lookup(name or "")) <= 1


def test_rows_without_a_name_are_nobody() -> None:
    assert customers([None, None, " ", " "]) == [0, 1, 2, 3]


def test_width_and_traditional_characters_are_one() -> None:
    names = ["安徽小尔電子（合肥）有限公司", "安徽小尔电子(合肥)有限公司", "安徽小尔电子 (合肥) 有限公司"]
    assert customers([*names]) == [0, 0, 0]
    assert customers(["ＡＢＣ　Ｌｔｄ", "ABC Co., Ltd.", "abc ltd"]) == [0, 0, 0]


def test_one_name_throughout_is_one_customer() -> None:
    phones: list[str | None] = [f"138{i:08d}" for i in range(500)]
    assert set(customers(["合肥小尔电子有限公司"] * 500)) == {0}
    assert set(customers(["合肥小尔电子有限公司"] * 500, 电话=phones)) == {0}


def test_two_sources_that_know_different_things() -> None:
    names: list[str | None] = [
        "合肥小尔电子有限公司",
        "四川大风水泥厂",
        "合肥小尔电子有限公司",
        "四川大风水泥厂",
    ]
    found = customers(
        names, 电话=["13812345678", "13922222223", None, None], 地址=[None, None, "学府路1号", "人民路2号"]
    )
    assert found == [0, 1, 0, 1]


@pytest.mark.parametrize("refusal", [ValueError, ZeroDivisionError, KeyError, RuntimeError])
def test_training_that_fails_leaves_the_declared_weights(
    monkeypatch: pytest.MonkeyPatch, refusal: type[Exception]
) -> None:
    def refuse(levels: object) -> dict[str, object]:
        raise refusal("no")

    ledger = generate(300, seed=3)
    assert resolve(ledger.sightings).model.trained
    monkeypatch.setattr(model, "_train", refuse)
    assert resolve(ledger.sightings).model == model.declared_model()
