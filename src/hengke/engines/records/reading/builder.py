"""A filter as a form: a tree of groups and conditions that is read from numbered fields, changed and written back.

Every node is numbered in the order of the page. Its fields carry the number: `node` says "number.parent", `k` the kind
of a group, `f` field, `o` operator, `v` values, `w` the field that the values were entered for; of a day that is
counted from now, `u` the unit and `c` the number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from hengke.engines.access.wording import in_words
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import days
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Choice, Date, Reference
from hengke.kernel.errors import InputError
from hengke.kernel.filters import MAX_CONDITIONS, And, Condition, Filter, Not, Or
from hengke.kernel.numbers import is_whole

GROUPS = ("all", "any", "none")
ROOT = 0
# The form offers groups this deep; a filter from elsewhere may be deeper and is shown whole.
DEEPEST = 4
YES = ("1", "true", "True")


@dataclass
class Node:
    """A group of `parts` (all, any or none of them holds), or a condition ("if")."""

    kind: str
    name: str = ""
    op: str = ""
    values: tuple[str, ...] = ()
    parts: list[Node] = field(default_factory=list)
    number: int = ROOT
    depth: int = 0
    error: str = ""
    focus: bool = False

    @property
    def value(self) -> str:
        """The only value, or the first of several."""
        return self.values[0] if self.values else ""

    def walk(self) -> Iterator[Node]:
        """The node and everything below it, in the order of the page."""
        yield self
        for part in self.parts:
            yield from part.walk()


def of(own: Sequence[Filter]) -> Node:
    """The form of a list's own conditions; an empty condition to begin with where there are none."""
    root = _node(own[0]) if len(own) == 1 else Node("all", parts=[_node(part) for part in own])
    if root.kind == "if":
        root = Node("all", parts=[root])
    if not root.parts:
        root.parts.append(Node("if"))
    return numbered(root)


def _node(tree: Filter) -> Node:
    match tree:
        case Condition(name, op, value):
            return Node("if", name, op, _texts(op, value))
        case And(parts):
            return Node("all", parts=[_node(part) for part in parts])
        case Or(parts):
            return Node("any", parts=[_node(part) for part in parts])
        case Not(Or(parts)):
            return Node("none", parts=[_node(part) for part in parts])
        case Not(part):
            return Node("none", parts=[_node(part)])


def _texts(op: str, value: object) -> tuple[str, ...]:
    if op == "empty":
        return ("1" if value in (True, 1, *YES) else "0",)
    if isinstance(value, tuple):
        return tuple(str(v) for v in value)
    return tuple(str(value).split(",")) if op == "in" else (str(value),)


def numbered(root: Node) -> Node:
    """The same tree with numbers and depths as the page shows them."""
    for number, node in enumerate(root.walk()):
        node.number = number
        for part in node.parts:
            part.depth = node.depth + 1
    return root


def read(params: QueryDict) -> Node:
    """The tree that the page sent; InputError for what no page sends."""
    known: dict[int, Node] = {}
    for word in params.getlist("node")[: 3 * MAX_CONDITIONS]:
        own, _dot, above = word.partition(".")
        if not is_whole(own) or (above and not is_whole(above)) or len(word) > 9:
            raise _malformed()
        node = _sent(params, int(own))
        if known:
            parent = known.get(int(above or ROOT))
            if parent is None or parent.kind == "if" or parent.depth > 9:
                raise _malformed()
            node.depth = parent.depth + 1
            parent.parts.append(node)
        known[int(own)] = node
    root = known.get(ROOT)
    if root is None or root.kind == "if":
        raise _malformed()
    return root


def _malformed() -> InputError:
    return InputError("filter_malformed", "The filter cannot be read.")


def _sent(params: QueryDict, number: int) -> Node:
    kind = params.get(f"k{number}", "")
    if kind in GROUPS:
        return Node(kind, number=number)
    name, op = params.get(f"f{number}", ""), params.get(f"o{number}", "")
    if name != params.get(f"w{number}", ""):
        # Values of another field would not fit this one.
        return Node("if", name, number=number, focus=True)
    given = params.getlist(f"v{number}")
    unit = params.get(f"u{number}", "")
    if unit in days.UNITS:
        given = [days.written(unit, _count(params.get(f"c{number}", "")))]
    elif op == "in" and len(given) == 1:
        given = given[0].splitlines()
    elif op != "in":
        given = given[:1]
    return Node("if", name, op, tuple(v.strip() for v in given if v.strip()), number=number)


def _count(text: str) -> int:
    sign, digits = (-1, text[1:]) if text[:1] in ("-", "−") else (1, text.lstrip("+"))
    return sign * int(digits) if is_whole(digits) and len(digits) < 6 else 0


def change(root: Node, step: str) -> Node:
    """The tree after a button: "add.3", "group.3", "remove.5"; anything else only draws it anew."""
    what, _dot, text = step.partition(".")
    nodes = {node.number: node for node in root.walk()}
    node = nodes.get(int(text)) if is_whole(text) and len(text) < 5 else None
    if node is None or what not in ("add", "group", "remove"):
        return numbered(root)
    for other in nodes.values():
        other.focus = False
    if what == "remove":
        above = next((other for other in nodes.values() if node in other.parts), None)
        if above is not None:
            above.parts = [part for part in above.parts if part is not node]
            above.focus = True
    elif node.kind != "if":
        new = Node("if", focus=True)
        node.parts.append(new if what == "add" else Node("any", parts=[new]))
    return numbered(root)


def usual_operator(field: Field) -> str:
    """What is first asked of a field."""
    if isinstance(field.kind, Choice) or field.kind.control in ("choice", "reference"):
        return "eq"
    wanted = "gte" if field.kind.numeric or isinstance(field.kind, Date) else "contains"
    return wanted if wanted in field.kind.operators else field.kind.operators[0]


def check(catalogue: Catalogue, root: Node) -> tuple[Filter, ...] | None:
    """The conditions of the form, those of an outermost "all" one by one; None when one cannot be read.

    A row without a field is left out. What is wrong stands in the rows' `error`.
    """
    tree = _tree(catalogue, root)
    if any(node.error for node in root.walk()):
        return None
    if tree is None:
        return ()
    return tree.parts if isinstance(tree, And) else (tree,)


def _tree(catalogue: Catalogue, node: Node) -> Filter | None:
    if node.kind == "if":
        return _condition(catalogue, node) if node.name else None
    found = [part for part in (_tree(catalogue, part) for part in node.parts) if part is not None]
    if not found:
        return None
    if node.kind == "none":
        return Not(found[0] if len(found) == 1 else Or(tuple(found)))
    if len(found) == 1 and node.depth:
        return found[0]
    return Or(tuple(found)) if node.kind == "any" else And(tuple(found))


def _condition(catalogue: Catalogue, node: Node) -> Condition | None:
    if not catalogue.filterable(node.name):
        node.error = _("This field cannot be used here.")
        return None
    if not node.values and not node.error:
        node.error = _("Enter a value, or remove this condition.")
        return None
    value = _value(catalogue.field(node.name, "filter"), node)
    condition = Condition(node.name, node.op or "eq", value)
    try:
        catalogue.read(condition)
    except InputError as error:
        node.error = in_words(error)
        return None
    return condition


def _value(field: Field, node: Node) -> object:
    if node.op == "empty":
        return node.value in YES
    if node.op == "in":
        return node.values
    if isinstance(field.kind, Reference) and is_whole(node.value) and len(node.value) < 19:
        return int(node.value)
    return node.value
