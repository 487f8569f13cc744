"""The column of rich text, whose conditions are on the words alone: nobody looks for a tag, and none parts a word."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.db.models.lookups import Contains, Exact, StartsWith

from hengke.engines.records.custom.columns import TextColumn

_BREAK = re.compile(r"<(?:br|/p|/li|/h[23]|/blockquote|/pre)\s*/?>")
_TAG = re.compile(r"<[^>]*>")
FUNCTION = "hengke_words"


def words_of(text: str) -> str:
    """The words alone, a line for each paragraph."""
    lines = unescape(_TAG.sub("", _BREAK.sub("\n", text))).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def teach(connection: Any, **_: Any) -> None:
    """Give a new connection to SQLite the function that PostgreSQL has by migration."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            FUNCTION, 1, lambda text: None if text is None else words_of(str(text)), deterministic=True
        )


class MarkupColumn(TextColumn):
    """Rich text as it is stored."""

    word = "h"


class _OfWords:
    """A comparison whose left side is the words."""

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> tuple[str, Any]:
        sql, parameters = super().process_lhs(compiler, connection, lhs)  # type: ignore[misc]
        return f"{FUNCTION}({sql})", parameters


@MarkupColumn.register_lookup
class _Contains(_OfWords, Contains):
    pass


@MarkupColumn.register_lookup
class _StartsWith(_OfWords, StartsWith):
    pass


@MarkupColumn.register_lookup
class _Exact(_OfWords, Exact):
    """Also for nothing at all: no words are an empty text."""
