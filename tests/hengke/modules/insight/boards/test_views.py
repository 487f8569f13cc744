"""Pages of boards: what each role sees first, the own scope, tiles fetched later, and what a page costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.modules.insight.boards import answers
from hengke.modules.insight.models import Board
from hengke.modules.insight.services import boards
from hengke.modules.insight.services.boards import NewTile
from tests.factories.people import person

from .conftest import head, log_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def _tile(page: str, title: str) -> str:
    found = re.search(
        rf'<section class="card bd-tile(?:(?!</section>).)*>{title}<.*?</section>', page, re.DOTALL
    )
    assert found is not None, title
    return found[0]


def test_a_director_first_sees_the_board_of_the_role(boss: Client) -> None:
    page = text(boss, "/boards")
    assert "所长仪表板" in page
    billed = _tile(page, "应收")
    assert "1,000" in billed
    assert "+42.9%" in billed
    assert 'href="/pivot?' in billed


def test_a_laboratory_head_sees_the_own_lines_on_the_same_kind_of_tile(client: Client) -> None:
    billed = _tile(text(head(client), "/boards"), "应收")
    assert "550" in billed
    assert "1,000" not in billed


def test_the_desk_sees_counts_but_no_amounts_and_no_way_into_the_pivot(client: Client) -> None:
    page = text(log_in(client, "desk", Role.BUSINESS_DESK), "/boards")
    assert ">4<" in _tile(page, "检测台件")
    assert "应收" not in page
    assert "/pivot?" not in page


def test_whoever_may_see_no_board_is_refused(client: Client) -> None:
    assert client.get("/boards").status_code == 302
    log_in(client, "system", Role.SYSTEM_ADMINISTRATOR)
    for url in ("/boards", "/boards/ready/director", "/boards/stand", "/boards/1", "/questions"):
        assert client.get(url).status_code == 403, url


def test_a_board_of_another_role_does_not_exist(client: Client) -> None:
    assert head(client).get("/boards/ready/director").status_code == 404


def test_a_shared_board_shows_each_viewer_the_own_scope(client: Client, actor: Actor) -> None:
    board = boards.create(
        actor=actor, name="全所", tiles=[NewTile("总额", "figure", "values=billed&period=2025")]
    )
    head(client)
    assert client.get(f"/boards/{board.pk}").status_code == 404
    boards.share(board, actor=actor, roles=[Role.LABORATORY_HEAD], leads=True)
    assert "550" in _tile(text(client, f"/boards/{board.pk}"), "总额")
    assert "全所" in text(client, "/boards").split("<h1>")[1][:80]
    assert "edit=1" not in text(client, f"/boards/{board.pk}?edit=1")


def test_the_period_of_the_page_holds_for_all_tiles(boss: Client) -> None:
    assert "730" in _tile(text(boss, "/boards?period=2024"), "应收")
    assert boss.get("/boards?period=soon").status_code == 400


def test_a_tile_of_hidden_words_says_so_in_a_sentence(client: Client, actor: Actor) -> None:
    board = boards.create(
        actor=actor, name="全所", tiles=[NewTile("等级", "table", "rows=tier&values=billed")]
    )
    boards.share(board, actor=actor, roles=[Role.LABORATORY_HEAD], leads=False)
    assert "您的角色看不到" in _tile(text(head(client), f"/boards/{board.pk}"), "等级")


def test_tiles_beyond_the_budget_are_fetched_one_by_one(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "BUDGET", -1.0)
    page = text(boss, "/boards")
    url = re.search(r'hx-get="(/boards/ready/director/tiles/0)"', page)
    assert url is not None
    assert "1,000" not in page
    assert "built/htmx" in page
    assert "1,000" in text(boss, url[1])
    assert boss.get("/boards/ready/director/tiles/999").status_code == 404
    monkeypatch.undo()
    whole = text(boss, "/boards")
    assert "1,000" in whole
    assert "built/htmx" not in whole


def test_the_stand_is_the_number_of_the_build(boss: Client) -> None:
    assert boss.get("/boards/stand").json() == {"build": 1}


def test_before_the_first_import_the_page_says_what_to_do(boss: Client, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path / "nothing"
    assert "请先导入台账" in text(boss, "/boards")
    assert "请先导入台账" in text(boss, "/questions")


def test_a_page_costs_the_same_queries_for_one_tile_and_for_many(
    boss: Client, actor: Actor, django_assert_num_queries: Any
) -> None:
    tile = NewTile("客户", "table", "rows=customer&values=billed")
    few = boards.create(actor=actor, name="一", tiles=[tile])
    many = boards.create(actor=actor, name="三", tiles=[tile, tile, tile])
    text(boss, f"/boards/{few.pk}")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        text(boss, f"/boards/{few.pk}")
    with django_assert_num_queries(len(asked)):
        text(boss, f"/boards/{many.pk}")


def test_an_empty_board_says_what_to_do(boss: Client, actor: Actor) -> None:
    board = boards.create(actor=actor, name="空的")
    assert "还没有卡片" in text(boss, f"/boards/{board.pk}")


def test_boards_of_others_are_not_listed(boss: Client) -> None:
    other = Actor.of(person("other"))
    boards.create(actor=other, name="别人的")
    assert "别人的" not in text(boss, "/boards")
    assert boss.get(f"/boards/{Board.objects.get().pk}").status_code == 404
