"""Lines and customers behind a figure add up to it."""

from __future__ import annotations

import pytest

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.cube import Filter, Question, Value
from hengke_analytics.cube.behind import lines, people
from hengke_analytics.engine import keeping, rows

from .conftest import Cube


def test_lines_add_up_to_their_cell(random_cube: Cube) -> None:
    grid = random_cube.ask("laboratory", "tier", "billed").grid
    for row in grid.rows.children:
        for column in grid.columns.children:
            filters = (Filter("laboratory", (row.key,)), Filter("tier", (column.key,)))
            asked = Question((), (), (Value("billed"),), Period.year(2025), filters)
            with keeping() as keep:
                found = lines(asked, random_cube.sources, random_cube.catalogue, keep)
                total = rows(found.aggregate(total=found.amount.sum().fill_null(0)))[0]["total"]
            assert total == grid.value(row.path, column.path, Value("billed"))


@pytest.mark.parametrize(
    "measure", ["customers", "submitters", "new_customers", "lost_customers", "per_customer"]
)
def test_customers_are_as_many_as_were_counted(measure: str, random_cube: Cube) -> None:
    grid = random_cube.ask("city", "", f"{measure} customers", "2025", "yoy").grid
    for row in grid.rows.children:
        asked = Question((), (), (Value(measure),), Period.year(2025), (Filter("city", (row.key,)),), "yoy")
        with keeping() as keep:
            found = rows(people(asked, random_cube.sources, random_cube.catalogue, keep))
        counted = "customers" if measure == "per_customer" else measure
        assert len({each["customer"] for each in found}) == grid.value(row.path, (), Value(counted))


def test_behind_money_stand_lines(cube: Cube) -> None:
    asked = Question((), (), (Value("billed"),), Period.year(2025))
    with keeping() as keep, pytest.raises(InputError) as refused:
        people(asked, cube.sources, cube.catalogue, keep)
    assert refused.value.code == "no_people"
