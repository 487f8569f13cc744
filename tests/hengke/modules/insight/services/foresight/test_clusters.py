"""Groups: found in the ledger, told in figures, with numbers that stay; features by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.models import ClusterMember
from hengke.modules.insight.services import warehouse as store
from hengke.modules.insight.services.foresight import clusters
from hengke.modules.insight.services.foresight.features import WORDS, features
from tests.factories.customers import customer

from .conftest import quiet

pytestmark = pytest.mark.usefixtures("warehouse")


def test_features_are_what_the_ledger_says() -> None:
    table, last = features(store.open_current().table("facts"))
    rows = {row["customer"]: row for row in table.to_pylist()}
    assert last.isoformat() == "2025-12-31"
    assert (rows[1]["lines"], rows[1]["days"], rows[1]["items"], rows[1]["laboratories"]) == (12, 24, 1, 1)
    assert (rows[5]["year"], rows[5]["lines"], rows[5]["growth"]) == (0, 0, -1)
    assert rows[5]["silent"] == 564
    assert rows[4]["days"] == 8
    assert 0 < rows[1]["growth"] + 0.05 < 0.1


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """Sixty customers of three plain kinds: customer -> kind."""
    from datetime import date

    dice = np.random.default_rng(2)
    kinds: dict[int, int] = {}
    rows = []
    for place in range(60):
        made = customer(f"群客户{place}")
        kind = 0 if place < 30 else 1 if place < 48 else 2
        kinds[made.pk] = kind
        size = (1, 10, 100)[kind] * dice.uniform(0.9, 1.1)
        silent = (300, 30, 5)[kind] * dice.uniform(0.9, 1.1)
        rows.append({"customer": made.pk, **dict.fromkeys(WORDS, size), "silent": silent, "growth": 0.0})
    table = pa.Table.from_pylist(rows)
    monkeypatch.setattr(clusters, "features", lambda _facts: (table, date(2025, 12, 31)))
    return kinds


def numbers() -> dict[int, int]:
    return dict(ClusterMember.objects.values_list("customer_id", "number"))


def test_kinds_are_found_and_told(three: dict[int, int]) -> None:
    run = clusters.run(quiet)
    found = numbers()
    assert run.facts["advised"] == 3
    assert [found[pk] for pk in three] == list(three.values())  # the largest group is the first
    assert [each["rows"] for each in run.facts["clusters"]] == [30, 18, 12]
    largest = {trait["column"]: trait["level"] for trait in run.facts["clusters"][2]["traits"]}
    assert largest["year"] == "very_high"
    assert largest["silent"] in ("low", "very_low")
    assert sum(each["amount_share"] for each in run.facts["clusters"]) == pytest.approx(1)


def test_numbers_stay_from_run_to_run(three: dict[int, int]) -> None:
    clusters.run(quiet)
    ClusterMember.objects.filter(number=0).update(number=7)
    clusters.run(quiet)
    assert set(numbers().values()) == {7, 1, 2}


def test_a_number_of_ones_choice_holds_from_the_next_run(three: dict[int, int]) -> None:
    with pytest.raises(NotFound):
        clusters.choose(4, actor=Actor.system())
    clusters.run(quiet)
    with pytest.raises(InputError):
        clusters.choose(9, actor=Actor.system())
    clusters.choose(4, actor=Actor.system())
    assert Job.objects.filter(kind="insight.foresee").count() == 1
    run = clusters.run(quiet)
    assert (run.facts["k"], run.facts["advised"], len(run.facts["clusters"])) == (4, 3, 4)
    clusters.choose(None, actor=Actor.system())
    assert clusters.run(quiet).facts["k"] == 3


def test_of_many_a_sample_gives_the_centres(three: dict[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "MOST_JUDGED", 40)
    clusters.run(quiet)
    found = numbers()
    by_kind: dict[int, set[int]] = {}
    for pk, kind in three.items():
        by_kind.setdefault(kind, set()).add(found[pk])
    assert [len(each) for each in by_kind.values()] == [1, 1, 1]


def test_too_few_customers(monkeypatch: Any) -> None:
    with pytest.raises(InputError, match="20 customers"):
        clusters.run(quiet)
