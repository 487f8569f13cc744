"""From text to a tree: numbers, "text", [field], operators, functions. Every mistake is told with its place.

or := and ("or" and)*       and := not ("and" not)*       not := "not"* comparison
comparison := sum (("=" | "<>" | "<" | "<=" | ">" | ">=") sum)?
sum := product (("+" | "-" | "&") product)*               product := unary (("*" | "/") unary)*
unary := "-"* (number | text | "true" | "false" | field | function "(" arguments ")" | "(" or ")")
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from hengke.kernel.errors import InputError

LONGEST, DEEPEST = 1_000, 30
_TOKEN = re.compile(
    r'\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"]|"")*")|\[(?P<field>[^\[\]]+)\]'
    r"|(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|<>|!=|[-+*/&=<>(),（），])|(?P<end>$))"
)
_SIGNS = {"!=": "<>", "（": "(", "）": ")", "，": ","}
_WORDS = {"并且": "and", "或者": "or", "非": "not", "真": "true", "假": "false"}
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})


@dataclass(frozen=True)
class Node:
    """`kind`: number, text, bool, field, call or operator; `said` is its value or name, `at` its first character."""

    kind: str
    said: str | Decimal | bool
    at: int
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class _Token:
    kind: str
    said: str
    at: int


def wrong(at: int, why: str) -> InputError:
    """A mistake in the formula: `why` is a whole sentence."""
    return InputError("formula_wrong", "At character {at}: {why}", at=at + 1, why=why)


def parse(text: str) -> Node:
    """The tree of a formula; InputError with the place of what is wrong."""
    if len(text) > LONGEST:
        raise InputError("formula_long", "A formula has at most {n} characters.", n=LONGEST)
    return _Parser(_tokens(text)).whole()


def fields_in(text: str) -> list[tuple[int, int, str]]:
    """Where fields are named: first character, end, name."""
    return [
        (found.start("field"), found.end("field"), found["field"].strip())
        for found in _TOKEN.finditer(text)
        if found["field"] is not None
    ]


def _tokens(text: str) -> list[_Token]:
    from django.utils.translation import gettext as _

    found, at = list[_Token](), 0
    while True:
        match = _TOKEN.match(text, at)
        if match is None:
            blank = len(text[at:]) - len(text[at:].lstrip())
            raise wrong(at + blank, _("This sign means nothing here."))
        kind = str(match.lastgroup)
        said = match[kind]
        if kind == "word":
            said = _WORDS.get(said, said.lower() if said.isascii() else said)
        found.append(_Token(kind, _SIGNS.get(said, said), match.start(kind) - (kind == "field")))
        at = match.end()
        if kind == "end":
            return found


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._place, self._depth = tokens, 0, 0

    def whole(self) -> Node:
        from django.utils.translation import gettext as _

        tree = self._or()
        if self._next.kind != "end":
            raise wrong(self._next.at, _("An operator is missing here."))
        return tree

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self, *wanted: str) -> _Token | None:
        """The next token if it is one of these signs or words."""
        token = self._next
        if token.kind in ("sign", "word") and token.said in wanted:
            self._place += 1
            return token
        return None

    def _or(self) -> Node:
        from django.utils.translation import gettext as _

        self._depth += 1
        if self._depth > DEEPEST:
            raise wrong(self._next.at, _("There are too many brackets within each other."))
        tree = self._and()
        while token := self._take("or"):
            tree = Node("operator", "or", token.at, (tree, self._and()))
        self._depth -= 1
        return tree

    def _and(self) -> Node:
        tree = self._not()
        while token := self._take("and"):
            tree = Node("operator", "and", token.at, (tree, self._not()))
        return tree

    def _not(self) -> Node:
        turns = []
        while token := self._take("not"):
            turns.append(token)
        tree = self._comparison()
        for token in reversed(turns[:2] if len(turns) % 2 == 0 else turns[:1]):
            tree = Node("operator", "not", token.at, (tree,))
        return tree

    def _comparison(self) -> Node:
        tree = self._sum()
        if token := self._take(*_COMPARISONS):
            tree = Node("operator", token.said, token.at, (tree, self._sum()))
        return tree

    def _sum(self) -> Node:
        tree = self._product()
        while token := self._take("+", "-", "&"):
            tree = Node("operator", token.said, token.at, (tree, self._product()))
        return tree

    def _product(self) -> Node:
        tree = self._unary()
        while token := self._take("*", "/"):
            tree = Node("operator", token.said, token.at, (tree, self._unary()))
        return tree

    def _unary(self) -> Node:
        signs = []
        while token := self._take("-"):
            signs.append(token)
        tree = self._primary()
        return Node("operator", "minus", signs[0].at, (tree,)) if len(signs) % 2 else tree

    def _primary(self) -> Node:
        from django.utils.translation import gettext as _

        token = self._next
        if self._take("("):
            tree = self._or()
            self._close(token)
            return tree
        self._place += token.kind != "end"
        if token.kind == "number":
            return Node("number", Decimal(token.said), token.at)
        if token.kind == "text":
            return Node("text", token.said[1:-1].replace('""', '"'), token.at)
        if token.kind == "field":
            return Node("field", token.said.strip(), token.at)
        if token.kind == "word" and token.said in ("true", "false"):
            return Node("bool", token.said == "true", token.at)
        if token.kind == "word":
            return self._call(token)
        raise wrong(token.at, _("A value is missing here."))

    def _call(self, name: _Token) -> Node:
        from django.utils.translation import gettext as _

        opening = self._next
        if not self._take("("):
            raise wrong(name.at, _("Field names stand in square brackets, texts in quotation marks."))
        parts: list[Node] = []
        if not self._take(")"):
            parts.append(self._or())
            while self._take(","):
                parts.append(self._or())
            self._close(opening)
        return Node("call", name.said, name.at, tuple(parts))

    def _close(self, opening: _Token) -> None:
        from django.utils.translation import gettext as _

        if not self._take(")"):
            raise wrong(opening.at, _("This bracket is not closed."))
