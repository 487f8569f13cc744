"""The words in which a business object is declared once; every channel is made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records import registry, rules, services
from hengke.engines.records.kinds import Kind, kind_of
from hengke.engines.records.numbering import Numbering
from hengke.engines.records.rules import Rule
from hengke.kernel.filters import EVERYTHING, Filter

Words = str | Promise
Values = dict[str, Any]
FROM_MODEL = Kind()


@dataclass(frozen=True)
class Field:
    """One fact about an object, under one name everywhere.

    `path`: where the database keeps it (the name itself unless stated). `title`: its place in the record's
    heading,
    1 is the object's name. `list`: a column shown unless a person chose others. `search`: the weight of its
    words,
    0 is not searched. `sensitivity`: the word by which a grant hides it. `tone`: value -> "ok", "warn", "bad" or "".
    `write`: a person may enter it; unless stated, what the model calls editable. `group`: lists can be folded
    by these words, as they can by every choice, reference and day. `inline`: it may be changed alone, in a list
    or for many objects at once; not so what actions guard. `when`: (field, values): the field exists in forms only
    while that other field has one of these values. `required`: it must be filled in (while `when` holds), also where
    the database would allow it to be empty. `masked` is never declared: it is what
    a field is to somebody whose rights show only a part of its value.
    """

    name: str
    _: KW_ONLY
    path: str = ""
    kind: Kind = FROM_MODEL
    label: Words = ""
    title: int = 0
    list: bool = False
    filter: bool = False
    sort: bool = False
    search: int = 0
    sensitivity: str = ""
    mono: bool = False
    tone: Callable[[Any], str] | None = None
    write: bool | None = None
    group: bool = False
    inline: bool = True
    when: tuple[str, tuple[Any, ...]] | None = None
    required: bool = False
    masked: bool = False


@dataclass(frozen=True)
class Section:
    """A group of fields on the page and in the form."""

    key: str
    label: Words
    fields: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """A tab over the list; declared ones ship with the product, `saved` ones (see saved.py) are people's own."""

    key: str
    label: Words
    _: KW_ONLY
    where: Filter = EVERYTHING
    sort: str = ""
    group: str = ""
    q: str = ""
    shape: str = ""
    columns: tuple[str, ...] = ()
    saved: int | None = None
    mine: bool = False
    shared: bool = False


@dataclass(frozen=True)
class Panel:
    """A part of the record page: `context(actor, object)` gives what `template` shows, or None for no panel
    at all.

    `place` is "hero" (right of the heading), "left", "main" or "right"; `order` sorts within it. `subject` is
    what
    the actor must be allowed to view. The template finds the context's words, `actor`, `object` and `panel`.
    """

    key: str
    label: Words
    template: str
    context: Callable[[Actor, Any], Mapping[str, Any] | None]
    _: KW_ONLY
    place: str = "main"
    order: int = 50
    subject: str = ""


@dataclass(frozen=True)
class Summary:
    """One row of figures per object, read together with it under the name `name`.

    `relation` is the reverse name on the model; of its rows, the one counts whose `laboratory` is that of an
    actor
    who sees one laboratory only, and the empty one for everybody else.
    """

    name: str
    relation: str
    key: str


