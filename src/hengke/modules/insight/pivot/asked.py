"""What a request asks the cube for, with the words and the facts that its person may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.pivot import rights
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.state import State, question

if TYPE_CHECKING:
    from hengke_analytics.cube import Answer, Catalogue


@dataclass(frozen=True)
class Asked:
    """The state of the address, the words the person may use, and the days with data."""

    state: State
    catalogue: Catalogue
    span: facts.Span

    @classmethod
    def of(cls, request: StaffRequest) -> Asked:
        """NotAllowed; NotFound before the first import; InputError for an address that is none of ours."""
        grants.require(request.actor, "view", rights.SUBJECT)
        state = State.read(request.GET)
        catalogue = rights.catalogue(request.actor)
        span = facts.span(facts.visible(request.actor, "facts_month"))
        return cls(state.or_default(catalogue), catalogue, span)

    def answer(self, request: StaffRequest, action: str = "view") -> tuple[Answer, bool]:
        """The answer, and whether its period is unfinished."""
        from hengke_analytics.cube import answer

        asked, partial = question(self.state, self.catalogue, self.span)
        return answer(asked, rights.sources(request.actor, action), self.catalogue), partial

    def names(self, answer: Answer) -> Names:
        """Names of the members of the grid and of the filters."""
        wanted = [(self.catalogue.dimension(f.dimension), f.members) for f in answer.question.filters]
        return Names.of(answer.grid, wanted)
