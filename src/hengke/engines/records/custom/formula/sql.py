"""From a tree to an expression of the database: every part has a type, so filters, orders and sums hold as elsewhere.

Types: "number", "date", "text", "bool". What is missing makes everything missing that is worked out from it; only `&`
takes it for an empty text, and a condition that cannot be decided does not hold. A division by zero is missing, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.records.custom.formula.grammar import Node, wrong
from hengke.kernel import clock

Part = tuple[str, tuple[Any, ...]]
TYPES = {
    "number": gettext_lazy("a number"), "date": gettext_lazy("a date"), "text": gettext_lazy("a text"),
    "bool": gettext_lazy("yes or no"),
}  # fmt: skip
MOST = 9 * 10**18
"""Beyond this many of its smallest unit, a number is taken for missing: no column could hold it."""


@dataclass(frozen=True)
class Place:
    """Where a formula is computed: the statement's compiler and the alias of the row."""

    compiler: Any
    alias: str

    @property
    def is_lite(self) -> bool:
        return bool(self.compiler.connection.vendor == "sqlite")


@dataclass(frozen=True)
class Expr:
    """A part of a formula: its type, and what it is at a place."""

    type: str
    sql: Callable[[Place], Part]


Scope = Mapping[str, Expr]


def build(tree: Node, scope: Scope) -> Expr:
    """The expression of a tree; InputError with the place of what does not fit together."""
    if tree.kind == "field":
        if tree.said not in scope:
            raise wrong(
                tree.at, _("There is no field “{name}” that can be reckoned with.").format(name=tree.said)
            )
        return scope[str(tree.said)]
    if tree.kind in ("number", "text", "bool"):
        return _constant(tree)
    parts = [build(part, scope) for part in tree.parts]
    return _operator(tree, parts) if tree.kind == "operator" else _call(tree, parts)


def _constant(tree: Node) -> Expr:
    said = tree.said
    if tree.kind == "bool":
        return Expr("bool", lambda at: (("1" if said else "0") if at.is_lite else str(said), ()))
    if tree.kind == "text":
        return Expr("text", lambda at: ("%s" if at.is_lite else "%s::text", (said,)))
    return Expr("number", lambda at: (f"CAST({said} AS REAL)" if at.is_lite else f"{said}::numeric", ()))


def _operator(tree: Node, parts: Sequence[Expr]) -> Expr:
    sign = str(tree.said)
    if sign in ("and", "or", "not"):
        return _logic(tree, parts)
    if sign == "&":
        return joined(parts)
    if sign in ("=", "<>", "<", "<=", ">", ">="):
        return _compared(tree, parts)
    if sign in ("+", "-") and parts[0].type == "date":
        return _shifted(tree, parts)
    for part, node in zip(parts, tree.parts, strict=True):
        _need(part, "number", node.at)
    form = {"minus": "(-{})", "/": "({} / NULLIF({}, 0))"}.get(sign, f"({{}} {sign} {{}})")
    return _made("number", form, *parts)


def _logic(tree: Node, parts: Sequence[Expr]) -> Expr:
    for part, node in zip(parts, tree.parts, strict=True):
        _need(part, "bool", node.at)
    certain = [_made("bool", "COALESCE({}, {no})", part) for part in parts]
    if tree.said == "not":
        return _made("bool", "(NOT {})", *certain)
    return _made("bool", f"({{}} {str(tree.said).upper()} {{}})", *certain)


def _compared(tree: Node, parts: Sequence[Expr]) -> Expr:
    left, right = parts
    if left.type != right.type:
        raise wrong(
            tree.at,
            _("{left} cannot be compared with {right}.").format(
                left=TYPES[left.type], right=TYPES[right.type]
            ),
        )
    if left.type == "number":
        # What was divided and multiplied again must be equal to itself.
        left, right = (_made("number", "ROUND({}, 6)", part) for part in parts)
    return _made("bool", f"({{}} {tree.said} {{}})", left, right)


def _shifted(tree: Node, parts: Sequence[Expr]) -> Expr:
    """A date and some days, or the days from one date to another."""
    if tree.said == "-" and parts[1].type == "date":
        return days(parts[1], parts[0])
    _need(parts[1], "number", tree.parts[1].at)
    return _days_later(parts[0], _made("number", f"({tree.said} {{}})", parts[1]))


