"""What stands behind a figure: the lines that were summed, and the customers that were counted."""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from hengke.kernel.errors import InputError
from hengke_analytics.cube import facts
from hengke_analytics.cube.asking import before_of, by_entity
from hengke_analytics.cube.catalogue import BEFORE, Catalogue, Count
from hengke_analytics.cube.facts import Keep, Source
from hengke_analytics.cube.question import Question
from hengke_analytics.shapes import ibis

LINES = "facts"


def lines(question: Question, sources: Sequence[Source], catalogue: Catalogue, keep: Keep) -> ir.Table:
    """The lines of the period that fit the filters."""
    question.checked(catalogue)
    source = next((source for source in sources if source.name == LINES), None)
    if source is None:
        raise InputError("not_answerable", "The data has no column for this question: take a field away.")
    return facts.lines(question, before_of(question, catalogue), source, catalogue, keep)


def people(question: Question, sources: Sequence[Source], catalogue: Catalogue, keep: Keep) -> ir.Table:
    """The customers that the first measure counts, largest first: (customer, amount, lines, and both before)."""
    before = before_of(question.checked(catalogue), catalogue)
    measure = catalogue.measure(question.values[0].measure)
    counts = [part for name in measure.parts if isinstance(part := catalogue.parts[name], Count)]
    counted = counts[0] if counts and counts[0].entity == "customer" else None
    if counted is None:
        raise InputError("no_people", "Behind this figure stand lines, not customers.")
    source = facts.choose(question, before, sources, catalogue)
    each = by_entity(facts.prepared(question, before, source, catalogue, keep), [], counted.entity)
    held = each.filter(counted.holds(each)).rename(customer="e_customer")
    largest = f"amount{BEFORE}" if counted.name == "lost" else "amount"
    return held.order_by(ibis.desc(largest), "customer")
