"""The full-text index behind one interface: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

Both get ready tokens and only have to look them up, so both find the same. The tables are made by a
migration.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.db import connection, transaction

BULK_BYTES, USUAL_BYTES = 64 << 20, 1 << 20
BULK_MERGE, USUAL_MERGE = 16, 4
LONGEST_PREFIX = 4
MOST_LISTED = 50_000
MOST_ENDINGS, FEW_ENDINGS = 300, 20
LAST_CHARACTER = "\U0010ffff"


# Every place of a word rather than the word with its counts, which would be counted for each look.
_PLACES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.records_places USING fts5vocab(main, records_words, instance)"
)
_TERMS = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.records_terms USING fts5vocab(main, records_words, row)"


@dataclass(frozen=True)
class Phrase:
    """Tokens on consecutive positions; with `prefix` the last one need only begin so."""

    tokens: tuple[str, ...]
    prefix: bool = False


# All phrases of one alternative must be found, any one alternative suffices.
Expression = Sequence[Sequence[Phrase]]


class Words(Protocol):
    """What a database must be able to do."""

    def create(self) -> list[str]:
        """The statements that make the index."""

    def put(self, entries: Iterable[tuple[int, list[str]]]) -> None:
        """Add tokens under numbers that are not there yet."""

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget these numbers."""

    def clear(self) -> None:
        """Forget everything."""

    def forget_removed(self) -> None:
        """Leave no trace of removed entries in the index's own storage."""

    def in_bulk(self) -> AbstractContextManager[None]:
        """Around many calls of `put`."""

    def select(self, expression: Expression, limit: int) -> tuple[str, list[object]]:
        """SQL and parameters of at most `limit` numbers that match."""

    def listed(self, expression: Expression) -> tuple[str, list[object]]:
        """SQL and parameters of what a list is narrowed to."""

    def beginning(self, tokens: Sequence[str]) -> Expression:
        """Words that begin with one of the tokens: of each at least the first few."""

    def bounded(self, expression: Expression) -> Expression:
        """The same question; where a beginning has so many endings that all would be read before the first
        match is told, only the first of them.
        """


