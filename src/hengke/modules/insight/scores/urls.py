"""Addresses of scores and models."""

from __future__ import annotations

from django.urls import path

from hengke.modules.insight.scores import actions

urlpatterns = [
    path("customers/<int:pk>/scores/set", actions.override, name="score-set"),
    path("customers/<int:pk>/scores/leave", actions.leave, name="score-leave"),
    path("customers/<int:pk>/scores/refuse", actions.refuse, name="score-refuse"),
    path("customers/<int:pk>/scores/allow", actions.allow, name="score-allow"),
    path("scores/<int:event>/undo", actions.undo, name="score-undo"),
]
