"""Answers to the questions of many tiles: each is asked once per build and person's rights, within a budget of time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.pivot import rights
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.state import State, question
from hengke.modules.insight.pivot.table import Shown, Writer, unlinked

if TYPE_CHECKING:
    from hengke_analytics.cube import Answer, Catalogue, Question, Source

SUBJECT = "insight.board"
BUDGET = 1.5
"""Seconds that a page spends on answers; what is not reached then is fetched by the page, tile by tile."""
MOST_KEPT = 500
OFTEN_EMPTY = ("category", "ownership", "size", "industry", "county", "province")

_kept: OrderedDict[Any, Answer] = OrderedDict()
_lock = Lock()


def forget() -> None:
    """Ask everything anew."""
    with _lock:
        _kept.clear()


@dataclass
class Asker:
    """One person's questions of one page: words, days with data, facts, and how much time is left."""

    actor: Actor
    catalogue: Catalogue
    span: facts.Span
    build: int | None
    until: float = field(default_factory=lambda: time.monotonic() + BUDGET)
    _sources: list[Source] | None = None

    @classmethod
    def of(cls, actor: Actor) -> Asker:
        """NotAllowed; NotFound before the first import."""
        grants.require(actor, "view", SUBJECT)
        build = facts.build_number()
        return cls(actor, rights.catalogue(actor), facts.span(facts.visible(actor, "facts_month")), build)

    @cached_property
    def spoken(self) -> Catalogue:
        """The words without the kinds of customers that nobody has filled in: a question about them has no answer."""
        from hengke_analytics.engine import remembered

        table = facts.visible(self.actor, "facts_month")
        names = [name for name in OFTEN_EMPTY if name in table.columns]
        filled = remembered(table.aggregate(**{name: (table[name] != "").sum() for name in names}))[0]
        return self.catalogue.without(lambda word: word.name in filled and not filled[word.name])

    def ask(self, state: State, *, patient: bool = False) -> tuple[Answer, bool] | None:
        """The answer, and whether its period is unfinished; None when the time of the page is used up.

        InputError for words that the person may not use, and for what cannot be answered.
        """
        asked, partial = question(state, self.catalogue, self.span)
        key = (settings.DATA_DIR, self.build, replace(self.actor, name="", channel=""), asked)
        with _lock:
            if (known := _kept.get(key)) is not None:
                _kept.move_to_end(key)
                return known, partial
        if not patient and time.monotonic() > self.until:
            return None
        found = self._answered(asked)
        with _lock:
            _kept[key] = found
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        return found, partial

    def names(self, answers: Iterable[Answer]) -> Names:
        """Names of the members of all answers; one query for each dimension that needs one."""
        wanted = []
        for answer in answers:
            wanted += Names.shown(answer.grid)
            wanted += [(self.catalogue.dimension(f.dimension), f.members) for f in answer.question.filters]
        return Names(wanted)

    @cached_property
    def opens(self) -> bool:
        """Whether the person may open the pivot, and with it what stands behind figures."""
        return grants.may(self.actor, "view", rights.SUBJECT)

    def table(self, answer: Answer, state: State, names: Names) -> Shown:
        """The answer as a table; without ways into the pivot for those who may not open it."""
        found = Writer(answer, state, self.catalogue, names).table()
        return found if self.opens else unlinked(found)

    def _answered(self, asked: Question) -> Answer:
        from hengke_analytics.cube import answer

        if self._sources is None:
            self._sources = rights.sources(self.actor)
        return answer(asked, self._sources, self.catalogue)
