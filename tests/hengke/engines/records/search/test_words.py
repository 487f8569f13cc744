"""What a list is narrowed to: bounded where all is read first, open where the planner walks the list's order."""

from __future__ import annotations

import pytest
from django.db import connection

from hengke.engines.access.actor import Actor
from hengke.engines.records.reading import listing
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema import registry
from hengke.engines.records.search.index import index_records
from hengke.engines.records.search.words import (
    MOST_LISTED,
    USUAL_BYTES,
    USUAL_MERGE,
    Phrase,
    PostgresWords,
    SqliteWords,
    words,
)
from hengke.engines.records.writing import bulk
from tests.factories import customers as make

QUESTION = [[Phrase(("合肥",))], [Phrase(("^合",), prefix=True)]]


def test_postgresql_sees_how_many_match_and_sqlite_reads_so_many_at_most() -> None:
    sql, parameters = PostgresWords().listed(QUESTION)
    assert "LIMIT" not in sql
    assert parameters == ["(('合肥')) | (('^合':*))"]
    sql, parameters = SqliteWords().listed(QUESTION)
    assert sql.endswith("LIMIT %s")
    assert parameters == ['("合肥") OR ("^合" *)', MOST_LISTED]


def test_a_selection_is_bounded_everywhere() -> None:
    for index in (PostgresWords(), SqliteWords()):
        sql, parameters = index.select(QUESTION, 7)
        assert sql.endswith(" LIMIT %s")
        assert parameters[-1] == 7


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["name", "-name", "-updated_at", "-this_year", "city"])
@pytest.mark.parametrize("count", [1, 3])
def test_every_order_lists_the_same_hits(sort: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [make.customer(f"合肥{n}仪表厂", city="合肥市") for n in range(count)]
    everybody = [*made, make.customer("芜湖造船厂", city="芜湖市")]
    for customer in everybody:
        make.summary(customer)
    index_records(registry.by_slug("customers"), [customer.pk for customer in everybody])
    bulk.analyse()
    monkeypatch.setattr(listing, "COUNT_LIMIT", 0)  # every list is a long one
    query = Query(Catalogue(registry.by_slug("customers"), Actor.system()), None, (), sort, q="合肥")
    found = [row[1] for row in listing.page(query, ["name"]).rows]
    assert sorted(found) == sorted(customer.name for customer in made)
    if sort.endswith("name"):
        assert found == sorted(found, reverse=sort.startswith("-"))
    around = {pk: listing.neighbours(query, pk) for pk in (customer.pk for customer in made)}
    assert sum(before is None for before, _after in around.values()) == 1
    assert sum(after is None for _before, after in around.values()) == 1


@pytest.mark.django_db
def test_only_in_the_order_of_searched_words_are_hits_read_first() -> None:
    query = Query(Catalogue(registry.by_slug("customers"), Actor.system()), None, (), "name", q="合肥")
    assert str(MOST_LISTED) in str(query.rows(order="name").query)
    assert (str(MOST_LISTED) in str(query.rows(order="updated_at").query)) == (connection.vendor == "sqlite")


@pytest.mark.django_db
def test_words_collected_in_bulk_are_found_and_leave_the_usual_options() -> None:
    index = words()
    with index.in_bulk():
        index.put([(900_001, ["合肥", "^合肥"]), (900_002, ["芜湖"])])
    sql, parameters = index.select([[Phrase(("合肥",))]], 5)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        assert cursor.fetchall() == [(900_001,)]
        if connection.vendor == "sqlite":
            cursor.execute("SELECT k, v FROM records_words_config WHERE k IN ('hashsize', 'automerge')")
            assert dict(cursor.fetchall()) == {"hashsize": USUAL_BYTES, "automerge": USUAL_MERGE}