class RecordType:
    """A business object. Subclasses state the words below; declaring one registers it."""

    model: ClassVar[type[models.Model]]
    slug: ClassVar[str]
    icon: ClassVar[str] = "document"
    fields: ClassVar[Sequence[Field]]
    sections: ClassVar[Sequence[Section]] = ()
    views: ClassVar[Sequence[View]] = ()
    sort: ClassVar[str]
    summary: ClassVar[Summary | None] = None
    upsert_by: ClassVar[Sequence[Sequence[str]]] = ()
    # The attribute that holds the key of the customer an object belongs to, for its events.
    party: ClassVar[str] = "pk"
    # The attribute that names the one laboratory whose head may read the object's events; empty: no
    # restriction.
    audience: ClassVar[str] = ""
    # Which of a leaver's objects go to others; what is over stays with who did it.
    handed_over: ClassVar[Filter] = EVERYTHING
    # The path that says how heavy a search hit is, and the sensitivity under which it counts.
    search_weight: ClassVar[tuple[str, str]] = ("", "")
    search_subtitle: ClassVar[str] = ""
    # Other shapes of the list: the choice of its board, the day of its calendar (and the field that ends an
    # entry), and the fields of its map from the wider place to the nearer one.
    board: ClassVar[str] = ""
    calendar: ClassVar[str] = ""
    calendar_end: ClassVar[str] = ""
    place: ClassVar[tuple[str, ...]] = ()
    rules: ClassVar[Sequence[Rule]] = ()
    # Fields that number objects by themselves.
    numbers: ClassVar[Sequence[tuple[str, Numbering]]] = ()

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(_completed(cls, field) for field in cls.fields)
        registry.register(cls())

    @property
    def subject(self) -> str:
        """The name under which grants know the object, "customers.customer"."""
        return self.model._meta.label_lower

    @property
    def label(self) -> str:
        """One object, in words."""
        return str(self.model._meta.verbose_name)

    @property
    def label_plural(self) -> str:
        """Several objects, in words."""
        return capfirst(str(self.model._meta.verbose_name_plural))

    def field(self, name: str) -> Field:
        """The field called `name`; KeyError when there is none."""
        return next(field for field in self.fields if field.name == name)

    def has_field(self, name: str) -> bool:
        """Whether a field is called `name`."""
        return any(field.name == name for field in self.fields)

    @property
    def title_field(self) -> Field:
        return next(field for field in self.fields if field.title == 1)

    # What happens on a change. An object with rules of its own replaces these by its module's services.

    def defaults(self, actor: Actor) -> Values:
        """What a new object gets from the person who makes it."""
        return {}

    def check(self, values: Values) -> dict[str, Words]:
        """What declared rules say of values by field name: field name -> words. Storing asks all rules again."""
        return rules.wrong(rules.declared(self), values)

    def follow(self, target: models.Model, values: Values) -> Values:
        """`values`, with what follows from them for `target` on every way to change it."""
        return values

    def create(self, *, actor: Actor, values: Values) -> models.Model:
        """Make an object; values by attribute name."""
        return services.create(self, actor=actor, values=values)

    def update(self, *, actor: Actor, target: models.Model, values: Values, version: int) -> models.Model:
        """Change an object that still is at `version`; Conflict otherwise."""
        return services.update(self, actor=actor, target=target, values=values, version=version)

    def delete(self, *, actor: Actor, target: models.Model) -> Event:
        """Put an object into the recycle bin."""
        return services.delete(self, actor=actor, target=target)

    def created_in_bulk(self, objects: Sequence[models.Model]) -> None:
        """Complete objects that an import inserted without calling save()."""

    def prepare_in_bulk(self, objects: Sequence[models.Model]) -> None:
        """Fill in what save() would, before objects are inserted: their numbers, one statement for all."""
        for name, numbering in self.numbers:
            unnumbered = [target for target in objects if not getattr(target, self.field(name).path)]
            for target, number in zip(unnumbered, numbering.take(len(unnumbered)), strict=True):
                setattr(target, self.field(name).path, number)

    def search_extra(self, ids: Iterable[int]) -> dict[int, list[str]]:
        """More words by which an object is found, such as its aliases; one query for all `ids`."""
        return {}


def _completed(record: type[RecordType], field: Field) -> Field:
    """Fill in what the model knows: path, kind, label, and whether a person may enter it."""
    field = replace(field, path=field.path or field.name)
    column = column_of(record, field)
    label: Any = field.label or column.verbose_name
    write = field.write if field.write is not None else "__" not in field.path and column.editable
    kind = kind_of(column) if field.kind is FROM_MODEL else field.kind
    return replace(field, kind=kind, label=capfirst(label), write=write)


def column_of(record: type[RecordType], field: Field) -> models.Field[Any, Any]:
    """The model field at the end of a field's path."""
    model: Any = record.model
    steps = field.path.split("__")
    if record.summary is not None and steps[0] == record.summary.name:
        steps[0] = record.summary.relation
    try:
        for step in steps[:-1]:
            model = model._meta.get_field(step).related_model
        column: models.Field[Any, Any] = model._meta.get_field(steps[-1])
    except (FieldDoesNotExist, AttributeError):
        what = (
            f'field "{field.name}" has the path "{field.path}", which {record.model.__name__} does not know'
        )
        raise registry.declaration_error(record, what, "correct path= or the name") from None
    return column
