"""Record linkage of any table of persons by a declared comparison specification, trained without labels
(Splink).

Splink estimates u by random sampling and m by expectation maximisation, each training pass blocked on other
columns; links of at least the threshold are joined, and every pair within a cluster counts as linked.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hengke.kernel.errors import InputError
from hengke_analytics.identity.unite import Unions


@dataclass(frozen=True, slots=True)
class Field:
    """How one column is compared: levels of similarity, most alike first."""

    column: str
    kind: str  # "name" (Jaro-Winkler), "text" (Levenshtein and Jaro-Winkler), "digits" (Levenshtein), "exact"
    rarity: bool = False  # weigh agreement by how rare the value is


@dataclass(frozen=True, slots=True)
class Specification:
    """Columns compared, pairs looked at, passes of training and the threshold."""

    id_column: str
    fields: tuple[Field, ...]
    blocks: tuple[tuple[str, ...], ...]
    training: tuple[tuple[str, ...], ...]
    swapped: tuple[str, str] | None = None  # two of the columns that people write in either order
    threshold: float = 0.9


FEBRL = Specification(
    id_column="rec_id",
    fields=(
        Field("given_name", "name", rarity=True), Field("surname", "name", rarity=True),
        Field("street_number", "digits"), Field("address_1", "text", rarity=True),
        Field("address_2", "text", rarity=True), Field("suburb", "text", rarity=True),
        Field("postcode", "digits", rarity=True), Field("state", "exact"), Field("date_of_birth", "digits"),
    ),
    blocks=(
        ("date_of_birth",), ("given_name", "surname"), ("postcode", "surname"), ("postcode", "given_name"),
        ("address_1",), ("address_2",), ("suburb", "street_number"), ("surname", "suburb"),
        ("given_name", "suburb"), ("postcode", "street_number"), ("given_name", "state", "street_number"),
    ),
    training=(("date_of_birth",), ("given_name", "surname"), ("postcode", "suburb")),
    swapped=("given_name", "surname"),
)  # fmt: skip
"""FEBRL's synthetic persons, compared without their social security number."""


def link(records: pa.Table, spec: Specification, *, seed: int = 1) -> pa.Table:
    """Columns id, cluster (its first id) and probability, one row per record in order.

    `records` holds the columns of the specification as text; blank strings count as unknown. The
    probability is the best link that holds the record, 1.0 when it is alone. Raises InputError when a
    column is absent.
    """
    table = _prepared(records, spec)
    return _clusters(table[spec.id_column].to_pylist(), _links(table, spec, seed), spec.threshold)


def _prepared(records: pa.Table, spec: Specification) -> pa.Table:
    """Folded text without spaces (blanks are mistyped as often as letters); blank becomes null."""
    columns = [spec.id_column, *(f.column for f in spec.fields)]
    if missing := [c for c in columns if c not in records.column_names]:
        raise InputError("identity-columns", "The table lacks the column {column}.", column=missing[0])
    table = records.select(columns)
    for place, column in enumerate(columns[1:], start=1):
        text = pc.replace_substring_regex(pc.utf8_lower(table[column].cast(pa.string())), r"\s+", "")
        table = table.set_column(place, column, pc.if_else(pc.equal(text, ""), None, text))
    return table


def _links(table: pa.Table, spec: Specification, seed: int) -> pa.Table:
    """Scored candidate pairs at or above the threshold, as Splink returns them."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    with duckdb.connect() as con:
        con.execute("set threads = 2")
        creator = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name=spec.id_column,
            comparisons=[_comparison(field, spec.swapped) for field in spec.fields],
            blocking_rules_to_generate_predictions=[block_on(*columns) for columns in spec.blocks],
        )
        source = DuckDBAPI(connection=con).register(table, dataset_display_name="records")
        linker = Linker(source, creator, log_level=None)
        training = [block_on(*columns) for columns in spec.training]
        linker.training.estimate_probability_two_random_records_match([*training], recall=0.8)
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=seed)
        for rule in training:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        predicted: Any = linker.inference.predict(threshold_match_probability=spec.threshold)
        links: pa.Table = predicted.as_pyarrow_table()
        return links


def _comparison(field: Field, swapped: tuple[str, str] | None) -> Any:
    """The levels of one field in Splink's terms."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    column = field.column
    equal = cll.ExactMatchLevel(column, term_frequency_adjustments=field.rarity)
    kinds: dict[str, list[Any]] = {
        "name": [cll.DamerauLevenshteinLevel(column, 1), cll.JaroWinklerLevel(column, 0.88)],
        "text": [cll.DamerauLevenshteinLevel(column, 2), cll.JaroWinklerLevel(column, 0.88)],
        "digits": [cll.DamerauLevenshteinLevel(column, 1), cll.DamerauLevenshteinLevel(column, 2)],
        "exact": [],
    }
    likeness = kinds[field.kind]
    if swapped and column in swapped:
        likeness.append(cll.ColumnsReversedLevel(*swapped, symmetrical=True))
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[cll.NullLevel(column), equal, *likeness, cll.ElseLevel()],
    )


def _clusters(ids: list[Any], links: pa.Table, threshold: float) -> pa.Table:
    """Connected components of the links."""
    number = {key: i for i, key in enumerate(ids)}
    united, best = Unions(len(ids)), [0.0] * len(ids)
    id_column = next(name for name in links.column_names if name.endswith("_l"))
    sides = (links[id_column].to_pylist(), links[id_column[:-1] + "r"].to_pylist())
    for left, right, chance in zip(*sides, links["match_probability"].to_pylist(), strict=True):
        if chance >= threshold:
            i, j = number[left], number[right]
            united.join(i, j)
            best[i], best[j] = max(best[i], chance), max(best[j], chance)
    cluster = [ids[united.find(i)] for i in range(len(ids))]
    return pa.table({"id": ids, "cluster": cluster, "probability": [p or 1.0 for p in best]})
