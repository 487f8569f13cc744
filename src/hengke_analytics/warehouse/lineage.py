"""From a number back to the ledger lines that make it, and from those to file and row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hengke.kernel.period import Period

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


def lines(
    backend: Backend,
    *,
    customer: int | None = None,
    period: Period | None = None,
    laboratory: str | None = None,
    source: int | None = None,
) -> ir.Table:
    """Ledger lines behind a figure: line_id, customer, alias, date, amounts, source, file and line number.

    The sums of `billed` and `received` over it are the figure. Ordered as it stands in the files.
    """
    fact: Any = backend.table("fact_line")
    alias, origin, source_names = (
        backend.table(name) for name in ("bridge_alias_customer", "dim_import", "dim_source")
    )
    fact = fact.left_join(alias.select("alias_id", "customer_id", alias="name"), "alias_id").drop(
        "alias_id_right"
    )
    if customer is not None:
        fact = fact.filter(fact.customer_id == customer)
    if period is not None:
        fact = fact.filter(fact.submitted_on >= period.start, fact.submitted_on < period.end)
    if laboratory is not None:
        fact = fact.filter(fact.laboratory == laboratory)
    if source is not None:
        fact = fact.filter(fact.source_id == source)
    fact = fact.inner_join(origin.select("import_id", "file_name", "digest"), "import_id")
    fact = fact.inner_join(source_names.select("source_id", source="name"), "source_id")
    return fact.select(
        "line_id", "customer_id", "alias", "submitted_on", "instrument_name", "model", "serial", "laboratory",
        "billed", "received", "source", "file_name", "digest", "line_no", "import_id",
    ).order_by("file_name", "line_no")  # fmt: skip