def _call(tree: Node, parts: Sequence[Expr]) -> Expr:
    known = FUNCTIONS.get(ALIASES.get(str(tree.said), str(tree.said)))
    if known is None:
        raise wrong(tree.at, _("There is no function “{name}”.").format(name=tree.said))
    wanted, function = known
    if len(parts) != len(wanted):
        raise wrong(
            tree.at, _("“{name}” takes {n} values in its brackets.").format(name=tree.said, n=len(wanted))
        )
    for part, type_, node in zip(parts, wanted, tree.parts, strict=True):
        if type_ == "same":
            _need(part, parts[-1].type, node.at)
        elif type_:
            _need(part, type_, node.at)
    return function(*parts)


def _need(part: Expr, type_: str, at: int) -> None:
    if part.type != type_:
        said = _("Here must be {wanted}, and this is {found}.")
        raise wrong(at, said.format(wanted=TYPES[type_], found=TYPES[part.type]))


def _made(type_: str, form: str | tuple[str, str], *parts: Expr) -> Expr:
    """An expression by a pattern with a place for each part; two patterns: SQLite's and PostgreSQL's."""

    def sql(at: Place) -> Part:
        lite, large = (form, form) if isinstance(form, str) else form
        found = [part.sql(at) for part in parts]
        written = (lite if at.is_lite else large).format(
            *(words for words, _values in found), no="0" if at.is_lite else "false"
        )
        order = _order(lite if at.is_lite else large)
        return written, tuple(value for place in order for value in found[place][1])

    return Expr(type_, sql)


def _order(form: str) -> list[int]:
    """The places of the parts in a pattern, in the order in which their values are bound."""
    from string import Formatter

    found, at = [], 0
    for _text, name, _spec, _conversion in Formatter().parse(form):
        if name == "":
            found.append(at)
            at += 1
        elif name is not None and name.isdigit():
            found.append(int(name))
    return found


def days(start: Expr, end: Expr) -> Expr:
    """How many days lie between two dates."""
    return _made(
        "number", ("CAST(ROUND(julianday({1}) - julianday({0})) AS REAL)", "({1} - {0})::numeric"), start, end
    )


def _days_later(day: Expr, count: Expr) -> Expr:
    return _made("date", (
        "(CASE WHEN ABS({1}) <= 366000 THEN date({0}, CAST(CAST({1} AS INTEGER) AS TEXT) || ' days') END)",
        "(CASE WHEN ABS({1}) <= 366000 THEN {0} + TRUNC({1})::int END)",
    ), day, count)  # fmt: skip


def _months_later(day: Expr, count: Expr) -> Expr:
    """The same day of a later month, or its last one."""
    first = "date({0}, 'start of month', CAST(CAST({1} AS INTEGER) AS TEXT) || ' months')"
    last = f"CAST(strftime('%%d', {first}, '+1 month', '-1 day') AS INTEGER)"
    day_of = "CAST(strftime('%%d', {0}) AS INTEGER)"
    lite = f"date({first}, (MIN({day_of}, {last}) - 1) || ' days')"
    return _made("date", (
        f"(CASE WHEN ABS({{1}}) <= 12000 THEN {lite} END)",
        "(CASE WHEN ABS({1}) <= 12000 THEN ({0} + make_interval(months => TRUNC({1})::int))::date END)",
    ), day, count)  # fmt: skip


def joined(parts: Sequence[Expr]) -> Expr:
    """Texts one after the other; what is missing adds nothing."""
    texts = [as_text(part) for part in parts]
    form = " || ".join(["COALESCE({}, '')"] * len(texts))
    return _made("text", f"({form})", *texts)


def as_text(part: Expr) -> Expr:
    """A value as it is written: a number without needless zeros, a day with hyphens."""
    if part.type == "text":
        return part
    if part.type == "bool":
        return _made("text", "(CASE WHEN {} THEN '√' ELSE '×' END)", part)
    if part.type == "date":
        return _made("text", ("{}", "to_char({}, 'YYYY-MM-DD')"), part)
    return _made("text", (
        "RTRIM(RTRIM(printf('%%.6f', {}), '0'), '.')", "trim_scale(ROUND({}, 6))::text",
    ), part)  # fmt: skip


