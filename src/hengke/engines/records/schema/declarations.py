"""The words in which a business object is declared once; every channel is made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import Event
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.kinds import Kind, Reference, kind_of
from hengke.engines.records.schema.lifecycle import Lifecycle
from hengke.engines.records.schema.numbering import Numbering
from hengke.engines.records.writing import rules, services
from hengke.engines.records.writing.rules import Rule
from hengke.kernel.filters import EVERYTHING, Filter

if TYPE_CHECKING:
    from hengke.engines.records.custom.computed import Computed

Words = str | Promise
Values = dict[str, Any]
FROM_MODEL = Kind()
BOOKKEEPING = frozenset({"created_at", "updated_at", "version"})


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
    a field is to somebody whose rights show only a part of its value. Nor is `column`: it is how a field that an
    administrator made is stored, beside others in the column `extra`; `computed`: how one is worked out that is not
    stored at all.
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
    column: models.Field[Any, Any] | None = None
    computed: Computed | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether the value is no column of the object's own: the path leads through another, or it is worked out."""
        return self.computed is not None or (self.column is None and "__" in self.path)

    def key_of(self, target: Any) -> Any:
        """The stored value of an object in hand; the key of a reference."""
        if self.computed is not None:
            return self.computed.value_of(target, self.path)
        if self.column is not None:
            stored: Any = self.column
            return stored.from_json(target.extra.get(self.name))
        return getattr(target, target._meta.get_field(self.path).attname)

    def put(self, target: Any, value: Any) -> None:
        """Set the value of an object in hand, without saving it."""
        if self.column is None:
            setattr(target, target._meta.get_field(self.path).attname, value)
            return
        column: Any = self.column
        stored = column.to_json(value)
        # A new dictionary: the old one may be another object's default or a journal's "before".
        rest = {key: kept for key, kept in target.extra.items() if key != self.name}
        target.extra = rest if stored is None else {**rest, self.name: stored}

    def shown_of(self, target: Any) -> tuple[Any, Any]:
        """The value of an object in hand, and for a reference the name of what it refers to."""
        if not isinstance(self.kind, Reference):
            return (getattr(target, self.path), None) if self.column is None else (self.key_of(target), None)
        if self.column is None:
            other = getattr(target, self.path)
        else:
            key, model = self.key_of(target), self.kind.model
            other = model._base_manager.filter(pk=key).first() if key and model is not None else None
        return (other.pk, reference_name(other, self.kind)) if other is not None else (None, None)


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
    widths: tuple[tuple[str, int], ...] = ()
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
    """A business object. Subclasses state the words below; declaring one registers it unless told otherwise."""

    model: ClassVar[type[models.Model]]
    slug: ClassVar[str]
    icon: ClassVar[str] = "document"
    # Declared by a subclass; read from it, the administrator's own fields and sections follow the declared ones.
    fields: ClassVar[Sequence[Field]]
    sections: ClassVar[Sequence[Section]] = ()
    declared: ClassVar[Sequence[Field]]
    declared_sections: ClassVar[Sequence[Section]]
    views: ClassVar[Sequence[View]] = ()
    sort: ClassVar[str]
    summary: ClassVar[Summary | None] = None
    upsert_by: ClassVar[Sequence[Sequence[str]]] = ()
    # The attribute that holds the key of the customer an object belongs to, for its events; empty: to none.
    party: ClassVar[str] = "pk"
    # The attribute that names the one laboratory whose head may read the object's events; empty: no
    # restriction.
    audience: ClassVar[str] = ""
    # The subject whose rights hold for this object too, until the table of roles or an administrator says more.
    rights_like: ClassVar[str] = ""
    # Which of a leaver's objects go to others; what is over stays with who did it.
    handed_over: ClassVar[Filter] = EVERYTHING
    # The path that says how heavy a search hit is, and the sensitivity under which it counts.
    search_weight: ClassVar[tuple[str, str]] = ("", "")
    search_subtitle: ClassVar[str] = ""
    # Other shapes of the list: the choice of its board, the day of its calendar (and the field that ends an
    # entry), the fields of its map from the wider place to the nearer one, and those of its own longitude and latitude.
    board: ClassVar[str] = ""
    calendar: ClassVar[str] = ""
    calendar_end: ClassVar[str] = ""
    place: ClassVar[tuple[str, ...]] = ()
    position: ClassVar[tuple[str, ...]] = ()
    rules: ClassVar[Sequence[Rule]] = ()
    # Which state may follow which.
    lifecycle: ClassVar[Lifecycle | None] = None
    # Fields that number objects by themselves.
    numbers: ClassVar[Sequence[tuple[str, Numbering]]] = ()

    def __init_subclass__(cls, *, registered: bool = True) -> None:
        if not hasattr(cls, "model"):
            return  # what several share, no object itself
        cls.declared = tuple(_completed(cls, field) for field in cls.fields)
        cls.declared_sections = tuple(cls.sections) or (_only_section(cls.declared),)
        cls.fields, cls.sections = _Fields(), _Sections()  # type: ignore[assignment]
        if registered:
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

    def party_of(self, target: Any) -> int | None:
        """The key of the customer that an object belongs to."""
        key: int | None = getattr(target, self.party) if self.party else None
        return key

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


class _Fields:
    """Declared fields, then the administrator's own."""

    def __get__(self, _instance: object, record: type[RecordType]) -> Sequence[Field]:
        from hengke.engines.records.custom import definitions

        own = definitions.fields_of(record.slug)
        return (*record.declared, *own) if own else record.declared


class _Sections:
    """Declared sections, then those of the administrator's own fields."""

    def __get__(self, _instance: object, record: type[RecordType]) -> Sequence[Section]:
        from hengke.engines.records.custom import definitions

        return definitions.with_sections(record.slug, tuple(record.declared_sections))


def reference_name(target: Any, kind: Reference) -> str:
    """The name of what a record refers to; what lies in the recycle bin says so."""
    name = str(getattr(target, kind.by))
    return gettext("%(name)s (deleted)") % {"name": name} if getattr(target, "deleted_at", None) else name


def _completed(record: type[RecordType], field: Field) -> Field:
    """Fill in what the model knows: path, kind, label, and whether a person may enter it."""
    field = replace(field, path=field.path or field.name)
    column = column_of(record, field)
    label: Any = field.label or column.verbose_name
    write = field.write if field.write is not None else "__" not in field.path and column.editable
    kind = kind_of(column) if field.kind is FROM_MODEL else field.kind
    return replace(field, kind=kind, label=capfirst(label), write=write)


def _only_section(fields: Sequence[Field]) -> Section:
    """What is shown and entered when nothing is said of sections: all that the object itself holds."""
    own = (field.name for field in fields if not field.is_elsewhere and field.name not in BOOKKEEPING)
    return Section("details", gettext_lazy("Details"), tuple(own))


def column_of(record: type[RecordType], field: Field) -> models.Field[Any, Any]:
    """The model field at the end of a field's path; a custom field brings its own."""
    if field.column is not None:
        return field.column
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
