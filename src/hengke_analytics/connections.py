"""DuckDB connections whose tables are written down (see `shapes`) instead of built at once."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from hengke_analytics.shapes import build, written


class Recording(Backend):  # type: ignore[misc]  # Ibis ships no types for its backends
    """A connection of this process's own; its tables may still change."""

    def table(self, name: str, /, **place: Any) -> ir.Table:
        """A stored table, from which expressions are written down."""
        return written(super().table(name, **place))

    def compile(self, expr: Any, /, **options: Any) -> str:
        """SQL with the values in its text, to be read or to build a table from."""
        sql: str = super().compile(build(expr), **options)
        return sql


class Reading(Recording):
    """A further connection to a file that does not change any more: what a table looks like is asked once.

    Ibis sets the time zone whenever it connects, which a sealed database refuses; facts have dates only.
    """

    def _post_connect(self, extensions: object = None) -> None:
        self._record_batch_readers_consumed: dict[str, bool] = {}
        self._known: dict[str, ir.Table] = {}
        self.answers: dict[Any, list[dict[str, Any]]] = {}
        """What `engine.remembered` was told; connections to one file share it."""

    def table(self, name: str, /, **place: Any) -> ir.Table:
        """A stored table, from which expressions are written down."""
        if place:
            return super().table(name, **place)
        if name not in self._known:
            self._known[name] = super().table(name)
        return self._known[name]
