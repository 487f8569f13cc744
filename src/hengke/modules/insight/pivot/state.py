"""The state of the page as it stands in the address, and the question that it asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.kernel.period import ONE_DAY, Period
from hengke.kernel.texts import is_usable
from hengke.modules.insight.dashboard.facts import Span
from hengke.modules.insight.pivot import members

if TYPE_CHECKING:
    from hengke_analytics.cube import Catalogue, Dimension, Question, Value

CHARTS = (
    "bars", "lines", "stacked", "combined", "pie", "radar", "gauge", "funnel", "heat", "map", "pareto", "none",
)  # fmt: skip
COMPARES = ("yoy", "previous")
EVER = "ever"
TOP = 20
LONGEST = 4_000
MOST_CLOSED = 200
UNFINISHED_DAYS = 10


@dataclass(frozen=True)
class State:
    """What the address says; words of the catalogue are not yet judged.

    `filters` are (dimension, member, out); `tops` (dimension, count, smallest); `closed` paths of rows that are
    folded; `period` "" is the last year with data.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    filters: tuple[tuple[str, str, bool], ...] = ()
    tops: tuple[tuple[str, int], ...] = ()
    period: str = ""
    compare: str = ""
    sort: str = ""
    chart: str = ""
    heat: bool = False
    exact: bool = False
    closed: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: QueryDict) -> State:
        """From an address; InputError when a value is none of ours."""
        filters = [text for text in given.getlist("f") if text]
        if given.get("field") and given.get("member") is not None:  # added by the form that needs no script
            filters.append(f"{given['field']}:{given['member']}")
        if given.get("without"):  # the form's other button: all but those that are ticked
            filters = [f"!{text}" if text.startswith(f"{given['without']}:") else text for text in filters]
        words = {name: ",".join(given.getlist(name)) for name in _LISTS} | {
            name: given.get(name, "") for name in _SINGLE
        }
        texts = (*filters, *given.getlist("closed"), *words.values())
        if any(len(text) > LONGEST or not is_usable(text) for text in texts):
            raise InputError("address_unusable", "The address holds something that no page can be asked.")
        if words["chart"] not in ("", *CHARTS):
            raise InputError("chart_unknown", "Unknown chart: {chart}.", chart=words["chart"][:60])
        if words["compare"] not in ("", *COMPARES):
            raise InputError(
                "compare_unknown", "Unknown comparison: {compare}.", compare=words["compare"][:60]
            )
        period = (
            f"{given['from']}/{given['to']}" if given.get("from") and given.get("to") else words["period"]
        )
        if period not in ("", EVER):
            Period.parse(period)
        return cls(
            _list(words["rows"]), _list(words["columns"]), tuple(_value(word) for word in _list(words["values"])),
            tuple(_filter(text) for text in dict.fromkeys(filters)), tuple(_top(word) for word in _list(words["top"])),
            period, words["compare"], words["sort"], words["chart"], words["heat"] == "1",
            words["exact"] == "1", tuple(given.getlist("closed")[:MOST_CLOSED]),
        )  # fmt: skip

    def or_default(self, catalogue: Catalogue) -> State:
        """An address that asks nothing asks for the laboratories compared with last year."""
        if self.rows or self.columns or self.values:
            values = self.values or ((_first(catalogue), "value"),)
            return replace(self, values=values)
        names = [name for name in ("billed", "customers") if name in catalogue.measures] or [
            _first(catalogue)
        ]
        return replace(
            self,
            rows=("laboratory",),
            values=tuple((name, "value") for name in names),
            compare=self.compare or "yoy",
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The address as names and values, defaults left out."""
        found = [
            ("rows", ",".join(self.rows)), ("columns", ",".join(self.columns)),
            ("values", ",".join(name if view == "value" else f"{name}:{view}" for name, view in self.values)),
            *(("f", f"{'!' if out else ''}{name}:{member}") for name, member, out in self.filters),
            ("top", ",".join(f"{name}:{count}" for name, count in self.tops)), ("period", self.period),
            ("compare", self.compare), ("sort", self.sort), ("chart", self.chart), ("heat", "1" if self.heat else ""),
            ("exact", "1" if self.exact else ""),
            *(("closed", path) for path in self.closed),
        ]  # fmt: skip
        return [(name, value) for name, value in found if value]

    def query(self) -> str:
        """The address behind the question mark."""
        address = QueryDict(mutable=True)
        for name, value in self.pairs():
            address.appendlist(name, value)
        return address.urlencode(safe=",:")

    def url(self, **changes: Any) -> str:
        """The address of the page with some words changed."""
        return f"/pivot?{replace(self, **changes).query()}"


_LISTS = ("rows", "columns", "values", "top")
_SINGLE = ("period", "compare", "sort", "chart", "heat", "exact")


def _first(catalogue: Catalogue) -> str:
    if not catalogue.measures:
        raise InputError("no_measure", "Choose at least one measure.")
    return next(iter(catalogue.measures))


def _list(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)


def _value(word: str) -> tuple[str, str]:
    from hengke_analytics.cube.question import VIEWS

    name, _colon, view = word.partition(":")
    if view not in ("", *VIEWS):
        raise InputError("view_unknown", "Unknown way of looking at a measure: {view}.", view=view[:60])
    return name, view or "value"


def _filter(text: str) -> tuple[str, str, bool]:
    name, _colon, member = text.removeprefix("!").partition(":")
    return name, member, text.startswith("!")


def _top(word: str) -> tuple[str, int]:
    name, _colon, count = word.partition(":")
    if not is_whole(count.removeprefix("-")) or not int(count.removeprefix("-")):
        raise InputError("top_range", "The largest can be 1 to {most}.", most=500)
    return name, int(count)


def question(state: State, catalogue: Catalogue, span: Span) -> tuple[Question, bool]:
    """The question of a state, and whether its period is unfinished: then the same days are compared.

    InputError for a word that the catalogue does not have.
    """
    from hengke_analytics.cube import Filter, Question, Top, Value

    values = tuple(Value(*value) for value in state.values)
    dimensions = [catalogue.dimension(name) for name in (*state.rows, *state.columns)]
    asked = Question(
        state.rows, state.columns, _with_changes(values, state, catalogue), _period(state, span),
        tuple(Filter(name, keys, out) for (name, out), keys in _grouped(state, catalogue).items()),
        state.compare, _tops(state, dimensions, Top), state.sort, state.exact,  # type: ignore[arg-type]
    ).checked(catalogue)  # fmt: skip
    known_until = span.last + ONE_DAY
    if not asked.period.start < known_until < asked.period.end:
        return asked, False
    if asked.compared(catalogue) and (asked.period.end - known_until).days > UNFINISHED_DAYS:
        return replace(asked, period=Period(asked.period.start, known_until)), True
    until = (known_until.replace(day=1) + timedelta(days=31)).replace(day=1)
    return replace(asked, period=Period(asked.period.start, min(until, asked.period.end))), False


def _with_changes(values: tuple[Value, ...], state: State, catalogue: Catalogue) -> tuple[Value, ...]:
    """With a comparison every plain measure has its change beside it."""
    from hengke_analytics.cube import Value

    found: list[Value] = []
    for value in values:
        found.append(value)
        change = Value(value.measure, "change")
        if (
            state.compare
            and value.view == "value"
            and not catalogue.measure(value.measure).both
            and change not in values
        ):
            found.append(change)
    return tuple(found)


def _grouped(state: State, catalogue: Catalogue) -> dict[tuple[str, bool], tuple[Any, ...]]:
    found: dict[tuple[str, bool], tuple[Any, ...]] = {}
    for name, member, out in state.filters:
        key = members.read(catalogue.dimension(name), member)
        found[name, out] = (*found.get((name, out), ()), key)
    return found


def _tops(state: State, dimensions: Iterable[Dimension], top: Any) -> tuple[Any, ...]:
    """What has too many members to show all is cut to its largest unless the person says how many."""
    said = {name: top(name, abs(count), count < 0) for name, count in state.tops}
    for dimension in dimensions:
        if dimension.many:
            said.setdefault(dimension.name, top(dimension.name, TOP))
    return tuple(said.values())


def _period(state: State, span: Span) -> Period:
    if state.period == EVER:
        return Period(date(span.first.year, 1, 1), date(span.last.year + 1, 1, 1))
    return Period.parse(state.period) if state.period else Period.year(span.last.year)
