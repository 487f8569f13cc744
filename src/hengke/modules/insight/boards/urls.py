"""Addresses of boards and questions."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.boards import changes, questions, views

urlpatterns = [
    path("boards", views.first, name="boards"),
    path("boards/stand", views.stand, name="boards-stand"),
    path("boards/ready/<slug:slug>", views.ready, name="board-ready"),
    path("boards/ready/<slug:slug>/tiles/<slug:key>", views.ready_tile, name="board-ready-tile"),
    path("boards/<int:pk>", views.own, name="board"),
    path("boards/<int:pk>/tiles/<slug:key>", views.own_tile, name="board-tile"),
    path("questions", questions.listing, name="questions"),
    path("questions/<slug:slug>", questions.page, name="question"),
    path("boards/new", changes.new, name="board-new"),
    path("boards/add", changes.add, name="board-add"),
    path("boards/ready/<slug:slug>/copy", changes.copy_ready, name="board-ready-copy"),
    path("boards/<int:pk>/copy", changes.copy_own, name="board-copy"),
    path("boards/<int:pk>/change", changes.change, name="board-change"),
    path("boards/<int:pk>/share", changes.share, name="board-share"),
    path("boards/<int:pk>/delete", changes.delete, name="board-delete"),
    path("boards/tiles/<int:pk>/change", changes.tile, name="board-tile-change"),
]
