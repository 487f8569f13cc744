"""The fields in their places, each with the links that move it: what dragging does works without a script too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.modules.insight.pivot.formats import view_name
from hengke.modules.insight.pivot.members import Names, read
from hengke.modules.insight.pivot.state import State

if TYPE_CHECKING:
    from hengke_analytics.cube import Catalogue, Dimension

TOPS = (10, 20, 50, -10)
SHOWN_MEMBERS = 2


@dataclass(frozen=True)
class Link:
    """One entry of a field's menu; `key` is the key that does the same."""

    label: str
    url: str
    key: str = ""
    current: bool = False


@dataclass(frozen=True)
class Chip:
    """A field in its place."""

    name: str
    label: str
    more: str
    remove: str
    links: Sequence[Link]


@dataclass(frozen=True)
class Zone:
    """A place for fields: rows, columns, values or filters."""

    name: str
    label: str
    hint: str
    chips: Sequence[Chip]


@dataclass(frozen=True)
class Choice:
    """A field that can be put somewhere, with the places."""

    name: str
    label: str
    kind: str
    used: bool
    links: Sequence[Link]


def zones(state: State, catalogue: Catalogue, names: Names) -> list[Zone]:
    """The four places with what stands in them."""
    return [
        Zone(
            "rows",
            pgettext("pivot", "Rows"),
            _("Put fields here to list them downwards"),
            _axis("rows", state, catalogue),
        ),
        Zone(
            "columns",
            pgettext("pivot", "Columns"),
            _("Put fields here to list them across"),
            _axis("columns", state, catalogue),
        ),
        Zone("values", _("Measures"), _("Put measures here"), _values(state, catalogue)),
        Zone(
            "filters",
            _("Filters"),
            _("Put fields here to look at a part only"),
            _filters(state, catalogue, names),
        ),
    ]


def _axis(zone: str, state: State, catalogue: Catalogue) -> list[Chip]:
    names: tuple[str, ...] = getattr(state, zone)
    chips = []
    for place, name in enumerate(names):
        dimension = catalogue.dimension(name)
        without = names[:place] + names[place + 1 :]
        links = [*_moves(zone, names, place, state), *_across(zone, name, without, state)]
        links += _levels(zone, dimension, state, catalogue)
        links += _largest(name, state)
        links.append(Link(_("Filter …"), _filter_url(name, state), "F"))
        cut = next((count for of, count in state.tops if of == name), 0)
        more = (_("largest {n}") if cut > 0 else _("smallest {n}")).format(n=abs(cut)) if cut else ""
        chips.append(Chip(name, _(dimension.label), more, state.url(**{zone: without}, closed=()), links))
    return chips


def _moves(zone: str, items: tuple[Any, ...], place: int, state: State) -> list[Link]:
    """One place forwards or backwards among its like."""
    found = []
    for step, label, key in ((-1, _("Move forward"), "ArrowLeft"), (1, _("Move back"), "ArrowRight")):
        other = place + step
        if 0 <= other < len(items):
            moved = list(items)
            moved[place], moved[other] = moved[other], moved[place]
            found.append(Link(label, state.url(**{zone: tuple(moved)}, closed=(), sort=""), key))
    return found


def _across(zone: str, name: str, without: tuple[str, ...], state: State) -> list[Link]:
    other, label, key = (
        ("columns", _("To the columns"), "ArrowDown")
        if zone == "rows"
        else ("rows", _("To the rows"), "ArrowUp")
    )
    url = state.url(**{zone: without, other: (*getattr(state, other), name)}, closed=(), sort="")
    return [Link(label, url, key)]


def _levels(zone: str, dimension: Dimension, state: State, catalogue: Catalogue) -> list[Link]:
    """The level below and the level above in the place of this one."""
    found = []
    below, above = catalogue.down(dimension), catalogue.dimensions.get(dimension.up)
    for level, label in ((below, _("Drill down to {field}")), (above, _("Roll up to {field}"))):
        if level is not None and level.name not in (*state.rows, *state.columns):
            names = tuple(level.name if name == dimension.name else name for name in getattr(state, zone))
            found.append(
                Link(label.format(field=_(level.label)), state.url(**{zone: names}, closed=(), sort=""))
            )
    return found


def _largest(name: str, state: State) -> list[Link]:
    others = tuple(top for top in state.tops if top[0] != name)
    now = next((count for of, count in state.tops if of == name), 0)
    words = [
        ((_("Largest {n}") if count > 0 else _("Smallest {n}")).format(n=abs(count)), count) for count in TOPS
    ]
    links = [
        Link(label, state.url(tops=(*others, (name, count))), current=now == count) for label, count in words
    ]
    return [*links, *([Link(_("All members"), state.url(tops=others))] if now else [])]


