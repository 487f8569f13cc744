"""The histories of 160 customers as facts, and a study of them that is made once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from hengke_analytics import engine, files
from hengke_analytics.mining.scoring.applying import Present, present
from hengke_analytics.mining.scoring.study import GOALS, Studied, Workshop
from tests.factories.histories import LAST, Bill, bills


def facts_of(lines: list[Bill]) -> Any:
    table = pa.table(
        {
            "customer": pa.array([line.customer for line in lines], pa.int64()),
            "date": pa.array([line.day for line in lines], pa.date32()),
            "amount": pa.array([Decimal(line.amount) for line in lines], files.MONEY),
            "received": pa.array(
                [Decimal(line.amount if line.paid_on else 0) for line in lines], files.MONEY
            ),
            "received_on": pa.array([line.paid_on for line in lines], pa.date32()),
            "laboratory": pa.array([line.laboratory for line in lines], pa.string()),
        }
    )
    backend: Any = engine.open_for_loading()
    backend.con.register("source", table)
    backend.raw_sql("CREATE TABLE facts AS SELECT * FROM source")
    return backend.table("facts")


@pytest.fixture(scope="session")
def facts() -> Any:
    return facts_of(list(bills()))


@pytest.fixture(scope="session")
def now(facts: Any) -> Present:
    return present(facts, LAST)


@pytest.fixture(scope="session")
def workshop(facts: Any, now: Present) -> Workshop:
    return Workshop(facts, now.inputs, lambda *_: None)


@pytest.fixture(scope="session")
def late(workshop: Workshop) -> Studied:
    return workshop.study(GOALS["late"])
