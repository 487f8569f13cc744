"""Doors through which boards change: what they do, and whom they refuse."""

from __future__ import annotations

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.modules.insight.models import Board, Tile
from hengke.modules.insight.services import boards
from hengke.modules.insight.services.boards import NewTile

from .conftest import head, log_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


@pytest.fixture
def board(actor: Actor) -> Board:
    tiles = [
        NewTile(name, "chart", f"rows=laboratory&values=billed&sort={name}") for name in ("0", "-0", "name")
    ]
    return boards.create(actor=actor, name="我的", tiles=tiles)


def _titles(board: Board) -> list[str]:
    return [tile.title for tile in board.tiles.all()]


def _do(client: Client, tile: Tile, **words: object) -> int:
    return client.post(f"/boards/tiles/{tile.pk}/change", words).status_code


def test_a_ready_board_is_copied_with_all_its_tiles(boss: Client) -> None:
    response = boss.post("/boards/ready/director/copy")
    board = Board.objects.get()
    assert response.url == f"/boards/{board.pk}?edit=1"  # type: ignore[attr-defined]
    assert (board.name, board.tiles.count()) == ("所长仪表板（我的）", 13)
    page = text(boss, f"/boards/{board.pk}?edit=1")
    assert page.count('draggable="true"') == 13
    assert "1,000" in page


def test_tiles_move_by_steps_and_to_a_place(boss: Client, board: Board) -> None:
    first, _second, third = board.tiles.all()
    assert _do(boss, first, do="later") == 302
    assert _titles(board) == ["-0", "0", "name"]
    _do(boss, first, do="earlier")
    _do(boss, third, do="place", before=str(first.pk))
    assert _titles(board) == ["name", "0", "-0"]
    _do(boss, third, do="place", before="")
    assert _titles(board) == ["0", "-0", "name"]
    _do(boss, first, do="earlier")
    assert _titles(board) == ["0", "-0", "name"]


def test_tiles_grow_and_shrink_within_the_board(boss: Client, board: Board) -> None:
    tile = board.tiles.all()[0]
    for step, expected in (
        ("wider", (3, 2)),
        ("wider", (4, 2)),
        ("wider", (4, 2)),
        ("lower", (4, 1)),
        ("lower", (4, 1)),
    ):
        _do(boss, tile, do=step)
        tile.refresh_from_db()
        assert (tile.width, tile.height) == expected


def test_a_tile_is_renamed_shown_otherwise_and_removed(boss: Client, board: Board) -> None:
    tile = board.tiles.all()[0]
    _do(boss, tile, do="rename", title="检验室", kind="table")
    tile.refresh_from_db()
    assert (tile.title, tile.kind) == ("检验室", "table")
    assert _do(boss, tile, do="rename", title="", kind="table") == 400
    assert _do(boss, tile, do="rename", title="x", kind="film") == 400
    assert _do(boss, tile, do="fly") == 400
    _do(boss, tile, do="remove")
    assert _titles(board) == ["-0", "name"]


def test_nobody_arranges_the_board_of_another(client: Client, board: Board) -> None:
    tile = board.tiles.all()[0]
    log_in(client, "other", Role.DIRECTOR)
    assert _do(client, tile, do="remove") == 404
    for url in ("change", "share", "delete"):
        assert client.post(f"/boards/{board.pk}/{url}", {"name": "x"}).status_code == 404
    assert (
        client.post("/boards/add", {"state": "values=billed", "title": "x", "board": board.pk}).status_code
        == 404
    )
    assert (board.tiles.count(), Board.objects.get().name) == (3, "我的")


def test_only_who_may_share_shares(client: Client) -> None:
    head(client).post("/boards/new", {"name": "本室"})
    board = Board.objects.get()
    assert client.post(f"/boards/{board.pk}/share", {"role": Role.LABORATORY_HEAD}).status_code == 403
    assert "共享给角色" not in text(client, f"/boards/{board.pk}?edit=1")


def test_sharing_is_a_row_of_the_audit(boss: Client, board: Board) -> None:
    assert "共享给角色" in text(boss, f"/boards/{board.pk}?edit=1")
    boss.post(f"/boards/{board.pk}/share", {"role": [Role.LABORATORY_HEAD], "leads": "on"})
    board.refresh_from_db()
    assert (board.roles, board.leads) == ([Role.LABORATORY_HEAD], True)
    assert Event.objects.get(kind="board.shared").payload["roles"] == [Role.LABORATORY_HEAD]
    assert boss.post(f"/boards/{board.pk}/share", {"role": ["nobody"]}).status_code == 400


def test_a_question_is_put_on_a_board_or_on_a_new_one(boss: Client, board: Board) -> None:
    state = "rows=city&values=billed&chart=pie"
    boss.post("/boards/add", {"state": state, "title": "城市", "kind": "chart", "board": board.pk})
    assert _titles(board)[-1] == "城市"
    boss.post("/boards/add", {"state": state, "title": "城市", "kind": "figure", "board": ""})
    new = Board.objects.latest("pk")
    assert (new.name, new.tiles.get().query) == ("我的仪表板", state)
    assert boss.post("/boards/add", {"state": "rows=nothing&values=billed", "title": "x"}).status_code == 400


def test_a_board_is_renamed_and_put_away(boss: Client, board: Board) -> None:
    boss.post(f"/boards/{board.pk}/change", {"name": "早会"})
    assert "早会" in text(boss, f"/boards/{board.pk}")
    assert boss.post(f"/boards/{board.pk}/change", {"name": " "}).status_code == 400
    boss.post(f"/boards/{board.pk}/delete")
    assert boss.get(f"/boards/{board.pk}").status_code == 404


def test_a_shared_board_is_copied_to_be_arranged(client: Client, actor: Actor, board: Board) -> None:
    boards.share(board, actor=actor, roles=[Role.LABORATORY_HEAD], leads=False)
    head(client).post(f"/boards/{board.pk}/copy")
    copy = Board.objects.latest("pk")
    assert copy.owner_id != board.owner_id
    assert copy.tiles.count() == 3