def _values(state: State, catalogue: Catalogue) -> list[Chip]:
    chips = []
    for place, (name, view) in enumerate(state.values):
        measure = catalogue.measure(name)
        links = _moves("values", state.values, place, state)
        for other in _views(state, catalogue, name):
            values = (*state.values[:place], (name, other), *state.values[place + 1 :])
            links.append(Link(view_name(other), state.url(values=values), current=other == view))
        without = state.values[:place] + state.values[place + 1 :]
        remove = state.url(values=without, sort="") if without else ""
        more = view_name(view) if view != "value" else ""
        chips.append(Chip(f"{name}:{view}", _(measure.label), more, remove, links))
    return chips


def _views(state: State, catalogue: Catalogue, name: str) -> list[str]:
    """The ways of looking at a measure that go together with the rest of the question."""
    from hengke.kernel.errors import InputError
    from hengke_analytics.cube.question import VIEWS, Value, viewable

    found = []
    for view in VIEWS:
        try:
            viewable(Value(name, view), catalogue, (*state.rows, *state.columns), state.compare)
        except InputError:
            continue
        found.append(view)
    return found


def _filters(state: State, catalogue: Catalogue, names: Names) -> list[Chip]:
    chips = []
    ordered = sorted(state.filters, key=lambda f: (f[0], f[2]))
    for (name, out), group in groupby(ordered, key=lambda f: (f[0], f[2])):
        dimension = catalogue.dimension(name)
        members = [names(dimension, read(dimension, member)) for _name, member, _out in group]
        words = pgettext("list", ", ").join(members[:SHOWN_MEMBERS])
        if len(members) > SHOWN_MEMBERS:
            words = _("{names} and {n} more").format(names=words, n=len(members) - SHOWN_MEMBERS)
        more = _("without {names}").format(names=words) if out else words
        without = tuple(f for f in state.filters if (f[0], f[2]) != (name, out))
        links = [Link(_("Choose members …"), _filter_url(name, state), "F")]
        chips.append(Chip(name, _(dimension.label), more, state.url(filters=without), links))
    return chips


def _filter_url(name: str, state: State) -> str:
    return f"/pivot/filter?{replace(state, closed=()).query()}&field={name}"


def fields(state: State, catalogue: Catalogue) -> list[tuple[str, list[Choice]]]:
    """Every field that can be used, by group: measures first."""
    used = {*state.rows, *state.columns, *(f[0] for f in state.filters)}
    groups: list[tuple[str, list[Choice]]] = [
        (_("Measures"), [_measure(name, state, catalogue) for name in catalogue.measures])
    ]
    by_group: dict[str, list[Dimension]] = {}
    for dimension in catalogue.dimensions.values():
        by_group.setdefault(dimension.group, []).append(dimension)
    for group, dimensions in by_group.items():
        groups.append((group_name(group), [_dimension(d, d.name in used, state) for d in dimensions]))
    return groups


def _measure(name: str, state: State, catalogue: Catalogue) -> Choice:
    url = state.url(values=(*state.values, (name, "value")))
    used = any(of == name for of, _view in state.values)
    return Choice(name, _(catalogue.measures[name].label), "measure", used, [Link(_("Add"), url)])


def _dimension(dimension: Dimension, used: bool, state: State) -> Choice:
    name = dimension.name
    rows, columns = (tuple(n for n in names if n != name) for names in (state.rows, state.columns))
    links = [
        Link(_("To the rows"), state.url(rows=(*rows, name), columns=columns, closed=(), sort="")),
        Link(_("To the columns"), state.url(columns=(*columns, name), rows=rows, closed=(), sort="")),
        Link(_("Filter …"), _filter_url(name, state)),
    ]
    return Choice(name, _(dimension.label), "dimension", used, links)


def group_name(group: str) -> str:
    """The words for a group of dimensions; a pack's own group names itself."""
    words = {
        "date": _("Date"), "region": _("Region"), "work": _("Laboratory"), "item": _("Item"), "customer": _("Customer"),
        "people": _("People"), "source": _("Source"),
    }  # fmt: skip
    return words.get(group) or _(group)


def hidden(state: State, *skipped: str) -> Iterable[tuple[str, str]]:
    """The state as hidden fields of a form that sets `skipped` itself."""
    return [(name, value) for name, value in state.pairs() if name not in skipped]
