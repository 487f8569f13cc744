"""What is asked of the cube: words of the catalogue only, checked before anything is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke_analytics.cube.catalogue import Catalogue, Count, Dimension, Measure, Spread

Compare = Literal["", "yoy", "previous"]
VIEWS = (
    "value", "before", "change", "difference", "share", "row_share", "column_share", "rank", "cumulative",
    "cumulative_change", "average3",
)  # fmt: skip
COMPARING = ("before", "change", "difference", "cumulative_change")
SHARES = ("share", "row_share", "column_share")
RUNNING = ("cumulative", "cumulative_change", "average3")
MOST_ROWS, MOST_COLUMNS, MOST_VALUES, MOST_FILTERS = 4, 3, 8, 12
MOST_MEMBERS, MOST_TOP = 200, 500


@dataclass(frozen=True)
class Value:
    """A measure and how it is looked at: as it is, as a share, a rank, a running sum …"""

    measure: str
    view: str = "value"


@dataclass(frozen=True)
class Top:
    """Only the `count` largest (or smallest) members of a dimension, by the first value; the rest in one."""

    dimension: str
    count: int
    least: bool = False


@dataclass(frozen=True)
class Filter:
    """Members of a dimension that count, or with `out` those that do not; None is the empty member."""

    dimension: str
    members: tuple[str | int | None, ...]
    out: bool = False


@dataclass(frozen=True)
class Question:
    """Rows x columns x values x filters x period x comparison.

    `sort` orders the members of the rows: "name" or the place of a value ("0" is the first), with "-" the other way
    round; by default dates run on and the largest come first. Unless `exact`, customers may be estimated from a part
    of them where counting all would take too long.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[Value, ...]
    period: Period
    filters: tuple[Filter, ...] = ()
    compare: Compare = ""
    tops: tuple[Top, ...] = ()
    sort: str = ""
    exact: bool = True

    @property
    def axes(self) -> tuple[str, ...]:
        """Dimensions of the rows, then of the columns."""
        return self.rows + self.columns

    def measures(self, catalogue: Catalogue) -> list[Measure]:
        """The measures of the values, each once."""
        return [catalogue.measure(name) for name in dict.fromkeys(value.measure for value in self.values)]

    def dimensions(self, catalogue: Catalogue) -> list[Dimension]:
        """The dimensions of the axes."""
        return [catalogue.dimension(name) for name in self.axes]

    def checked(self, catalogue: Catalogue) -> Question:
        """The question itself; InputError when a word is unknown or words do not go together."""
        self._known(catalogue)
        self._sizes()
        for value in self.values:
            viewable(value, catalogue, self.axes, self.compare)
        if self.compare not in ("", "yoy", "previous"):
            raise InputError("compare_unknown", "Unknown comparison: {compare}.", compare=self.compare[:60])
        if self.sort.removeprefix("-") not in ("", "name", *(str(i) for i in range(len(self.values)))):
            raise InputError("sort_unknown", "Unknown order: {sort}.", sort=self.sort[:60])
        return self

    def _known(self, catalogue: Catalogue) -> None:
        self.dimensions(catalogue), self.measures(catalogue)
        for name in (*(f.dimension for f in self.filters), *(top.dimension for top in self.tops)):
            catalogue.dimension(name)

    def _sizes(self) -> None:
        if len(set(self.axes)) < len(self.axes):
            raise InputError("axis_twice", "A field can stand on one axis only once.")
        if not self.values:
            raise InputError("no_measure", "Choose at least one measure.")
        for given, most in (
            (self.rows, MOST_ROWS), (self.columns, MOST_COLUMNS), (self.values, MOST_VALUES),
            (self.filters, MOST_FILTERS),
        ):  # fmt: skip
            if len(given) > most:
                raise InputError("too_many_fields", "At most {most} fields can stand here.", most=most)
        if any(len(f.members) > MOST_MEMBERS for f in self.filters):
            raise InputError(
                "too_many_members", "A filter can name at most {most} members.", most=MOST_MEMBERS
            )
        if any(not 1 <= top.count <= MOST_TOP for top in self.tops):
            raise InputError("top_range", "The largest can be 1 to {most}.", most=MOST_TOP)

    def compared(self, catalogue: Catalogue) -> bool:
        """Whether the earlier period is needed."""
        return (
            bool(self.compare)
            or any(measure.both for measure in self.measures(catalogue))
            or ("tier_before" in (*self.axes, *(f.dimension for f in self.filters)))
        )


def viewable(value: Value, catalogue: Catalogue, axes: Sequence[str], compare: str) -> None:
    """InputError unless a measure can be looked at so beside the rest of a question."""
    measure = catalogue.measure(value.measure)
    if value.view not in VIEWS:
        raise InputError("view_unknown", "Unknown way of looking at a measure: {view}.", view=value.view[:60])
    if value.view in COMPARING and (measure.both or not compare):
        raise InputError(
            "compare_missing", "Choose a comparison first, and a measure that has an earlier value."
        )
    if value.view in SHARES and measure.kind in ("percent", "days"):
        raise InputError("no_share", "A rate has no share of a total.")
    if value.view not in RUNNING:
        return
    if any(isinstance(catalogue.parts[name], Count) for name in measure.parts):
        raise InputError(
            "no_running", "Customers and orders cannot be added up over time without counting them twice."
        )
    if any(isinstance(catalogue.parts[name], Spread) for name in measure.parts):
        raise InputError("no_running", "What single lines tell cannot be added up over time.")
    if not any(catalogue.dimension(name).is_date for name in axes):
        raise InputError("no_time", "Put a date among the rows or columns to look at a measure over time.")
