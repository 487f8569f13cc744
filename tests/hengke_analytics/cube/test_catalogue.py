"""Words are declared once, and hidden where their input or the right is missing."""

from __future__ import annotations

import pytest

from hengke.kernel.errors import InputError
from hengke_analytics.cube import CATALOGUE, Dimension, Measure, Part, register

from .conftest import Cube


def test_what_lacks_its_input_is_hidden() -> None:
    bare = CATALOGUE.on(["customer", "date", "amount", "lines"])
    assert "billed" in bare.measures
    assert not {"received", "arrival_rate", "cost", "margin", "discount_rate", "orders"} & set(bare.measures)
    assert not {"city", "laboratory"} & set(bare.dimensions)
    with pytest.raises(InputError, match="Unknown field: margin"):
        bare.measure("margin")


def test_hidden_and_never_declared_answer_alike() -> None:
    narrow = CATALOGUE.without(lambda word: "tier" in word.rights or "cost" in word.rights)
    for name in ("tier", "tier_before", "nothing"):
        with pytest.raises(InputError) as refused:
            narrow.dimension(name)
        assert refused.value.message == f"Unknown field: {name}."
    assert not {"cost", "margin", "margin_rate"} & set(narrow.measures)


def test_hierarchies_lead_down_and_up() -> None:
    down = CATALOGUE.down(CATALOGUE.dimension("province"))
    assert down is not None
    assert (down.name, down.up) == ("city", "province")
    assert CATALOGUE.down(CATALOGUE.dimension("county")) is None


def test_a_pack_adds_words_that_are_asked_like_all_others(cube: Cube) -> None:
    register(
        Part("heavy", ("amount",), lambda t: (t.amount > 100).ifelse(t.amount, 0)),
        Measure("heavy", "Heavy", "money", ("heavy",), lambda found: found["heavy"], additive=True),
        Dimension("half", "Half", "date", ("date",), lambda t: (t.date.month() > 6).cast("int64"), "int"),
    )
    try:
        cube.catalogue = CATALOGUE.on(cube.sources[-1].table.columns)
        grid = cube.ask("half", "", "heavy").grid
        assert {n.key: grid.value(n.path, (), grid.question.values[0]) for n in grid.rows.children} == {
            0: 650,
            1: 300,
        }
    finally:
        for names in (CATALOGUE.measures, CATALOGUE.parts, CATALOGUE.dimensions):
            for name in ("heavy", "half"):
                names.pop(name, None)  # type: ignore[attr-defined]
        cube.catalogue = CATALOGUE.on(cube.sources[-1].table.columns)


def test_a_name_is_taken_once_and_parts_must_exist() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        register(CATALOGUE.measure("billed"))
    with pytest.raises(ValueError, match="nobody declared: nowhere"):
        register(Measure("odd", "Odd", "money", ("nowhere",), lambda found: found["nowhere"]))
    assert "odd" not in CATALOGUE.measures
