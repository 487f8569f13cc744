"""Boards 仪表板: saved tiles in an order, of a person, perhaps shared with roles."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.modules.insight.enums import TileKind


class Board(models.Model):
    """Tiles that belong together. `roles` also see it, each person with the own rights; for these roles it is the
    first one when `leads`.
    """

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    roles = models.JSONField(default=list, blank=True)
    leads = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("board")
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=("deleted_at", "owner"), name="insight_board_of")]

    def __str__(self) -> str:
        return self.name


class Tile(models.Model):
    """A question of the pivot on a board: `query` is its address, `kind` how its answer is shown.

    `width` counts quarters of the board, `height` rows of it.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="tiles")
    title = models.CharField(_("title"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=TileKind.choices, default=TileKind.CHART)
    query = models.TextField()
    position = models.PositiveIntegerField(default=0)
    width = models.PositiveSmallIntegerField(default=2)
    height = models.PositiveSmallIntegerField(default=2)

    class Meta:
        verbose_name = _("tile")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title
