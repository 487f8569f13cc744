"""Candidate pairs: names that share a key. Pairs per rule are counted first, and rules that explode are
capped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hengke_analytics.identity.names import spellings
from hengke_analytics.identity.nodes import Node, Nodes
from hengke_analytics.identity.normalise import NameParts
from hengke_analytics.identity.settings import Settings

_CHUNK = 100_000
_SAME_TEXT_LIMIT = 40  # a name with more separate nodes than this only pairs its first ones by name


@dataclass(frozen=True, slots=True)
class Rule:
    """What a blocking rule would produce and what the cap left of it."""

    name: str
    keys: int
    pairs: int
    pairs_kept: int


def candidates(
    found: Nodes, settings: Settings, chars: dict[str, int] | None = None
) -> tuple[npt.NDArray[np.int64], list[Rule]]:
    """(pairs as an (n, 2) array with left < right, sorted; the count per rule).

    `chars` are the counts of a larger collection than this one.
    """
    with TemporaryDirectory() as spill, duckdb.connect() as con:
        con.execute("set threads = 2; set memory_limit = '2GB'; set preserve_insertion_order = false")
        con.execute(f"set temp_directory = '{spill}'")
        _load_keys(con, found.nodes, chars or char_counts(found.nodes))
        cap = _fitting_cap(con, settings, len(found.nodes))
        rules = _count(con, cap)
        pairs = con.execute(
            """
            with usable as (select rule, key from sizes where n between 2 and $cap)
            select distinct l.node as a, r.node as b
            from keys l join usable using (rule, key) join keys r using (rule, key)
            where l.node < r.node order by a, b
            """,
            {"cap": cap},
        ).fetchnumpy()
    return np.stack([pairs["a"], pairs["b"]], axis=1).astype(np.int64), rules


def _load_keys(con: duckdb.DuckDBPyConnection, nodes: list[Node], chars: dict[str, int]) -> None:
    con.execute("create table keys (node integer, rule varchar, key varchar)")
    batch: list[tuple[int, str, str]] = []
    for entry in all_keys(nodes, chars):
        batch.append(entry)
        if len(batch) >= _CHUNK:
            _insert(con, batch)
            batch = []
    _insert(con, batch)
    con.execute("create table sizes as select rule, key, count(*) as n from keys group by rule, key")


def _insert(con: duckdb.DuckDBPyConnection, batch: list[tuple[int, str, str]]) -> None:
    if batch:
        numbers, rules, keys = zip(*batch, strict=True)
        con.register("batch", pa.table({"node": pa.array(numbers, pa.int32()), "rule": rules, "key": keys}))
        con.execute("insert into keys select distinct * from batch")
        con.unregister("batch")


def all_keys(nodes: list[Node], rarity: dict[str, int]) -> Iterator[tuple[int, str, str]]:
    """(number of the node, rule, key) of everything that a pair may share."""
    seen: dict[int, int] = {}
    for number, node in enumerate(nodes):
        seen[node.text] = seen.get(node.text, 0) + 1
        if seen[node.text] <= _SAME_TEXT_LIMIT:
            for rule, key in _name_keys(node.parts, rarity):
                yield number, rule, key
        for rule, key in _evidence_keys(node):
            yield number, rule, key


def char_counts(nodes: list[Node]) -> dict[str, int]:
    """In how many names each character is."""
    counts: dict[str, int] = {}
    for node in nodes:
        for char in set(node.parts.body):
            counts[char] = counts.get(char, 0) + 1
    return counts


def _name_keys(parts: NameParts, rarity: dict[str, int]) -> Iterator[tuple[str, str]]:
    stem = parts.stem
    if not stem:
        return
    yield "stem", stem
    yield "head", stem[:2]
    yield "head and place", f"{stem[:2]}|{parts.region.city or parts.region.province}"
    yield "longer head", stem[:3]
    if parts.former:
        yield "stem", parts.former
    if len(stem) >= 4:  # a slip in one character leaves the same rest
        yield "slip", stem
        for i in range(min(len(stem), 8)):
            yield "slip", stem[:i] + stem[i + 1 :]
    yield from _gapped_keys(parts, rarity)


def _gapped_keys(parts: NameParts, rarity: dict[str, int]) -> Iterator[tuple[str, str]]:
    """A short form shares its first character and its rarest other one with the full name."""
    if not parts.complete and len(parts.stem) <= 6:
        for form in spellings(parts):
            if len(form) > 1:
                yield "gapped", form[0] + min(form[1:], key=lambda c: (rarity.get(c, 0), c))
    else:
        yield from (("gapped", pair) for pair in {s[0] + c for s in (parts.body, parts.stem) for c in s[1:]})


def _evidence_keys(node: Node) -> Iterator[tuple[str, str]]:
    first = node.parts.stem[:1]
    place = node.parts.region.city or min(node.cities, default="")
    for phone in node.phones:
        yield "phone", phone
        yield "phone and initial", phone + first
    for address in node.addresses:
        yield "address", address
        yield "address and initial", address + first
    for contact in node.contacts:
        yield "contact and place", f"{contact}|{place}"
        yield "contact and initial", contact + first
    for code in node.codes:
        yield "code", code


def _fitting_cap(con: duckdb.DuckDBPyConnection, settings: Settings, nodes: int) -> int:
    """The largest block size, halved from the setting, at which all rules together stay within the budget."""
    cap, budget = settings.max_block, settings.max_pairs_per_name * max(nodes, 1000)
    while cap > 10 and _pairs_at(con, cap) > budget:
        cap //= 2
    return cap


def _pairs_at(con: duckdb.DuckDBPyConnection, cap: int) -> int:
    row = con.execute("select coalesce(sum(n * (n - 1) / 2), 0) from sizes where n <= ?", [cap]).fetchone()
    return int(row[0]) if row else 0


def _count(con: duckdb.DuckDBPyConnection, cap: int) -> list[Rule]:
    rows = con.execute(
        """select rule, count(*), sum(n * (n - 1) // 2)::bigint,
        coalesce(sum(n * (n - 1) // 2) filter (n <= ?), 0)::bigint from sizes group by rule order by rule""",
        [cap],
    ).fetchall()
    return [Rule(*row) for row in rows]
