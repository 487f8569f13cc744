"""What a full run leaves behind, so that a few new names can be resolved without all the others.

Kept are the blocking keys of every node (which names a new one must be compared with) and what was learnt from the
whole collection: how rare names are, how widely evidence is spread, which endings are trades, the trained weights.
New names are then compared under the weights of the last full run; what they would change about rarity, spread and
weights waits for the next one.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hengke.kernel.errors import InputError
from hengke_analytics.identity.block import all_keys, char_counts
from hengke_analytics.identity.model import Model
from hengke_analytics.identity.names import relate
from hengke_analytics.identity.nodes import Learnt, Nodes, gather
from hengke_analytics.identity.normalise import NameParts, normalise
from hengke_analytics.identity.rarity import Rarity

LEARNT, FIRST = "learnt.json.gz", "keys-0.parquet"
TELLING, LEAST_TELLING = 20_000, 20
"""A key that more than 20 names bear, in large collections one in 20,000 (a city and the first character), leads to
no neighbour of its own."""
_BY_EVIDENCE = ("phone", "address", "contact", "code")
_BATCH = 200_000
_KEYS = pa.schema([("rule", pa.string()), ("key", pa.string()), ("name", pa.string())])


@dataclass(frozen=True, slots=True)
class Memory:
    """What was learnt from the whole collection."""

    names: int
    learnt: Learnt = field(repr=False)
    chars: dict[str, int] = field(repr=False)
    model: Model = field(repr=False)


def keep(folder: Path, found: Nodes, model: Model) -> None:
    """Write down a full run; what an earlier one left goes."""
    folder.mkdir(parents=True, exist_ok=True)
    chars = char_counts(found.nodes)
    learnt = {
        "names": len({node.text for node in found.nodes}), "spread": found.spread,
        "rarity": found.rarity.as_counts(), "chars": chars, "trades": sorted(found.trades),
        "weights": model.weights, "prior": model.prior, "trained": model.trained,
    }  # fmt: skip
    for old in folder.glob("keys-*.parquet"):
        old.unlink()
    (folder / LEARNT).unlink(missing_ok=True)
    _write_keys(folder / FIRST, found, chars)
    draft = folder / f"{LEARNT}.{os.getpid()}"
    draft.write_bytes(gzip.compress(json.dumps(learnt, ensure_ascii=False).encode(), 1))
    draft.replace(folder / LEARNT)


def recall(folder: Path) -> Memory | None:
    """What the last full run left; None where it cannot be read."""
    try:
        said: dict[str, Any] = json.loads(gzip.decompress((folder / LEARNT).read_bytes()))
        weights = {name: tuple(bits) for name, bits in said["weights"].items()}
        return Memory(
            said["names"],
            Learnt(said["spread"], Rarity.from_counts(said["rarity"]), frozenset(said["trades"])),
            said["chars"],
            Model(weights, said["prior"], said["trained"]),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError):
        return None


def neighbours(folder: Path, memory: Memory, fresh: pa.Table) -> set[str]:
    """Names of the collection that new sightings must be compared with: those that share a telling key and whose
    names relate, or whose evidence agrees.

    InputError `no_memory` when the keys are not there any more.
    """
    import duckdb

    files = [str(path) for path in sorted(folder.glob("keys-*.parquet"))]
    if not files:
        raise InputError("no_memory", "Names have to be resolved in full first.")
    nodes = gather(fresh, learnt=memory.learnt)
    askers: dict[tuple[str, str], set[int]] = {}
    for number, rule, key in all_keys(nodes.nodes, memory.chars):
        askers.setdefault((rule, key), set()).add(number)
    asked = pa.table({"rule": [r for r, _ in askers], "key": [k for _, k in askers]})
    with duckdb.connect() as con:
        con.execute("set threads = 2; set memory_limit = '1GB'")
        con.register("asked", asked)
        found = con.execute(
            """
            with hits as (
                select k.rule, k.key, k.name from read_parquet($files) k
                semi join asked a on a.rule = k.rule and a.key = k.key
            ), usable as (select rule, key from hits group by rule, key having count(distinct name) <= $most)
            select distinct rule, key, name from hits join usable using (rule, key)
            """,
            {"files": files, "most": max(LEAST_TELLING, memory.names // TELLING)},
        ).fetchall()
    near: set[str] = set()
    for rule, key, name in found:
        if name not in near and (
            rule.startswith(_BY_EVIDENCE) or _relates(nodes, askers[rule, key], normalise(name))
        ):
            near.add(name)
    return near


def _relates(nodes: Nodes, numbers: Iterable[int], parts: NameParts) -> bool:
    return any(relate(nodes.nodes[number].parts, parts) for number in numbers)


def add(folder: Path, memory: Memory, fresh: pa.Table) -> None:
    """Let later increments find these sightings too."""
    number = len(list(folder.glob("keys-*.parquet")))
    _write_keys(folder / f"keys-{number}.parquet", gather(fresh, learnt=memory.learnt), memory.chars)


def _write_keys(path: Path, found: Nodes, chars: dict[str, int]) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    with pq.ParquetWriter(draft, _KEYS, compression="zstd") as writer:
        batch: list[tuple[str, str, str]] = []
        for row in _each_key(found, chars):
            batch.append(row)
            if len(batch) == _BATCH:
                writer.write_table(_table(batch))
                batch = []
        writer.write_table(_table(batch))
    draft.replace(path)


def _table(rows: list[tuple[str, str, str]]) -> pa.Table:
    rules, keys, names = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table({"rule": rules, "key": keys, "name": names}, schema=_KEYS)


def _each_key(found: Nodes, chars: dict[str, int]) -> Iterable[tuple[str, str, str]]:
    for number, rule, key in all_keys(found.nodes, chars):
        yield rule, key, found.nodes[number].name
