"""Lists: every row exactly once over all pages, bounded counts, totals, columns, chips."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.models import User
from hengke.engines.records.reading import listing
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.reading.plans import walking_paths
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import bulk
from hengke.kernel.filters import EVERYTHING, Condition, Filter, Or
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db
GROWTHS = [None, 0.5, -0.2, 0.5, None, 1.5, 0.5, None, 0.0]


@pytest.fixture
def director() -> Catalogue:
    for n, growth in enumerate(GROWTHS):
        customer = make.customer(f"客户{n}", city=make.CITIES[n % 3])
        make.summary(customer, growth=growth, this_year=Decimal(n // 2), tier="vip" if n % 2 else "small")
    return Catalogue(registry.by_slug("customers"), actor("boss"))


def _query(catalogue: Catalogue, address: str) -> listing.Query:
    return listing.Query.read(catalogue, QueryDict(address))


def _walk(query: listing.Query, *, back: bool = False) -> list[list[int]]:
    """The keys of all pages of two, forwards, or from the last one backwards."""
    page = listing.page(query, [], size=2)
    pages = [[row[0] for row in page.rows]]
    while page.next:
        page = listing.page(query, [], size=2, after=page.next)
        pages.append([row[0] for row in page.rows])
    if back:
        pages = [[row[0] for row in page.rows]]
        while page.previous:
            page = listing.page(query, [], size=2, before=page.previous)
            pages.insert(0, [row[0] for row in page.rows])
    return pages


@pytest.mark.parametrize("limit", [listing.COUNT_LIMIT, 3])
@pytest.mark.parametrize(
    "sort",
    ["growth", "-growth", "this_year", "-this_year", "name", "-name", "city", "-last_on", "created_at"],
)
def test_pages_show_every_row_once_in_both_directions(
    director: Catalogue, sort: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A small limit sends the list down the way of long ones.
    monkeypatch.setattr(listing, "COUNT_LIMIT", limit)
    query = _query(director, f"sort={sort}")
    forwards = [key for keys in _walk(query) for key in keys]
    assert sorted(forwards) == sorted(Customer.objects.values_list("pk", flat=True))
    assert [key for keys in _walk(query, back=True) for key in keys] == forwards


@pytest.mark.parametrize("limit", [listing.COUNT_LIMIT, 3])
def test_missing_values_come_last_both_ways(
    director: Catalogue, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNT_LIMIT", limit)
    for sort, expected in (
        ("-growth", [1.5, 0.5, 0.5, 0.5, 0.0, -0.2]),
        ("growth", [-0.2, 0.0, 0.5, 0.5, 0.5, 1.5]),
    ):
        page = listing.page(_query(director, f"sort={sort}"), ["summary_growth"], size=50)
        assert [row[1] for row in page.rows] == [*expected, None, None, None]


def test_count_is_bounded(director: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        listing.page(_query(director, ""), []).count,
        listing.page(_query(director, ""), []).more_than,
    ) == (9, False)
    monkeypatch.setattr(listing, "COUNT_LIMIT", 4)
    page = listing.page(_query(director, ""), [])
    assert (page.count, page.more_than) == (4, True)


@pytest.mark.parametrize(("address", "numbers"), [
    ("city=合肥市", {0, 3, 6}),
    ("city=合肥市&city=芜湖市", {0, 1, 3, 4, 6, 7}),
    ("city=合肥市&tier=vip", {3}),
    ("growth__gte=0.5", {1, 3, 5, 6}),
    ("growth__gte=50%25", {1, 3, 5, 6}),
    ("growth__empty=1", {0, 4, 7}),
    ("tier__ne=vip&city=芜湖市", {4}),
    ('filter={"or":[["name","eq","客户1"],["name","eq","客户2"]]}', {1, 2}),
    ('filter={"not":["tier","eq","vip"]}&city=合肥市', {0, 6}),
    ("owner=@me", set()),
    ("short_name__empty=1&name__contains=8", {8}),
    ("last_on__lt=@today-365", set()),
])  # fmt: skip
def test_filters(director: Catalogue, address: str, numbers: set[int]) -> None:
    found = _query(director, address).rows().values_list("name", flat=True)
    assert sorted(found) == sorted(f"客户{n}" for n in numbers)


def test_address_keeps_the_whole_state(director: Catalogue) -> None:
    query = _query(director, "city=合肥市&this_year__gte=1&sort=name&view=vip")
    again = _query(director, query.address().removeprefix("?"))
    assert set(query.rows()) == set(again.rows()) != set()
    assert (again.sort, again.view) == (query.sort, query.view)


def test_laboratory_head_reads_the_own_figures_only() -> None:
    from hengke.engines.access.enums import Role, UnitKind
    from tests.factories.people import unit

    mine, other = make.customer("甲"), make.customer("乙")
    make.summary(mine, this_year=Decimal("900.00"), tier="vip")
    make.summary(mine, "长度室", this_year=Decimal("7.00"))
    make.summary(other, this_year=Decimal("1.00"))
    head = actor("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY))
    catalogue = Catalogue(registry.by_slug("customers"), head)
    assert "tier" not in catalogue.fields
    assert "rank" not in catalogue.fields
    page = listing.page(_query(catalogue, ""), ["name", "summary_this_year"], totals=["this_year"])
    assert [row[1:] for row in page.rows] == [("甲", Decimal("7.00"))]
    assert _query(catalogue, "this_year__gte=8").rows().count() == 0


def test_sums_stand_under_a_short_list(client: Client) -> None:
    client.force_login(person("boss"))
    for n in range(3):
        make.summary(make.customer(f"客户{n}"), this_year=Decimal("10000.00"))
    assert '<td class="num">3.0</td>' in client.get("/customers").content.decode()


def test_person_chooses_columns(client: Client) -> None:
    client.force_login(person("boss"))
    make.customer(address="望江西路 1 号")
    assert "望江西路" not in client.get("/customers").content.decode()
    assert client.post("/customers/columns", {"column": ["address", "city", "city"]}).status_code == 302
    assert User.objects.get(username="boss").preferences["columns"]["customers"] == ["address", "city"]
    page = client.get("/customers").content.decode()
    assert page.index("望江西路") < page.rindex("合肥市")
    client.post("/customers/columns", {"usual": "1"})
    assert "望江西路" not in client.get("/customers").content.decode()


def test_fragment_has_no_shell(client: Client) -> None:
    client.force_login(person("boss"))
    make.customer()
    part = client.get("/customers", headers={"HX-Request": "true"})
    assert part["Vary"].startswith("HX-Request")
    assert "<html" not in part.content.decode()
    assert "合肥供水集团有限公司" in part.content.decode()


def test_names_are_text_in_every_place(client: Client) -> None:
    client.force_login(person("boss"))
    evil = '"><img src=x onerror=alert(1)>{{ request }}'
    customer = make.customer(evil, short_name=evil, address=evil, city=evil[:30])
    make.contact(customer, evil[:60], role=evil[:60])
    for url in ("/customers", f"/customers/{customer.pk}", f"/customers/{customer.pk}/edit", "/contacts",
                f"/search?q={evil[3:20]}", f"/customers?name={evil}", "/search/suggest?q=img"):  # fmt: skip
        page = client.get(url).content.decode()
        assert "<img" not in page, url


def test_previous_and_next_follow_the_list(client: Client) -> None:
    client.force_login(person("boss"))
    found = [make.customer(f"客户{n}", city="合肥市" if n != 1 else "芜湖市") for n in range(3)]
    page = client.get(f"/customers/{found[0].pk}", {"city": "合肥市", "sort": "name"}).content.decode()
    assert f'rel="next" href="/customers/{found[2].pk}?' in page
    assert 'rel="prev"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("created_at__gt=2024-01-01", 200),
        ("created_at__lt=2024-01-01T08:00:00%2B08:00", 200),
        ("created_at__lt=0001-01-01", 400),
        ("created_at__gt=9999-12-31", 400),
        ("this_year__gt=NaN", 400),
    ],
)
def test_conditions_on_days_and_amounts_are_shown_or_refused(client: Client, words: str, status: int) -> None:
    client.force_login(person("days"))
    assert client.get(f"/customers?{words}").status_code == status


@pytest.mark.parametrize("name", [f.name for f in registry.by_slug("customers").fields if f.sort])
@pytest.mark.parametrize("way", ["", "-"])
def test_every_order_of_the_customers_is_walked_in_an_index(director: Catalogue, name: str, way: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("asks for SQLite's plan")
    bulk.analyse()
    query = _query(director, f"sort={way}{name}")
    rows = listing._long(query, None, False, 3).order_by(*query.order.by())
    plan = rows.values_list("pk", query.order.path)[:3].explain()
    # The keys of own columns come from a subquery, whose few rows are sorted once more.
    keys = plan.partition("LIST SUBQUERY")[2].partition("SEARCH customers_customer")[0] or plan
    assert "TEMP B-TREE" not in keys, plan


def test_a_long_list_of_one_city_is_read_in_the_order_of_names_by_one_index(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by itself")
    monkeypatch.setattr(listing, "COUNT_LIMIT", 5)
    for n in range(20):
        make.customer(f"{n}厂", city=make.CITIES[n % 2])
    catalogue = Catalogue(registry.by_slug("customers"), actor("boss"))
    query = Query.read(catalogue, QueryDict(urlencode({"city": make.CITIES[0], "sort": "name"})))
    with CaptureQueriesContext(connection) as seen:
        listing.page(query, ["name"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + seen.captured_queries[-1]["sql"])
        plan = [str(row[3]) for row in cursor.fetchall()]
    assert any("INDEX customer_city_name (city=?" in step for step in plan), plan


@pytest.mark.parametrize(("where", "order", "walked"), [
    (Condition("city", "eq", "x"), "name", False), (Condition("city", "eq", "x"), "number", True),
    (Condition("city", "in", ("x", "y")), "name", True), (EVERYTHING, "name", True),
    (Or((Condition("city", "eq", "x"), Condition("city", "ne", "y"))), "name", True),
])  # fmt: skip
def test_other_conditions_leave_the_order_to_be_walked(where: Filter, order: str, walked: bool) -> None:
    catalogue = Catalogue(registry.by_slug("customers"), actor("boss"))
    assert (walking_paths(catalogue, order, where)["city"] == "city__unindexed") is walked
