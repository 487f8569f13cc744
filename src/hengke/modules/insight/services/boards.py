"""Making, arranging and sharing boards. Only their owner changes them; each change leaves one event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.people import known_roles
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.texts import is_usable
from hengke.modules.insight.enums import TileKind
from hengke.modules.insight.models import Board, Tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hengke.engines.access.actor import Actor

SUBJECT = "insight.board"
MOST_BOARDS, MOST_TILES = 30, 16
WIDEST, HIGHEST = 4, 4
LONGEST = 4_000


@dataclass(frozen=True)
class NewTile:
    """A tile that is about to stand on a board."""

    title: str
    kind: str
    query: str
    width: int = 2
    height: int = 2


def visible(actor: Actor) -> list[Board]:
    """The actor's own boards, then those shared with a role of the actor's. One query."""
    rows = Board.objects.filter(deleted_at=None).order_by("pk")
    mine = [row for row in rows if row.owner_id == actor.user_id]
    return [*mine, *(row for row in rows if row.owner_id != actor.user_id and {*actor.roles} & {*row.roles})]


def create(*, actor: Actor, name: str, tiles: Iterable[NewTile] = ()) -> Board:
    """A new board of the actor's own."""
    grants.require(actor, "add", SUBJECT)
    if Board.objects.filter(owner_id=actor.user_id, deleted_at=None).count() >= MOST_BOARDS:
        raise InputError("boards_many", "You have {n} boards. Delete one first.", n=MOST_BOARDS)
    if actor.user_id is None:
        raise InputError("board_nobody", "A board belongs to a person.")
    with transaction.atomic():
        board = Board.objects.create(owner_id=actor.user_id, name=_name(name))
        Tile.objects.bulk_create(
            _row(board, place, tile) for place, tile in enumerate(list(tiles)[:MOST_TILES])
        )
        events.record("board.created", actor=actor, subject=board, payload={"name": board.name})
    return board


def rename(board: Board, *, actor: Actor, name: str) -> None:
    """Another name."""
    with _changing(board, actor, {"name": _name(name)}):
        board.name = _name(name)
        board.save(update_fields=["name"])


def share(board: Board, *, actor: Actor, roles: Sequence[str], leads: bool) -> None:
    """Show the board to everybody who holds one of the roles; to none when there are none."""
    grants.require(actor, "share", SUBJECT)
    if not {*roles} <= known_roles().keys():
        raise InputError("role_unknown", "Choose at least one of the roles.")
    with _changing(board, actor, {"roles": list(roles), "leads": leads}, kind="board.shared"):
        board.roles, board.leads = list(roles), leads and bool(roles)
        board.save(update_fields=["roles", "leads"])


def delete(board: Board, *, actor: Actor) -> None:
    """Put a board away."""
    with _changing(board, actor, {"name": board.name}, kind="board.deleted"):
        board.deleted_at = clock.now()
        board.save(update_fields=["deleted_at"])


def add_tile(board: Board, *, actor: Actor, tile: NewTile) -> Tile:
    """Put a tile at the end of a board."""
    last = board.tiles.order_by("-position").first()
    if board.tiles.count() >= MOST_TILES:
        raise InputError("tiles_many", "A board has room for {n} tiles. Make another board.", n=MOST_TILES)
    row = _row(board, last.position + 1 if last else 0, tile)
    with _changing(board, actor, {"added": row.title}):
        row.save()
    return row


def retitle(tile: Tile, *, actor: Actor, title: str, kind: str) -> None:
    """Another title, and another way of showing the answer."""
    tile.title, tile.kind = _title(title), _kind(kind)
    with _changing(tile.board, actor, {"tile": tile.title, "kind": tile.kind}):
        tile.save(update_fields=["title", "kind"])


def resize(tile: Tile, *, actor: Actor, wider: int = 0, higher: int = 0) -> None:
    """Make a tile wider or narrower, higher or lower, within the board."""
    tile.width = min(max(tile.width + wider, 1), WIDEST)
    tile.height = min(max(tile.height + higher, 1), HIGHEST)
    with _changing(tile.board, actor, {"tile": tile.title, "size": [tile.width, tile.height]}):
        tile.save(update_fields=["width", "height"])


def move(tile: Tile, *, actor: Actor, place: int) -> None:
    """Put a tile at another place among those of its board, counted from 0."""
    others = list(tile.board.tiles.exclude(pk=tile.pk))
    others.insert(min(max(place, 0), len(others)), tile)
    for position, row in enumerate(others):
        row.position = position
    with _changing(tile.board, actor, {"tile": tile.title, "place": others.index(tile)}):
        Tile.objects.bulk_update(others, ["position"])


def remove(tile: Tile, *, actor: Actor) -> None:
    """Take a tile from its board."""
    with _changing(tile.board, actor, {"removed": tile.title}):
        tile.delete()


@contextmanager
def _changing(
    board: Board, actor: Actor, payload: dict[str, Any], kind: str = "board.changed"
) -> Iterator[None]:
    grants.require(actor, "delete" if kind == "board.deleted" else "change", SUBJECT)
    if board.owner_id != actor.user_id:
        raise NotFound(
            "board_not_yours", "This board does not exist, or somebody else made it: copy it first."
        )
    with transaction.atomic():
        yield
        events.record(kind, actor=actor, subject=board, payload=payload)


def _row(board: Board, position: int, tile: NewTile) -> Tile:
    if len(tile.query) > LONGEST or not is_usable(tile.query):
        raise InputError("address_unusable", "The address holds something that no page can be asked.")
    return Tile(
        board=board, position=position, title=_title(tile.title), kind=_kind(tile.kind), query=tile.query,
        width=min(max(tile.width, 1), WIDEST), height=min(max(tile.height, 1), HIGHEST),
    )  # fmt: skip


def _name(name: str) -> str:
    if not (name := name.strip()) or len(name) > 60 or not is_usable(name):
        raise InputError("board_name", "Give the board a name of at most 60 characters.")
    return name


def _title(title: str) -> str:
    if not (title := title.strip()) or len(title) > 80 or not is_usable(title):
        raise InputError("tile_title", "Give the tile a title of at most 80 characters.")
    return title


def _kind(kind: str) -> str:
    if kind not in TileKind.values:
        raise InputError("tile_kind", "A tile shows one figure, a chart or a table.")
    return kind
