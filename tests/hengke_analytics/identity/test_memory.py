"""What a full run leaves behind answers for a few new names as the full run does."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pytest

from bench.identity_generator import generate
from hengke.kernel.errors import InputError
from hengke_analytics.identity import memory as remembering
from hengke_analytics.identity.resolve import resolve

NEW = 40


def clusters(table: pa.Table, assignments: pa.Table) -> dict[int, int]:
    return dict(zip(assignments["row"].to_pylist(), assignments["cluster"].to_pylist(), strict=True))


def pairs_with(new: set[int], cluster_of: dict[int, int]) -> set[tuple[int, int]]:
    """Pairs of rows in one cluster of which at least one is new."""
    members: dict[int, list[int]] = {}
    for row, cluster in cluster_of.items():
        members.setdefault(cluster, []).append(row)
    return {
        (a, b) if a < b else (b, a)
        for rows in members.values()
        for a in rows
        if a in new
        for b in rows
        if a != b
    }


def test_new_names_go_where_the_full_run_puts_them(tmp_path: Path) -> None:
    table = generate(500, 11).sightings
    names = sorted(set(table["name"].to_pylist()))
    fresh = set(names[:: len(names) // NEW])
    is_new = pa.array([name in fresh for name in table["name"].to_pylist()])
    old, new = table.filter(pa.compute.invert(is_new)), table.filter(is_new)
    before = resolve(old, keep_in=tmp_path)
    memory = remembering.recall(tmp_path)
    assert memory is not None
    near = remembering.neighbours(tmp_path, memory, new)
    home = clusters(old, before.assignments)
    wanted = {
        home[row]
        for row, name in zip(*(old[c].to_pylist() for c in ("row", "name")), strict=True)
        if name in near
    }
    part = old.filter(pa.array([home[row] in wanted for row in old["row"].to_pylist()]))
    assert part.num_rows < old.num_rows
    increment = resolve(pa.concat_tables([part, new]), memory=memory)
    rows = set(new["row"].to_pylist())
    full = pairs_with(rows, clusters(table, resolve(table).assignments))
    found = pairs_with(rows, clusters(table, increment.assignments))
    assert len(full) > NEW
    assert len(full & found) >= 0.97 * len(full | found)


def test_names_that_were_added_are_found_by_later_ones(tmp_path: Path) -> None:
    table = generate(60, 3).sightings
    resolve(table, keep_in=tmp_path)
    memory = remembering.recall(tmp_path)
    assert memory is not None
    added = pa.table({"row": [1], "name": ["合肥屹曜珩纺织品有限公司"]})
    later = pa.table({"row": [2], "name": ["合肥市屹曜珩纺织品公司"]})
    assert "合肥屹曜珩纺织品有限公司" not in remembering.neighbours(tmp_path, memory, later)
    remembering.add(tmp_path, memory, added)
    assert "合肥屹曜珩纺织品有限公司" in remembering.neighbours(tmp_path, memory, later)
    resolve(table, keep_in=tmp_path)
    assert "合肥屹曜珩纺织品有限公司" not in remembering.neighbours(tmp_path, memory, later)


def test_what_is_learnt_comes_back_as_it_was(tmp_path: Path) -> None:
    found = resolve(generate(120, 5).sightings, keep_in=tmp_path)
    memory = remembering.recall(tmp_path)
    assert memory is not None
    assert memory.model == found.model
    assert memory.learnt.rarity.customers > 50
    assert memory.names > 100


def test_without_a_full_run_there_is_no_memory(tmp_path: Path) -> None:
    assert remembering.recall(tmp_path) is None
    resolve(generate(60, 3).sightings, keep_in=tmp_path)
    (tmp_path / remembering.LEARNT).write_bytes(b"broken")
    assert remembering.recall(tmp_path) is None
    resolve(generate(60, 3).sightings, keep_in=tmp_path)
    memory = remembering.recall(tmp_path)
    assert memory is not None
    (tmp_path / remembering.FIRST).unlink()
    with pytest.raises(InputError):
        remembering.neighbours(tmp_path, memory, pa.table({"row": [1], "name": ["a"]}))
