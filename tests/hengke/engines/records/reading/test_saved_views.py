"""Views that people save, and lists folded to groups."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.records.models import SavedView
from hengke.engines.records.reading import saved
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema import registry
from hengke.engines.records.shapes import groups
from tests.factories import customers as make
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def _save(client: Client, state: str, name: str = "合肥的", **more: str) -> SavedView:
    client.post("/customers/views", {"name": name, "state": state, "shape": "list"} | more)
    return SavedView.objects.get(name=name)


def test_saved_view_is_a_tab_that_shows_the_same_list_again(boss: Client) -> None:
    for name, city in (("甲厂", "合肥市"), ("乙厂", "芜湖市")):
        make.summary(make.customer(name, city=city))
    view = _save(boss, "?city=合肥市&sort=name")
    page = boss.get(f"/customers?view=s{view.pk}").content.decode()
    assert "甲厂" in page
    assert "乙厂" not in page
    assert "合肥的" in boss.get("/customers").content.decode()
    assert Event.objects.get().kind == "view.saved"


def test_view_keeps_its_columns_whatever_the_person_chooses_later(boss: Client) -> None:
    make.summary(make.customer("甲厂", industry="化工"))
    boss.post("/customers/columns", {"column": ["industry"]})
    view = _save(boss, "?")
    boss.post("/customers/columns", {"column": ["number"]})
    assert "化工" in boss.get(f"/customers?view=s{view.pk}").content.decode()
    assert "化工" not in boss.get("/customers").content.decode()


def test_view_made_from_a_shipped_one_stands_alone(boss: Client) -> None:
    view = _save(boss, "?view=growing&city=合肥市")
    assert view.state["filter"] == {"and": [["growth", "gt", "0.2"], ["city", "eq", "合肥市"]]}
    assert view.state["sort"] == "-growth"


def test_own_view_is_private_and_a_shared_one_is_everybodys_but_only_its_maker_changes_it(
    boss: Client,
) -> None:
    private, shared = _save(boss, "?city=合肥市"), _save(boss, "?city=芜湖市", "公开的", shared="on")
    other = Client()
    other.force_login(person("other"))
    page = other.get("/customers").content.decode()
    assert "公开的" in page
    assert "合肥的" not in page
    assert other.get(f"/customers?view=s{private.pk}").status_code == 400
    assert other.post(f"/customers/views/{shared.pk}/delete").status_code == 404
    assert other.post(f"/customers/views/{shared.pk}", {"name": "x", "state": "?"}).status_code == 404


def test_view_over_fields_that_do_not_exist_for_somebody_is_not_offered_to_them(boss: Client) -> None:
    _save(boss, "?tier=vip", "大客户", shared="on")
    desk = Client()
    desk.force_login(person("desk", Role.BUSINESS_DESK))
    assert "大客户" not in desk.get("/customers").content.decode()


def test_deleted_view_comes_back(boss: Client) -> None:
    view = _save(boss, "?city=合肥市")
    boss.post(f"/customers/views/{view.pk}/delete")
    boss.get("/contacts")  # takes the messages
    assert "合肥的" not in boss.get("/customers").content.decode()
    assert boss.get(f"/customers?view=s{view.pk}").status_code == 400
    boss.post(f"/customers/views/{view.pk}/restore")
    assert boss.get(f"/customers?view=s{view.pk}").status_code == 200


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_view_needs_a_name(boss: Client, name: str) -> None:
    assert boss.post("/customers/views", {"name": name, "state": "?"}).status_code == 400
    assert SavedView.objects.count() == 0


def test_two_views_of_one_name_are_refused(boss: Client) -> None:
    _save(boss, "?city=合肥市")
    assert boss.post("/customers/views", {"name": "合肥的", "state": "?"}).status_code == 400


def test_groups_partition_the_list_and_lead_to_their_parts(boss: Client) -> None:
    for n, city in enumerate(("合肥市", "合肥市", "芜湖市", "")):
        make.summary(make.customer(f"客户{n}", city=city), this_year="10000.00")
    page = boss.get("/customers?group=city").content.decode()
    assert page.count("data-row-link") == 3
    catalogue = Catalogue(registry.by_slug("customers"), actor("reader"))
    found = groups.read(Query.read(catalogue, QueryDict("group=city")), "/customers")
    assert [(g.label, g.count, g.sums) for g in found.rows] == [
        ("合肥市", 2, (("本年贡献 万元", "2.0"),)),
        ("空", 1, (("本年贡献 万元", "1.0"),)),
        ("芜湖市", 1, (("本年贡献 万元", "1.0"),)),
    ]
    for group in found.rows:
        assert boss.get(group.url).content.decode().count("data-row-link") == group.count


def test_days_are_grouped_by_month(boss: Client) -> None:
    for n, due in enumerate(("2026-01-31", "2026-02-01", "2026-02-28")):
        make.instrument(make.customer(f"客户{n}"), due=due)
    catalogue = Catalogue(registry.by_slug("instruments"), actor("reader"))
    found = groups.read(Query.read(catalogue, QueryDict("group=due")), "/instruments")
    assert [(g.label, g.count) for g in found.rows] == [("2026年2月", 2), ("2026年1月", 1)]
    for group in found.rows:
        assert boss.get(group.url).content.decode().count("data-row-link") == group.count


@pytest.mark.parametrize("field", ["name", "this_year", "remark", "no_such", "owner__password"])
def test_what_cannot_be_grouped_is_refused(boss: Client, field: str) -> None:
    assert boss.get("/customers", {"group": field}).status_code == 400


def test_number_of_views_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "LIMIT", 1)
    catalogue = Catalogue(registry.by_slug("customers"), actor("busy"))
    saved.save(catalogue, name="一", shared=False, state={})
    with pytest.raises(Exception, match="Delete one first"):
        saved.save(catalogue, name="二", shared=False, state={})
