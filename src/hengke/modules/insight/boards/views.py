"""Pages of boards: the first one of a person, each of them, single tiles, and which build they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.people import known_roles
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.period import Period
from hengke.modules.insight.boards import shipped
from hengke.modules.insight.boards.answers import SUBJECT, Asker
from hengke.modules.insight.boards.shipped import Shipped
from hengke.modules.insight.boards.tiles import Asked, drawn, state_of, usual_period
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.dashboard.choices import periods
from hengke.modules.insight.enums import TileKind
from hengke.modules.insight.models import Board, Tile
from hengke.modules.insight.services import boards


@dataclass(frozen=True)
class Shown:
    """A board of either kind with its tiles, as the page writes it."""

    url: str
    name: str
    tiles: Sequence[Asked]
    board: Board | None = None
    mine: bool = False
    copy_url: str = ""


@require_GET
def first(request: StaffRequest) -> HttpResponse:
    """The board that leads for the person's role, else the one that ships for it, else one's own."""
    grants.require(request.actor, "view", SUBJECT)
    visible = boards.visible(request.actor)
    leading = [board for board in visible if board.leads and board.owner_id != request.actor.user_id]
    if leading:
        return _page(request, lambda asker, period: _of_board(leading[0], request, period), visible)
    if ready := shipped.of(request.actor):
        return _page(request, lambda asker, period: _of_shipped(ready[0], asker, period), visible)
    if visible:
        return _page(request, lambda asker, period: _of_board(visible[0], request, period), visible)
    return _page(request, lambda asker, period: Shown("", _("Boards"), ()), visible)


@require_GET
def own(request: StaffRequest, pk: int) -> HttpResponse:
    """A board that somebody made."""
    grants.require(request.actor, "view", SUBJECT)
    visible = boards.visible(request.actor)
    board = visible_board(pk, visible)
    return _page(request, lambda asker, period: _of_board(board, request, period), visible)


@require_GET
def ready(request: StaffRequest, slug: str) -> HttpResponse:
    """A board that ships."""
    grants.require(request.actor, "view", SUBJECT)
    board = shipped_board(request, slug)
    return _page(
        request, lambda asker, period: _of_shipped(board, asker, period), boards.visible(request.actor)
    )


@require_GET
def own_tile(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """One tile of a board that was not reached in time."""
    grants.require(request.actor, "view", SUBJECT)
    board = visible_board(pk, boards.visible(request.actor))
    return _tile(request, lambda asker, period: _of_board(board, request, period).tiles, key)


@require_GET
def ready_tile(request: StaffRequest, slug: str, key: str) -> HttpResponse:
    """The same of a board that ships."""
    grants.require(request.actor, "view", SUBJECT)
    board = shipped_board(request, slug)
    return _tile(request, lambda asker, period: shipped.asked(board, asker.catalogue, period), key)


@require_GET
def stand(request: StaffRequest) -> HttpResponse:
    """The number of the build that boards stand on now: a page that shows an older one reads itself anew."""
    grants.require(request.actor, "view", SUBJECT)
    return JsonResponse({"build": facts.build_number()})


def visible_board(pk: int, visible: Sequence[Board]) -> Board:
    """A board that the person may see; NotFound otherwise."""
    for board in visible:
        if board.pk == pk:
            return board
    raise NotFound("board_unknown", "This board does not exist, or it is not shared with you.")


def shipped_board(request: StaffRequest, slug: str) -> Shipped:
    """A board that ships for one of the person's roles; NotFound otherwise."""
    for board in shipped.of(request.actor):
        if board.slug == slug:
            return board
    raise NotFound("board_unknown", "This board does not exist, or it is not shared with you.")


def _period(request: StaffRequest) -> str:
    period = request.GET.get("period", "")
    if period:
        Period.parse(period)
    return period


def _page(request: StaffRequest, shown_of: Any, visible: Sequence[Board]) -> HttpResponse:
    try:
        asker = Asker.of(request.actor)
    except NotFound as error:
        return _empty(request, _(error.template))
    period = _period(request)
    shown: Shown = shown_of(asker, period)
    editing = shown.mine and request.GET.get("edit") == "1"
    found = drawn(shown.tiles, asker)
    context = {
        "title": shown.name, "shown": shown, "tiles": found, "usual": usual_period(found),
        "waiting": any(tile.waiting for tile in found),
        "editing": editing, "period": period,
        "tabs": _tabs(request, shown, visible), "build": asker.build, "kinds": TileKind.choices,
        "periods": periods(period or "-", asker.span.first, asker.span.last),
        "opens": asker.opens,
        "roles": _roles(request, shown) if editing and grants.may(request.actor, "share", SUBJECT) else [],
    }  # fmt: skip
    return render(request, "insight/boards/page.html", context)


def _empty(request: StaffRequest, words: str) -> HttpResponse:
    may_import = grants.may(request.actor, "change", "insight.import")
    context = {"title": _("Boards"), "words": words, "import_url": "/imports/new" if may_import else ""}
    return render(request, "insight/dashboard/empty.html", context)


def _tile(request: StaffRequest, tiles_of: Any, key: str) -> HttpResponse:
    try:
        asker = Asker.of(request.actor)
    except NotFound as error:
        raise Http404 from error
    wanted = [tile for tile in tiles_of(asker, _period(request)) if tile.key == key]
    if not wanted:
        raise NotFound("tile_unknown", "This tile is no longer on the board.")
    context = {
        "tile": drawn(wanted, asker, patient=True)[0],
        "opens": asker.opens,
    }
    return render(request, "insight/boards/tile.html", context)


def _of_board(board: Board, request: StaffRequest, period: str) -> Shown:
    return Shown(
        f"/boards/{board.pk}", board.name, [asked(tile, period) for tile in board.tiles.all()], board,
        board.owner_id == request.actor.user_id, f"/boards/{board.pk}/copy",
    )  # fmt: skip


def _of_shipped(board: Shipped, asker: Asker, period: str) -> Shown:
    tiles = shipped.asked(board, asker.catalogue, period)
    url = f"/boards/ready/{board.slug}"
    return Shown(url, _(board.label), tiles, copy_url=f"{url}/copy")


def asked(tile: Tile, period: str = "") -> Asked:
    """A stored tile's question. An address that can no longer be read asks for nothing that exists."""
    try:
        state = state_of(tile.query, period)
    except InputError:
        state = state_of("values=-")
    return Asked(str(tile.pk), tile.title, tile.kind, state, tile.width, tile.height)


def _tabs(request: StaffRequest, shown: Shown, visible: Sequence[Board]) -> list[dict[str, object]]:
    ready = [(f"/boards/ready/{board.slug}", _(board.label)) for board in shipped.of(request.actor)]
    rows = [(f"/boards/{board.pk}", board.name) for board in visible]
    return [{"label": label, "url": url, "current": url == shown.url} for url, label in (*ready, *rows)]


def _roles(request: StaffRequest, shown: Shown) -> list[tuple[str, str, bool]]:
    """Roles that may see boards at all, and whether they see this one."""
    able = grants.roles_that_may(request.actor, "view", SUBJECT)
    chosen = shown.board.roles if shown.board else []
    return [(role, words, role in chosen) for role, words in known_roles().items() if role in able]
