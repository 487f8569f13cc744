"""A formula as a field: its text with names for labels, checked once, bound to each person who asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Expression, F
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records.custom import columns
from hengke.engines.records.custom.formula import grammar, sql
from hengke.engines.records.custom.formula.sources import source_of
from hengke.engines.records.custom.formula.sql import Expr, Part, Place
from hengke.engines.records.schema.kinds import Reference

if TYPE_CHECKING:
    from hengke.engines.records.reading.catalogue import Catalogue
    from hengke.engines.records.schema.declarations import Field, RecordType

Bound = tuple[tuple[Any, ...], Expr]
tree_of = lru_cache(maxsize=1_000)(grammar.parse)


class Outer(Expression):
    """What another statement says of its row, inside a query of ours."""

    def __init__(self, part: Part, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.part = part

    def as_sql(self, compiler: Any, connection: Any) -> Part:
        return self.part


def binder(text: str, digits: int) -> Callable[[Catalogue], Bound | None]:
    """What gives the expression of a checked formula for a person."""

    def bind(catalogue: Catalogue) -> Bound | None:
        scope, rights = {}, []
        for _start, _end, name in grammar.fields_in(text):
            found = _read(catalogue, name)
            if found is None:
                return None
            scope[name], subject = found
            if subject:
                rights.append((subject, repr(grants.row_filter(catalogue.actor, subject))))
        made = sql.stored(sql.build(tree_of(text), scope), digits)
        return (catalogue.record.slug, text, digits, _stamp(), tuple(rights)), made

    return bind


def checked(record: RecordType, text: str) -> tuple[str, str]:
    """A formula as it is stored, with names for labels, and its type; InputError with the place of a mistake."""
    catalogue = _all(record)
    if not text.strip():
        raise grammar.wrong(0, _("A value is missing here."))
    tree = grammar.parse(text)
    names = {name: _named(catalogue, name, start - 1) for start, _end, name in grammar.fields_in(text)}
    scope = {}
    for start, _end, name in grammar.fields_in(text):
        found = _read(catalogue, names[name])
        if found is None:
            words = _("There is no field “{name}” that can be reckoned with.")
            raise grammar.wrong(start - 1, words.format(name=name))
        scope[name] = found[0]
    made = sql.build(tree, scope)
    stored = _replaced(text, names)
    if len(stored) > grammar.LONGEST:
        raise grammar.wrong(grammar.LONGEST, _("The formula ends too late."))
    return stored, made.type


def in_words(record: RecordType, text: str) -> str:
    """A stored formula with the labels that its fields have now."""
    catalogue = _all(record)
    names = {}
    for _start, _end, name in grammar.fields_in(text):
        first, dot, rest = name.partition(".")
        field = catalogue.fields.get(first)
        if field is None:
            continue
        beyond = _beyond(catalogue, field) if dot else None
        further = beyond.fields.get(rest) if beyond else None
        names[name] = f"{field.label}.{further.label}" if further else str(field.label) if not dot else name
    return _replaced(text, names)


def offered(record: RecordType) -> list[str]:
    """The labels of the fields that a formula of this record type can name."""
    catalogue = _all(record)
    own = [str(f.label) for f in catalogue.fields.values() if source_of(f) is not None]
    beyond = [
        f"{field.label}.{further.label}"
        for field in catalogue.fields.values()
        if (other := _beyond(catalogue, field)) is not None
        for further in other.fields.values()
        if source_of(further) is not None
    ]
    return [*own, *beyond]


def subquery(at: Place, rows: Any) -> Part:
    """A query within the statement, its tables under names of their own."""
    query = rows.query.clone()
    query.subquery = True
    query.bump_prefix(at.compiler.query)
    words, values = query.get_compiler(connection=at.compiler.connection).as_sql()
    return str(words) if words.startswith("(") else f"({words})", tuple(values)


def key_at(at: Place, field: Field, model: Any) -> Part:
    """The key that a reference of the row holds."""
    quote, connection = at.compiler.connection.ops.quote_name, at.compiler.connection
    if field.column is not None:
        extra = f"{quote(at.alias)}.{quote('extra')}"
        return columns.typed(field.column, field.name, extra, connection.vendor), ()
    return f"{quote(at.alias)}.{quote(model._meta.get_field(field.path).column)}", ()


def _read(catalogue: Catalogue, name: str) -> tuple[Expr, str] | None:
    """A field as an expression, and the subject of the object it is read from if that is another; None if not there."""
    first, dot, rest = name.partition(".")
    field = catalogue.fields.get(first)
    if field is None:
        return None
    if not dot:
        source = source_of(field)
        return (source.here(catalogue.record.model), "") if source is not None else None
    beyond = _beyond(catalogue, field)
    source = source_of(beyond.fields[rest]) if beyond is not None and rest in beyond.fields else None
    if beyond is None or source is None:
        return None
    reference, further, model = field, source, catalogue.record.model

    def step(at: Place) -> Part:
        pk: Any = beyond.record.model._meta.pk
        key = Exact(F("pk"), Outer(key_at(at, reference, model), pk))
        rows = beyond.rows().filter(key).annotate(worked=further.read()).order_by()
        return subquery(at, rows.values("worked")[:1])

    return Expr(source.type, step), beyond.record.subject


def _beyond(catalogue: Catalogue, field: Field) -> Catalogue | None:
    from hengke.engines.records.reading import reach

    simple = isinstance(field.kind, Reference) and not field.masked and not field.is_elsewhere
    return reach.behind(catalogue, field) if simple else None


def _named(catalogue: Catalogue, said: str, at: int) -> str:
    """The name of what a person calls by its label; `said` itself when it is a name or nothing that is known."""
    if _read(catalogue, said) is not None:
        return said
    found = [field.name for field in catalogue.fields.values() if str(field.label) == said]
    for place in (n for n, sign in enumerate(said) if sign == "."):
        first, rest = said[:place].strip(), said[place + 1 :].strip()
        for field in catalogue.fields.values():
            if first in (field.name, str(field.label)) and (other := _beyond(catalogue, field)) is not None:
                found += [
                    f"{field.name}.{f.name}" for f in other.fields.values() if rest in (f.name, str(f.label))
                ]
    if len(found) > 1:
        words = _("Several fields are called “{name}”. Write the name in the API instead.")
        raise grammar.wrong(at, words.format(name=said))
    return found[0] if found else said


def _replaced(text: str, names: dict[str, str]) -> str:
    for start, end, name in reversed(grammar.fields_in(text)):
        text = text[:start] + names.get(name, name) + text[end:]
    return text


def _all(record: RecordType) -> Catalogue:
    from hengke.engines.records.reading.catalogue import Plain

    return Plain(record, Actor.system())


def _stamp() -> int:
    from hengke.engines.records.custom import definitions

    return definitions.known().stamp