class SqliteWords:
    def create(self) -> list[str]:
        options = "tokenize=\"unicode61 remove_diacritics 0 tokenchars '^~'\", prefix='1 2 3 4', columnsize=0"
        return [f"CREATE VIRTUAL TABLE records_words USING fts5(tokens, {options})"]

    def put(self, entries: Iterable[tuple[int, list[str]]]) -> None:
        rows = [(number, " ".join(tokens)) for number, tokens in entries]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO records_words(rowid, tokens) VALUES (%s, %s)", rows)

    def remove(self, numbers: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM records_words WHERE rowid = %s", [(number,) for number in numbers]
            )

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE records_words")
            for statement in self.create():
                cursor.execute(statement)

    def forget_removed(self) -> None:
        # Segments keep what was removed until they are merged; one merge of all drops it.
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO records_words(records_words) VALUES ('optimize')")

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Collect 64 MB of tokens before they are written, and merge what was written by sixteens instead of fours:
        several times faster for a whole index.
        """
        with connection.cursor() as cursor:
            set_option = "INSERT INTO records_words(records_words, rank) VALUES (%s, %s)"
            cursor.executemany(set_option, [("hashsize", BULK_BYTES), ("automerge", BULK_MERGE)])
            yield
            with transaction.atomic():
                pass  # a savepoint has them written here rather than at the commit, under the usual options again
            cursor.executemany(set_option, [("hashsize", USUAL_BYTES), ("automerge", USUAL_MERGE)])

    def select(self, expression: Expression, limit: int) -> tuple[str, list[object]]:
        text = " OR ".join(f"({' AND '.join(_fts(phrase) for phrase in phrases)})" for phrases in expression)
        return "SELECT rowid FROM records_words WHERE records_words MATCH %s LIMIT %s", [text, limit]

    def listed(self, expression: Expression) -> tuple[str, list[object]]:
        """The first ones: all are read before the list is told."""
        return self.select(expression, MOST_LISTED)

    def beginning(self, tokens: Sequence[str]) -> Expression:
        """Looks into the sorted list of words, and passes over tokens that would come before what it found."""
        ordered, found, at = sorted(tokens), list[Sequence[Phrase]](), 0
        with connection.cursor() as cursor:
            cursor.execute(_PLACES)
            while at < len(ordered):
                cursor.execute("SELECT term FROM records_places WHERE term >= %s LIMIT 1", [ordered[at]])
                row = cursor.fetchone()
                if row is None:
                    break
                after = max(bisect_right(ordered, row[0]), at + 1)
                there = [token for token in ordered[at:after] if row[0].startswith(token)]
                found += [phrases for token in there for phrases in self._some_endings(token)]
                at = after
        return found

    def _some_endings(self, token: str) -> list[list[Phrase]]:
        if len(token) <= LONGEST_PREFIX:
            return [[Phrase((token,), prefix=True)]]
        return [[Phrase((term,))] for term in _endings(token, FEW_ENDINGS)]

    def bounded(self, expression: Expression) -> Expression:
        """Beginnings up to `LONGEST_PREFIX` have an index that gives its matches one by one; longer ones have
        none.
        """
        return [alternative for phrases in expression for alternative in self._first_endings(phrases)]

    def _first_endings(self, phrases: Sequence[Phrase]) -> list[Sequence[Phrase]]:
        token = phrases[0].tokens[-1]
        if len(phrases) > 1 or not phrases[0].prefix or len(token) <= LONGEST_PREFIX:
            return [phrases]
        found = _endings(token, MOST_ENDINGS)
        return [phrases] if len(found) < MOST_ENDINGS else [[Phrase((term,))] for term in found]


def _endings(token: str, limit: int) -> list[str]:
    """The first words of the index that begin with the token."""
    with connection.cursor() as cursor:
        cursor.execute(_TERMS)
        cursor.execute(
            "SELECT term FROM records_terms WHERE term >= %s AND term < %s LIMIT %s",
            [token, token + LAST_CHARACTER, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _fts(phrase: Phrase) -> str:
    # Tokens are letters, digits and our marks: nothing in them could end the quotation.
    return f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.prefix else "")


class PostgresWords:
    def create(self) -> list[str]:
        return [
            "CREATE TABLE records_words (entry_id bigint PRIMARY KEY, tokens tsvector NOT NULL)",
            "CREATE INDEX records_words_gin ON records_words USING gin (tokens)",
        ]

    def put(self, entries: Iterable[tuple[int, list[str]]]) -> None:
        rows = [(number, _vector(tokens)) for number, tokens in entries]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO records_words(entry_id, tokens) VALUES (%s, %s::tsvector)", rows)

    def remove(self, numbers: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM records_words WHERE entry_id = ANY(%s)", [list(numbers)])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE records_words")

    def forget_removed(self) -> None:
        """Nothing to do: dead rows go with the next vacuum of the server."""

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Nothing to prepare: the server collects by itself."""
        yield

    def select(self, expression: Expression, limit: int) -> tuple[str, list[object]]:
        sql, parameters = self.listed(expression)
        return f"{sql} LIMIT %s", [*parameters, limit]

    def listed(self, expression: Expression) -> tuple[str, list[object]]:
        """All, without a limit: one would hide from the planner how many there are, and have it read them all where
        walking the list's order until a page is full reads a few hundred rows.
        """
        text = " | ".join(f"({' & '.join(_tsquery(phrase) for phrase in phrases)})" for phrases in expression)
        return "SELECT entry_id FROM records_words WHERE tokens @@ %s::tsquery", [text]

    def beginning(self, tokens: Sequence[str]) -> Expression:
        """All of them: GIN skips what is not there while it answers."""
        return [[Phrase((token,), prefix=True)] for token in tokens]

    def bounded(self, expression: Expression) -> Expression:
        """Nothing to bound: GIN answers beginnings of any length alike."""
        return expression


def _vector(tokens: list[str]) -> str:
    # Written out, because the server's own parser depends on its locale.
    return " ".join(f"'{token}':{min(place, 16_383)}" for place, token in enumerate(tokens, start=1))


def _tsquery(phrase: Phrase) -> str:
    words = [f"'{token}'" for token in phrase.tokens]
    if phrase.prefix:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"


def words() -> Words:
    """The index of the database in use."""
    return PostgresWords() if connection.vendor == "postgresql" else SqliteWords()
