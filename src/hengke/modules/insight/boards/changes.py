"""Doors through which boards are made, arranged and shared; each leads back to the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.boards import shipped, views
from hengke.modules.insight.boards.answers import SUBJECT, Asker
from hengke.modules.insight.models import Board, Tile
from hengke.modules.insight.pivot.state import State, question
from hengke.modules.insight.services import boards
from hengke.modules.insight.services.boards import NewTile

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS: Mapping[str, dict[str, int]] = {
    "wider": {"wider": 1}, "narrower": {"wider": -1}, "higher": {"higher": 1}, "lower": {"higher": -1},
}  # fmt: skip


@require_POST
def new(request: StaffRequest) -> HttpResponse:
    """An empty board of one's own."""
    board = boards.create(actor=request.actor, name=request.POST.get("name", ""))
    return _to(board)


@require_POST
def copy_ready(request: StaffRequest, slug: str) -> HttpResponse:
    """A board of one's own with the tiles of one that ships."""
    grants.require(request.actor, "add", SUBJECT)
    ready, asker = views.shipped_board(request, slug), Asker.of(request.actor)
    tiles = [
        NewTile(tile.title, tile.kind, tile.state.query(), tile.width, tile.height)
        for tile in shipped.asked(ready, asker.catalogue)
    ]
    return _to(
        boards.create(actor=request.actor, name=_("{name} (my own)").format(name=_(ready.label)), tiles=tiles)
    )


@require_POST
def copy_own(request: StaffRequest, pk: int) -> HttpResponse:
    """A board of one's own with the tiles of another one."""
    grants.require(request.actor, "add", SUBJECT)
    board = views.visible_board(pk, boards.visible(request.actor))
    tiles = [
        NewTile(tile.title, tile.kind, tile.query, tile.width, tile.height) for tile in board.tiles.all()
    ]
    name = _("{name} (my own)").format(name=board.name)[:60]
    return _to(boards.create(actor=request.actor, name=name, tiles=tiles))


@require_POST
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Another name for one's own board."""
    board = _mine(request, pk)
    boards.rename(board, actor=request.actor, name=request.POST.get("name", ""))
    return _to(board)


@require_POST
def share(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one's own board to roles."""
    board = _mine(request, pk)
    boards.share(
        board, actor=request.actor, roles=request.POST.getlist("role"), leads="leads" in request.POST
    )
    messages.success(request, _("Saved. Each person sees the board with the own rights."))
    return _to(board)


@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Put one's own board away."""
    board = _mine(request, pk)
    boards.delete(board, actor=request.actor)
    messages.success(request, _("The board %(name)s was deleted.") % {"name": board.name})
    return HttpResponseRedirect("/boards")


@require_POST
def add(request: StaffRequest) -> HttpResponse:
    """Put the question of a page on a board, or on a new one."""
    grants.require(request.actor, "change", SUBJECT)
    state = State.read(QueryDict(request.POST.get("state", "")))
    asker = Asker.of(request.actor)
    question(state, asker.catalogue, asker.span)
    tile = NewTile(request.POST.get("title", ""), request.POST.get("kind", "chart"), state.query())
    chosen = request.POST.get("board", "")
    if chosen:
        board = _mine(request, int(chosen) if is_whole(chosen) else 0)
        row = boards.add_tile(board, actor=request.actor, tile=tile)
    else:
        board = boards.create(
            actor=request.actor, name=request.POST.get("name") or _("My board"), tiles=[tile]
        )
        row = board.tiles.get()
    messages.success(
        request, _("%(title)s now stands on the board %(name)s.") % {"title": row.title, "name": board.name}
    )
    return _to(board, row)


@require_POST
def tile(request: StaffRequest, pk: int) -> HttpResponse:
    """Move, resize, rename or remove a tile of one's own board."""
    row = Tile.objects.select_related("board").filter(pk=pk, board__deleted_at=None).first()
    if row is None or row.board.owner_id != request.actor.user_id:
        raise NotFound("tile_unknown", "This tile is no longer on the board.")
    step, actor = request.POST.get("do", ""), request.actor
    if step in STEPS:
        boards.resize(row, actor=actor, **STEPS[step])
    elif step in ("earlier", "later", "place"):
        boards.move(row, actor=actor, place=_place(request, row, step))
    elif step == "remove":
        boards.remove(row, actor=actor)
        return _to(row.board)
    elif step == "rename":
        boards.retitle(
            row, actor=actor, title=request.POST.get("title", ""), kind=request.POST.get("kind", "")
        )
    else:
        raise InputError("step_unknown", "Nothing of the kind can be done with a tile.")
    return _to(row.board, row)


def _place(request: StaffRequest, row: Tile, step: str) -> int:
    """Where the tile goes: one further, or before the tile that `before` names (at the end when there is none)."""
    order = list(row.board.tiles.values_list("pk", flat=True))
    now = order.index(row.pk)
    if step != "place":
        return now + (1 if step == "later" else -1)
    order.remove(row.pk)
    before = request.POST.get("before", "")
    return order.index(int(before)) if is_whole(before) and int(before) in order else len(order)


def _mine(request: StaffRequest, pk: int) -> Board:
    board = Board.objects.filter(pk=pk, owner_id=request.actor.user_id, deleted_at=None).first()
    if board is None:
        raise NotFound(
            "board_not_yours", "This board does not exist, or somebody else made it: copy it first."
        )
    return board


def _to(board: Board, tile: Tile | None = None) -> HttpResponse:
    return HttpResponseRedirect(f"/boards/{board.pk}?edit=1" + (f"#tile-{tile.pk}" if tile else ""))
