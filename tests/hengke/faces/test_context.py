"""The side bar: what folds when a menu is long."""

from __future__ import annotations

from typing import Any

from hengke.faces.context import LONG, _folded


def _groups(*sizes: int, here: int = -1) -> list[dict[str, Any]]:
    return [{"items": [{"current": n == here}] * size} for n, size in enumerate(sizes)]


def test_a_menu_that_has_room_does_not_fold() -> None:
    assert [group["folds"] for group in _folded(_groups(4, LONG - 4))] == [False, False]


def test_a_long_menu_folds_from_the_end_until_the_rest_has_room() -> None:
    assert [group["folds"] for group in _folded(_groups(4, LONG - 4, 1, 6))] == [False, False, True, True]


def test_the_group_of_the_open_page_never_folds() -> None:
    assert [group["folds"] for group in _folded(_groups(4, 4, 4, 6, here=3))] == [False, False, True, False]
