"""Questions in plain sentences with gaps: each gap is a plain choice, the whole means a question of the cube."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hengke.kernel.errors import InputError, sentence
from hengke.modules.insight.boards import telling
from hengke.modules.insight.pivot.state import State

if TYPE_CHECKING:
    from hengke.modules.insight.boards.telling import Tell
    from hengke_analytics.cube import Catalogue

Words = Mapping[str, str]
PLACES = ("laboratory", "project_group", "department")
GROUPS = ("city", "category", "industry", "size", "ownership", "tier", "province")
WORK = ("instrument_name", "item", "service_kind")
ANYONE = (
    "laboratory",
    "project_group",
    "customer",
    "category",
    "city",
    "industry",
    "instrument_name",
    "owner",
)
AMOUNTS = ("billed", "lines", "received", "customers", "orders")
COUNTS = ("10", "5", "20")
AGAINST = {"yoy": sentence("the year before"), "previous": sentence("the period before")}
PASSAGE = ("days_done", "days_done_p90", "days_done_most", "lines")
RHYTHM = ("weekday", "month_of_year", "quarter_of_year")


@dataclass(frozen=True)
class Gap:
    """A gap: its name in the sentence and what can stand in it, the first by default.

    `kind` says what the choices are: dimensions, measures, or words that stand for themselves.
    """

    name: str
    label: str
    choices: tuple[str, ...]
    kind: str = "dimension"


@dataclass(frozen=True)
class Sentence:
    """A question: the sentence with its gaps in braces, the state that it means, and how its answer is told."""

    slug: str
    text: str
    gaps: tuple[Gap, ...]
    state: Callable[[Words], State]
    tell: Tell
    needs: tuple[str, ...] = ()

    def usable(self, catalogue: Catalogue) -> bool:
        """Whether each gap has something to stand in it for the person and the data."""
        words = {*catalogue.measures, *catalogue.dimensions}
        return {*self.needs} <= words and all(offered(gap, catalogue) for gap in self.gaps)

    def filled(self, given: Mapping[str, str], catalogue: Catalogue) -> dict[str, str]:
        """What stands in the gaps; InputError for what is not offered."""
        found = {}
        for gap in self.gaps:
            choices = offered(gap, catalogue)
            chosen = given.get(gap.name) or choices[0]
            if chosen not in choices:
                raise InputError(
                    "gap_unknown", "Choose one of the offered words for every gap of the question."
                )
            found[gap.name] = chosen
        return found


def offered(gap: Gap, catalogue: Catalogue) -> list[str]:
    """The choices of a gap that the person may use and the data has."""
    known: Any = {"dimension": catalogue.dimensions, "measure": catalogue.measures}.get(gap.kind, gap.choices)
    return [choice for choice in gap.choices if choice in known]


def words_of(gap: Gap, choice: str, catalogue: Catalogue) -> str:
    """A choice as people read it."""
    if gap.kind == "dimension":
        return _(catalogue.dimensions[choice].label)
    if gap.kind == "measure":
        return _(catalogue.measures[choice].label)
    return _(AGAINST[choice]) if gap.kind == "against" else choice


def _who(*choices: str) -> Gap:
    return Gap("who", sentence("Which"), choices or ANYONE)


def _what(*choices: str) -> Gap:
    return Gap("what", sentence("Measure"), choices or AMOUNTS, "measure")


_AGAINST = Gap("against", sentence("Comparison"), tuple(AGAINST), "against")
_COUNT = Gap("count", sentence("How many"), COUNTS, "count")


def _ranked(
    measure: str = "", *more: str, chart: str = "bars", least: bool = False
) -> Callable[[Words], State]:
    """The largest (or smallest) members by a measure."""

    def state(words: Words) -> State:
        names = (measure or words["what"], *more)
        values = tuple((name, view or "value") for name, _colon, view in (n.partition(":") for n in names))
        who, count = words["who"], int(words.get("count", COUNTS[0]))
        return State(
            rows=(who,), values=values, tops=((who, -count if least else count),), sort="0" if least else "-0",
            chart=chart,
        )  # fmt: skip

    return state


def _moved(*, least: bool) -> Callable[[Words], State]:
    """The members whose measure fell or rose most."""

    def state(words: Words) -> State:
        who, what, count = words["who"], words["what"], int(words.get("count", COUNTS[0]))
        return State(
            rows=(who,), values=((what, "difference"), (what, "value")), compare=words.get("against", "yoy"),
            tops=((who, -count if least else count),), sort="0" if least else "-0", chart="bars",
        )  # fmt: skip

    return state


def _flow(words: Words) -> State:
    values = (("lost_customers", "value"), ("new_customers", "value"))
    return State(rows=(words["who"],), values=values, compare="yoy", sort="-0", chart="bars")


def _course(words: Words) -> State:
    return State(rows=("month",), values=((words["what"], "value"),), compare="yoy", chart="lines")


def _years(words: Words) -> State:
    return State(
        rows=("year",), columns=(words["who"],), values=((words["what"], "value"),), period="ever",
        tops=((words["who"], 5),), chart="stacked",
    )  # fmt: skip


def _rhythm(words: Words) -> State:
    return State(
        rows=(words["when"],), values=((words["what"], "value"), (words["what"], "share")), chart="bars"
    )


SENTENCES: tuple[Sentence, ...] = (
    Sentence("fell", sentence("Which {who} fell most in {what} against {against}? Show {count}."),
             (_who(), _what(), _AGAINST, _COUNT), _moved(least=True), telling.moved),
    Sentence("rose", sentence("Which {who} grew most in {what} against {against}? Show {count}."),
             (_who(*GROUPS, *PLACES, "customer"), _what(), _AGAINST, _COUNT), _moved(least=False), telling.moved),
    Sentence("owing", sentence("Which {who} still owe most? Show {count}."),
             (_who("customer", "category", "city", "owner", "laboratory"), _COUNT),
             _ranked("open", "arrival_rate", "billed"), telling.owing, ("open", "arrival_rate", "billed")),
    Sentence("most", sentence("Which {who} bring most {what}? Show {count}."),
             (_who("customer", "laboratory", "category", "city", "industry", "instrument_name"), _what(), _COUNT),
             _ranked("", chart="pareto"), telling.ranked),
    Sentence("course", sentence("How did {what} run month by month, beside last year?"),
             (_what("billed", "lines", "received", "customers"),), _course, telling.course),
    Sentence("flow", sentence("How many customers did each {who} lose and win?"),
             (_who("laboratory", "category", "city", "industry", "size", "owner"),), _flow, telling.flow,
             ("new_customers", "lost_customers")),
    Sentence("share", sentence("What share of {what} does each {who} hold?"),
             (_what("billed", "lines", "received"), _who(*PLACES, *GROUPS)),
             lambda w: State(rows=(w["who"],), values=((w["what"], "value"), (w["what"], "share")), chart="pie"),
             telling.ranked),
    Sentence("where", sentence("Where do {what} come from, by {who}?"),
             (_what("billed", "customers", "lines"), _who("city", "province", "county")),
             lambda w: State(rows=(w["who"],), values=((w["what"], "value"),), chart="map"), telling.ranked),
    Sentence("dear", sentence("Which {who} pay most for each instrument? Show {count}."),
             (_who("laboratory", "category", "instrument_name", "industry", "city"), _COUNT),
             _ranked("average", "lines", "billed"), telling.listed, ("average", "lines", "billed")),
    Sentence("rhythm", sentence("When is most work to do: {what} by {when}?"),
             (_what("lines", "orders", "billed"), Gap("when", sentence("Date"), RHYTHM)), _rhythm, telling.ranked),
    Sentence("work", sentence("Which {who} make up most of the work? Show {count}."),
             (_who(*WORK), _COUNT), _ranked("lines", chart="pareto"), telling.ranked, ("lines",)),
    Sentence("years", sentence("How did {what} develop over the years, by {who}?"),
             (_what("billed", "lines", "received"), _who("laboratory", "category", "city", "industry")), _years,
             telling.years),
    Sentence("late", sentence("Which {who} pay worst? Show {count}."),
             (_who("city", "laboratory", "category", "industry", "size", "owner"), _COUNT),
             lambda w: State(rows=(w["who"],),
                             values=(("arrival_rate", "value"), ("open", "value"), ("billed", "value")),
                             tops=((w["who"], int(w["count"])),), sort="0", chart="combined"),
             telling.listed, ("arrival_rate", "open", "billed")),
    Sentence("passage", sentence("Where does the work take longest, by {who}?"),
             (_who("laboratory", "project_group", "instrument_name", "service_kind"),),
             lambda w: State(rows=(w["who"],), values=tuple((name, "value") for name in PASSAGE), sort="-0",
                             tops=((w["who"], 20),), chart="bars"), telling.listed, PASSAGE),
)  # fmt: skip


def find(slug: str, catalogue: Catalogue) -> Sentence | None:
    """The question of that name, if the person and the data have its words."""
    return next((each for each in usable(catalogue) if each.slug == slug), None)


def usable(catalogue: Catalogue) -> list[Sentence]:
    """Every question that can be asked."""
    return [each for each in SENTENCES if each.usable(catalogue)]