def _if(condition: Expr, yes: Expr, no: Expr) -> Expr:
    return _made(yes.type, "(CASE WHEN {} THEN {} ELSE {} END)", condition, yes, no)


def _part_of(unit: str, sign: str) -> Callable[[Expr], Expr]:
    return lambda day: _made(
        "number", (f"CAST(strftime('%%{sign}', {{}}) AS REAL)", f"EXTRACT({unit} FROM {{}})::numeric"), day
    )


def _today() -> Expr:
    return Expr("date", lambda at: ("%s" if at.is_lite else "%s::date", (clock.today().isoformat(),)))


Function = tuple[tuple[str, ...], Callable[..., Expr]]
FUNCTIONS: dict[str, Function] = {
    "if": (("bool", "same", ""), _if),
    "round": (
        ("number", "number"),
        lambda x, n: _made("number", ("ROUND({}, {})", "ROUND({}, ({})::int)"), x, n),
    ),
    "abs": (("number",), lambda x: _made("number", "ABS({})", x)),
    "smaller": (("same", ""), lambda a, b: _made(a.type, ("MIN({}, {})", "LEAST({}, {})"), a, b)),
    "larger": (("same", ""), lambda a, b: _made(a.type, ("MAX({}, {})", "GREATEST({}, {})"), a, b)),
    "days": (("date", "date"), days),
    "addmonths": (("date", "number"), _months_later),
    "adddays": (("date", "number"), _days_later),
    "today": ((), _today),
    "year": (("date",), _part_of("YEAR", "Y")),
    "month": (("date",), _part_of("MONTH", "m")),
    "empty": (("",), lambda x: _made("bool", "({} IS NULL)", x)),
    "default": (("same", ""), lambda a, b: _made(a.type, "COALESCE({}, {})", a, b)),
    "text": (("",), as_text),
    "length": (("text",), lambda x: _made("number", ("CAST(LENGTH({}) AS REAL)", "LENGTH({})::numeric"), x)),
    "contains": (
        ("text", "text"),
        lambda x, y: _made("bool", ("(INSTR({}, {}) > 0)", "(STRPOS({}, {}) > 0)"), x, y),
    ),
}
"""Name -> types of its values ("same" as the last one, "" for any) and how it is written."""
ALIASES = {
    "如果": "if", "四舍五入": "round", "绝对值": "abs", "较小": "smaller", "较大": "larger", "天数": "days",
    "加月": "addmonths", "加天": "adddays", "今天": "today", "年": "year", "月": "month", "为空": "empty",
    "默认": "default", "文本": "text", "长度": "length", "包含": "contains",
}  # fmt: skip


def stored(made: Expr, digits: int) -> Expr:
    """The outcome in the form in which custom columns keep their values."""
    if made.type == "number":
        # First to where binary fractions end, so that half a cent is half a cent; what is too large is cut off and
        # then missing. Every part stands here once, for it may be a whole query.
        whole = f"ROUND(ROUND({{}} * {10**digits}, 6))"
        return _made("number", (
            f"NULLIF(NULLIF(CAST(MIN(MAX({whole}, -{MOST}), {MOST}) AS INTEGER), {MOST}), -{MOST})",
            f"NULLIF(NULLIF(LEAST(GREATEST({whole}, -{MOST}), {MOST})::bigint, {MOST}), -{MOST})",
        ), made)  # fmt: skip
    if made.type == "date":
        return _made("date", (
            "(CASE WHEN {0} BETWEEN '1000-01-01' AND '9999-12-31' THEN {0} END)",
            "(CASE WHEN {0} BETWEEN '1000-01-01'::date AND '9999-12-31'::date THEN {0} END)",
        ), made)  # fmt: skip
    if made.type == "text":
        return _made("text", ("SUBSTR({}, 1, 500)", "LEFT({}, 500)"), made)
    return _made("bool", "COALESCE({}, {no})", made)
