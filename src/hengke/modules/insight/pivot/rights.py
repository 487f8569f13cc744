"""What a person may ask the cube: words by field rights, facts by row rights."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from hengke.engines.access.actor import Actor
from hengke.engines.access.grants import FieldRights, Level
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.pivot import own

if TYPE_CHECKING:
    from hengke_analytics.cube import Catalogue, Dimension, Measure, Source

SUBJECT = "insight.dashboard"
# From the smallest to the lines themselves: the cube takes the first that knows enough.
VIEWS = (
    "facts_laboratory", "facts_item", "facts_region", "facts_kind", "facts_work", "facts_whole", "facts_month",
    "facts_day", "facts",
)  # fmt: skip


def sources(actor: Actor, action: str = "view") -> list[Source]:
    """The fact tables that can tell which of their rows the actor may see, cut down to these."""
    from hengke_analytics.cube import Source

    backend, needs = facts.warehouse(), facts.judged_by(actor, action)
    stored = set(backend.list_tables())  # one built before an update lacks the newer tables
    named = [view for view in VIEWS if view in stored and needs <= set(backend.table(view).columns)]
    beside = backend.table(own.TABLE) if own.TABLE in stored else None
    return [Source(view, facts.visible(actor, view, action), beside) for view in named]


def catalogue(actor: Actor) -> Catalogue:
    """The measures and dimensions for which the data has the input and the person the right."""
    from hengke_analytics.cube import CATALOGUE, Measure

    lines = FieldRights(actor, facts.LINES)
    of_subject = cache(lambda subject: FieldRights(actor, subject))

    def hides(word: Measure | Dimension) -> bool:
        rights = lines if isinstance(word, Measure) else of_subject(word.subject)
        return rights.level(*word.rights) < Level.READ

    backend = facts.warehouse()
    known = CATALOGUE.on(backend.table("facts").columns)
    added = {dimension.name: dimension for dimension in own.dimensions(actor, backend)}
    return replace(known, dimensions={**known.dimensions, **added}).without(hides)
