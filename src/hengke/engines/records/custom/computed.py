"""Fields that are worked out and never stored: a path names what was bound for one person's rights.

A catalogue binds every such field to the person: the path "extra__c30_x5" stands for the expression number 5, in which
the rows and fields of others that the person may not see do not exist. So lists, filters, orders, sums, groups, export
and API need to know nothing of it, and nothing can be out of date.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db.models import Transform

from hengke.engines.records.custom.formula.sql import Expr, Place

if TYPE_CHECKING:
    from hengke.engines.records.reading.catalogue import Catalogue
    from hengke.engines.records.schema.declarations import Field

KEPT = 5_000
_bound: OrderedDict[int, tuple[Any, Expr]] = OrderedDict()
_numbers: dict[tuple[Any, ...], int] = {}
_lock = Lock()
_last = 0


@dataclass(frozen=True, eq=False)
class Computed:
    """How a field is worked out: `bind` gives the expression for a person's catalogue and a key that is equal for equal
    expressions; None where the person may not read everything that goes into it."""

    bind: Callable[[Catalogue], tuple[tuple[Any, ...], Expr] | None]
    column: Any

    def value_of(self, target: Any, path: str) -> Any:
        """The value for an object in hand, by a path that `seen` gave; one query."""
        if target.pk is None:
            return None
        return type(target)._base_manager.filter(pk=target.pk).values_list(path, flat=True).first()


def seen(field: Field, catalogue: Catalogue) -> Field | None:
    """A computed field as it exists for a person."""
    computed = field.computed
    assert computed is not None
    known = catalogue.__dict__
    if "plain" not in known:
        known["plain"] = plain(catalogue)
    found = computed.bind(known["plain"])
    if found is None:
        return None
    key, made = found
    return replace(field, path=f"extra__{field.name}_x{_number(key, computed.column, made)}")


def plain(catalogue: Catalogue) -> Catalogue:
    """The same without computed fields: none of them is worked out from another."""
    from hengke.engines.records.reading.catalogue import Plain

    return Plain(catalogue.record, catalogue.actor)


def transform_of(number: int) -> Callable[[Any], Transform]:
    """What a path with this number means."""
    found = _bound.get(number)
    if found is None:
        raise FieldError("This computed field is bound to nobody.")
    column, made = found
    return lambda expression: _Worked(column, made, expression)


class _Worked(Transform):
    """The value of a computed field over the row whose `extra` the expression is."""

    def __init__(self, column: Any, made: Expr, expression: Any) -> None:
        super().__init__(expression)
        self.column, self.made = column, made

    def _resolve_output_field(self) -> Any:
        return self.column

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        of: Any = self.get_source_expressions()[0]
        return self.made.sql(Place(compiler, of.alias))


def _number(key: tuple[Any, ...], column: Any, made: Expr) -> int:
    global _last
    with _lock:
        number = _numbers.get(key)
        if number is None or number not in _bound:
            _last += 1
            number = _numbers[key] = _last
            if len(_numbers) > KEPT:
                _numbers.clear()
                _numbers[key] = number
        _bound[number] = (column, made)
        _bound.move_to_end(number)
        while len(_bound) > KEPT:
            _bound.popitem(last=False)
        return number
