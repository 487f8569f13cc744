"""Boards that ship: whose they are, and that each of their tiles can be answered."""

from __future__ import annotations

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.standing import Standing
from hengke.modules.insight.boards import shipped
from hengke.modules.insight.boards.answers import Asker
from hengke.modules.insight.boards.tiles import drawn


@pytest.mark.parametrize("board", shipped.BOARDS, ids=lambda board: board.slug)
@pytest.mark.django_db
@pytest.mark.usefixtures("warehouse")
def test_no_tile_of_a_board_fails(board: shipped.Shipped) -> None:
    actor = Actor(user_id=1, role=board.roles[0], laboratory="长度室", unit_path="/1/11/")
    asker = Asker.of(actor)
    tiles = drawn(shipped.asked(board, asker.catalogue), asker, patient=True)
    assert len(tiles) >= 6
    assert [tile.asked.title for tile in tiles if tile.words or tile.waiting] == []


def test_the_main_role_comes_first() -> None:
    both = Actor(user_id=1, role=Role.LABORATORY_HEAD, standing=Standing(roles=(Role.DIRECTOR,)))
    assert [board.slug for board in shipped.of(both)] == ["laboratory_head", "director"]
    assert shipped.of(Actor(user_id=1, role=Role.AUDIT_ADMINISTRATOR)) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("warehouse")
def test_tiles_without_their_words_are_left_out(client: Client) -> None:
    asker = Asker.of(Actor(user_id=1, role=Role.BUSINESS_DESK))
    director = next(board for board in shipped.BOARDS if board.slug == "director")
    left = shipped.asked(director, asker.catalogue)
    assert [tile.state.values for tile in left] == [(("lines", "value"),)]
