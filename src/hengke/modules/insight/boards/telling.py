"""Answers told in a sentence or two, from the same grid that the chart and the table show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.charts import percent
from hengke.modules.insight.pivot.formats import Format
from hengke.modules.insight.pivot.members import Names

if TYPE_CHECKING:
    from hengke_analytics.cube import Answer, Node, Value

Tell = Callable[["Answer", Names], str]
NEXT = 2


def moved(answer: Answer, names: Names) -> str:
    """Who fell or rose most, by how much, who follows, and what came of all together."""
    grid, value = answer.grid, answer.question.values[0]
    falls = answer.question.tops[0].least
    nodes = [n for n in _members(answer) if _goes(grid.value(n.path, (), value), falls=falls)]
    whole = _whole_change(answer)
    if not nodes:
        words = _("Nobody fell in this period.") if falls else _("Nobody grew in this period.")
        return _together(words, whole)
    first = (
        _("{name} fell most: {amount} ({change}).") if falls else _("{name} grew most: {amount} ({change}).")
    )
    told = first.format(
        name=_name(answer, nodes[0], names), amount=_amount(answer, nodes[0].path, value),
        change=_change(answer, nodes[0].path),
    )  # fmt: skip
    return _together(told, _followed(answer, nodes, names), whole)


def ranked(answer: Answer, names: Names) -> str:
    """Who is largest, with which share, and what the first three hold."""
    grid, value = answer.grid, answer.question.values[0]
    nodes = sorted(_members(answer), key=lambda n: -float(grid.value(n.path, (), value) or 0))
    if not nodes:
        return _("There is nothing to compare in this period.")
    told = _("{name} comes first with {amount}.").format(
        name=_name(answer, nodes[0], names), amount=_amount(answer, nodes[0].path, value)
    )
    whole = grid.value((), (), value)
    if not grid.measures[value.measure].additive or not whole:
        return _together(told, _followed(answer, nodes, names))
    share = float(grid.value(nodes[0].path, (), value) or 0) / float(whole)
    together = sum(float(grid.value(n.path, (), value) or 0) for n in nodes[:3]) / float(whole)
    parts = [told, _("That is {share} of all.").format(share=percent(share, 1))]
    if len(nodes) > 3:
        parts.append(_("The first three together hold {share}.").format(share=percent(together, 1)))
    return _together(*parts)


def owing(answer: Answer, names: Names) -> str:
    """How much is open, and with whom most of it."""
    value, nodes = answer.question.values[0], _members(answer)
    told = _("{amount} have not been paid in all.").format(amount=_amount(answer, (), value))
    if not nodes or not (answer.grid.value(nodes[0].path, (), value) or 0) > 0:
        return told
    most = _("{name} owes most: {amount}, arrival rate {rate}.").format(
        name=_name(answer, nodes[0], names), amount=_amount(answer, nodes[0].path, value),
        rate=_amount(answer, nodes[0].path, answer.question.values[1]),
    )  # fmt: skip
    return _together(told, most, _followed(answer, nodes, names))


def course(answer: Answer, names: Names) -> str:
    """The whole against the compared period, and the highest and lowest month."""
    grid, value = answer.grid, answer.question.values[0]
    known = [(node, grid.value(node.path, (), value)) for node in grid.rows.children]
    if answer.question.period.end.day != 1:  # the last month is not over
        known = known[:-1]
    filled = [(node, amount) for node, amount in known if amount]
    whole = _whole_change(answer)
    if not filled:
        return whole
    high, low = max(filled, key=lambda p: p[1])[0], min(filled, key=lambda p: p[1])[0]
    told = _("The highest month was {high} with {most}, the lowest {low} with {least}.").format(
        high=_name(answer, high, names), most=_amount(answer, high.path, value), low=_name(answer, low, names),
        least=_amount(answer, low.path, value),
    )  # fmt: skip
    return _together(whole, told)


def flow(answer: Answer, names: Names) -> str:
    """How many customers went and came, and where most went."""
    lost, new = answer.question.values[:2]
    told = _("{lost} customers of last year have not come back, {new} are new.").format(
        lost=_amount(answer, (), lost), new=_amount(answer, (), new)
    )
    nodes = _members(answer)
    if not nodes or not answer.grid.value(nodes[0].path, (), lost):
        return told
    most = _("{name} lost most: {lost}, and won {new}.").format(
        name=_name(answer, nodes[0], names), lost=_amount(answer, nodes[0].path, lost),
        new=_amount(answer, nodes[0].path, new),
    )  # fmt: skip
    return _together(told, most)


def years(answer: Answer, names: Names) -> str:
    """The first and the last year with figures."""
    grid, value = answer.grid, answer.question.values[0]
    filled = [node for node in grid.rows.children if grid.value(node.path, (), value)]
    if len(filled) < 2:
        return _("There is only one year to look at so far.")
    first, last = filled[0], filled[-1]
    return _("From {amount} in {first} to {other} in {last}.").format(
        amount=_amount(answer, first.path, value), first=_name(answer, first, names),
        other=_amount(answer, last.path, value), last=_name(answer, last, names),
    )  # fmt: skip


def listed(answer: Answer, names: Names) -> str:
    """The first member by its figure, beside that of all together."""
    value, nodes = answer.question.values[0], _members(answer)
    if not nodes:
        return _("There is nothing to compare in this period.")
    return _("{name} comes first with {amount}; over all it is {whole}.").format(
        name=_name(answer, nodes[0], names), amount=_amount(answer, nodes[0].path, value),
        whole=_amount(answer, (), value),
    )  # fmt: skip


def _together(*parts: str) -> str:
    """Sentences beside each other; Chinese puts no space between them."""
    return " ".join(part for part in parts if part).replace("。 ", "。")


def _members(answer: Answer) -> list[Node]:
    return [node for node in answer.grid.rows.children if not node.is_rest]


def _goes(amount: Any, *, falls: bool) -> bool:
    return amount is not None and (amount < 0 if falls else amount > 0)


def _name(answer: Answer, node: Node, names: Names) -> str:
    return names(answer.grid.row_fields[0], node.key)


def _amount(answer: Answer, path: tuple[Any, ...], value: Value) -> str:
    form = Format.of(value, answer.grid)
    return f"{form.text(answer.grid.value(path, (), value))} {form.unit}".strip()


def _change(answer: Answer, path: tuple[Any, ...]) -> str:
    from hengke_analytics.cube import Value

    change = Value(answer.question.values[0].measure, "change")
    return Format.of(change, answer.grid).text(answer.grid.value(path, (), change))


def _followed(answer: Answer, nodes: list[Node], names: Names) -> str:
    behind = nodes[1 : 1 + NEXT]
    if not behind:
        return ""
    value = answer.question.values[0]
    told = [f"{_name(answer, node, names)} ({_amount(answer, node.path, value)})" for node in behind]
    return _("Then come {names}.").format(names=pgettext("list", ", ").join(told))


def _whole_change(answer: Answer) -> str:
    from hengke_analytics.cube import Value

    measure = answer.question.values[0].measure
    plain = Value(measure)
    return _("All together: {amount}, against the compared period {change}.").format(
        amount=_amount(answer, (), plain), change=_change(answer, ())
    )
