"""Services over boards: bounds, order, and who may do what."""

from __future__ import annotations

from typing import Any

import pytest

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.modules.insight.models import Board
from hengke.modules.insight.services import boards
from hengke.modules.insight.services.boards import NewTile
from tests.factories.people import person

pytestmark = pytest.mark.django_db
TILE = NewTile("x", "chart", "values=billed")


@pytest.fixture
def boss() -> Actor:
    return Actor.of(person("boss"))


def test_own_boards_come_before_shared_ones(boss: Actor) -> None:
    other = Actor.of(person("other"))
    shared = boards.create(actor=other, name="共享")
    boards.share(shared, actor=other, roles=[Role.DIRECTOR], leads=False)
    boards.create(actor=other, name="私人")
    mine = boards.create(actor=boss, name="我的")
    assert boards.visible(boss) == [mine, shared]
    boards.share(shared, actor=other, roles=[], leads=True)
    assert not Board.objects.get(name="共享").leads
    assert boards.visible(boss) == [mine]


def test_boards_and_tiles_are_bounded(boss: Actor, monkeypatch: Any) -> None:
    monkeypatch.setattr(boards, "MOST_BOARDS", 1)
    monkeypatch.setattr(boards, "MOST_TILES", 1)
    board = boards.create(actor=boss, name="一", tiles=[TILE, TILE])
    assert board.tiles.count() == 1
    with pytest.raises(InputError, match="room for 1"):
        boards.add_tile(board, actor=boss, tile=TILE)
    with pytest.raises(InputError, match="You have 1"):
        boards.create(actor=boss, name="二")


@pytest.mark.parametrize(("name", "tile"), [
    ("", TILE), ("x" * 61, TILE), ("a\x00", TILE), ("x", NewTile("", "chart", "")), ("x", NewTile("x", "film", "")),
    ("x", NewTile("x", "chart", "y" * 5_000)), ("x", NewTile("x" * 81, "chart", "")),
])  # fmt: skip
def test_what_cannot_be_stored_is_refused(boss: Actor, name: str, tile: NewTile) -> None:
    with pytest.raises(InputError):
        boards.create(actor=boss, name=name, tiles=[tile])
    assert not Board.objects.exists()


def test_only_the_owner_changes_a_board(boss: Actor) -> None:
    board = boards.create(actor=boss, name="一", tiles=[TILE])
    other = Actor.of(person("other"))
    for change in (
        lambda: boards.rename(board, actor=other, name="x"), lambda: boards.delete(board, actor=other),
        lambda: boards.share(board, actor=other, roles=[], leads=False),
        lambda: boards.remove(board.tiles.get(), actor=other), lambda: boards.add_tile(board, actor=other, tile=TILE),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            change()
    assert board.tiles.count() == 1


def test_who_sees_no_boards_makes_none() -> None:
    with pytest.raises(NotAllowed):
        boards.create(actor=Actor.of(person("audit", Role.AUDIT_ADMINISTRATOR)), name="x")
