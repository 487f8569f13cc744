"""Every feature has a name in words, and values are written with their units."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from hengke.modules.insight.scores.features import FEATURES, label, written
from hengke_analytics import engine, files
from hengke_analytics.mining.features.store import features
from tests.factories.histories import LAST

WORDS = (
    "order_no", "item", "serial", "laboratory", "project_group", "service_kind", "province", "city", "category",
    "industry", "ownership", "size", "alias_id",
)  # fmt: skip


def test_every_feature_of_the_store_has_words() -> None:
    days = ("date", "received_on", "done_on", "valid_until")
    amounts = ("amount", "received", "list_price")
    table = pa.table(
        {name: pa.array([], pa.date32()) for name in days}
        | {name: pa.array([], files.MONEY) for name in amounts}
        | {name: pa.array([], pa.string()) for name in WORDS}
        | {"customer": pa.array([], pa.int64())}
    )
    backend: Any = engine.open_for_loading()
    backend.con.register("source", table)
    backend.raw_sql("CREATE TABLE facts AS SELECT * FROM source")
    assert set(features(backend.table("facts"), LAST).columns) - {"customer"} == set(FEATURES)
    assert label("visits_365") == "近一年送检次数"
    assert label("own column") == "own column"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("days_since_last", "412", "412 天"), ("late_share", "0.421", "42%"), ("billed", "12345.6", "¥12,346"),
        ("silence", "1.44", "1.4"), ("visits", "3", "3 次"), ("province", "安徽省", "安徽省"), ("city", None, "未知"),
        ("trend_year", "0.0", "0%"), ("trend_year", "-7.9", "-7.9"), ("regularity", "x", "x"),
    ],
)  # fmt: skip
def test_values_are_written_with_their_units(name: str, value: str | None, said: str) -> None:
    assert written(name, value) == said
